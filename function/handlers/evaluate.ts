/**
 * Where gates and the rollback hook meet: reads what the next step of a run depends on, picks it and has it carried out.
 */
import { closeFormerRollouts } from '../actions/close-rollout.ts';
import type { Context, RunSnapshot } from '../actions/context.ts';
import { tellIgnored } from '../actions/ignored.ts';
import { noEvidence, readEvidence, readPodsOf, readTarget, specMissing } from '../actions/read.ts';
import { type E2ESpec, withDefaults } from '../api/e2espec.ts';
import { type Job, type Target, timestamp } from '../api/kubernetes.ts';
import type { Verdict } from '../api/verdict.ts';
import { allInOrder, awaitedLater } from '../errors.ts';
import type { VerdictHook } from '../flagger/hooks.ts';
import { timeoutOf } from '../flagger/patience.ts';
import type { Payload } from '../flagger/payload.ts';
import type { Read } from '../kube/read.ts';
import { awaitedJob } from '../run/awaited.ts';
import { formerRollouts } from '../run/closing.ts';
import { isStuck } from '../run/deletion.ts';
import { type Run, type RunKey, runKey, runOf } from '../run/id.ts';
import { inMode } from '../run/mode.ts';
import { nextStep } from '../run/next-step.ts';
import { type RunState, stateOf } from '../run/state.ts';
import type { Step } from '../run/step.ts';
import type { Evidence } from '../verdict/evidence.ts';
import { isLostResult } from '../verdict/judge.ts';
import { authenticateCaller, type Caller, type HookCall } from './caller.ts';
import { carryOut, type Powers } from './carry-out.ts';
import { observed } from './observed.ts';
import type { GateAnswer } from './response.ts';

/** Of one run, which may have failed by itself. */
export interface Evaluation {
  key: RunKey;
  outcome: PromiseSettledResult<GateAnswer>;
}

/** Evaluates the runs that the call is about, each by itself: `callsOf` are the payloads that ask for them. */
export async function evaluateRuns(
  call: HookCall<VerdictHook>,
  callsOf: (caller: Caller) => Payload[],
  powers: Powers,
): Promise<Evaluation[]> {
  const { kube, payload } = call.context;
  const asked = runKey(payload);
  // In parallel with the Canary; the target follows as soon as it is known whose call it is.
  const spec = kube.getE2ESpec(asked.namespace, asked.e2eSpec);
  const job = kube.getJob(asked.namespace, asked.jobName);
  const authenticated = authenticateCaller(call);
  const target = awaitedLater(authenticated.then(({ canary }) => readTarget(canary, kube)));
  await Promise.allSettled([authenticated, spec, job]);
  const caller = await authenticated;
  const closeFormer = closerOf(caller);
  return Promise.all(
    callsOf(caller).map(async (each) => {
      const key = runKey(each);
      const reads = {
        spec: () => (key.e2eSpec === asked.e2eSpec ? spec : kube.getE2ESpec(key.namespace, key.e2eSpec)),
        job: () => (key.jobName === asked.jobName ? job : kube.getJob(key.namespace, key.jobName)),
        target: () => target,
        closeFormer,
      };
      const own = { ...caller, hook: call.hook, context: { ...caller.context, payload: each } };
      const [outcome] = await Promise.allSettled([evaluate(key, own, reads, powers)]);
      return { key, outcome };
    }),
  );
}

/** What has to be read of a run; some of it is on its way. */
interface Reads {
  spec(): ReturnType<Context['kube']['getE2ESpec']>;
  job(): ReturnType<Context['kube']['getJob']>;
  target(): Promise<Target | undefined>;
  closeFormer(spec: E2ESpec, now: Date): Promise<void>;
}

/** Closes what former rollouts have left open, once for all runs of a call. */
function closerOf({ canary, context }: Caller): Reads['closeFormer'] {
  let closing: Promise<void> | undefined;
  return async (spec, now) => {
    if (canary === undefined || formerRollouts(canary, [spec], timestamp(now)).length === 0) return;
    closing ??= closeFormerRollouts(canary, [spec], now, context);
    await closing;
  };
}

type Asking = Caller & { hook: VerdictHook };

async function evaluate(key: RunKey, asking: Asking, reads: Reads, powers: Powers): Promise<GateAnswer> {
  const [{ value: spec }, asked] = await allInOrder([reads.spec(), reads.job()]);
  if (spec === undefined) throw specMissing(key);
  const run = inMode(runOf(key, asking.canary), spec, asked.value);
  const answer = evaluateRun(run, spec, asked, asking, reads, powers);
  return run.mode === 'Observe' ? observed(answer, run, asked.now, asking) : answer;
}

/** Of any run, whoever asks for it. */
export async function evaluateRun(
  run: Run,
  spec: E2ESpec,
  asked: Read<Job>,
  { hook, canary, context }: Asking,
  reads: Pick<Reads, 'target' | 'closeFormer'>,
  powers: Powers,
): Promise<GateAnswer> {
  // Both are read at the same time: another call may have made the Job and its record in between.
  const seen = stateOf(run, spec, asked.value);
  const isGone = seen.kind === 'jobDeleted';
  const { value: job, now } = isGone ? await context.kube.getJob(run.namespace, run.jobName) : asked;
  const state = isGone ? stateOf(run, spec, job) : seen;
  const [target, evidence] = await allInOrder([reads.target(), evidenceOn(state, run, now, context)]);
  const step = nextStep(state, { run, spec, target, evidence, now, logUrlTemplate: context.logUrlTemplate });
  // Before a Job has to go that proves what one of them has come to. A verdict does not wait for that.
  if (isUndecided(step)) await reads.closeFormer(spec, now);
  const starts = mayGoOn(run, state) ? 'any' : powers.starts;
  const snapshot = { run, canary, target, spec, job, now };
  const carriedOut = await carryOut(step, snapshot, context, { ...powers, starts });
  const verdict = await withIgnored(carriedOut, snapshot, context);
  const provesNothing = isLostResult(verdict) || step.do === 'stuck';
  const onHold = provesNothing || withDefaults(spec.spec).onInconclusive === 'Hold';
  const awaited = hook.holds ? awaitedJob(step, state) : undefined;
  const awaits = awaited && { job: awaited, timeout: timeoutOf(canary, context) };
  return { verdict, jobName: run.jobName, onHold, ...(awaits && { awaits }) };
}

/** A verdict is what it is, whatever somebody has written beside it. What has passed needs no word by hand. */
async function withIgnored(verdict: Verdict, snapshot: RunSnapshot, context: Context): Promise<Verdict> {
  const ignored = verdict.kind === 'passed' ? [] : await tellIgnored(snapshot, context);
  return { ...verdict, message: [verdict.message, ...ignored].join('; ') };
}

/** Whether any hook has it tried again: of a run that is only observed no gate asks twice. */
function mayGoOn({ mode }: Run, { kind }: RunState): boolean {
  return mode === 'Observe' && kind !== 'absent' && kind !== 'stale' && kind !== 'foreign';
}

function isUndecided(step: Step): boolean {
  return step.do === 'start' || (step.do === 'answer' && step.verdict.kind === 'running');
}

/** What the step depends on besides Job and record: the pods that tell of a verdict, or that keep a former Job from going. */
async function evidenceOn(
  state: RunState,
  { namespace }: RunKey,
  now: Date,
  { kube, log }: Context,
): Promise<Evidence> {
  switch (state.kind) {
    case 'present':
      return readEvidence(state.job, kube, log);
    case 'jobDeleted':
      return readPodsOf(state.record.jobUID, namespace, kube);
    case 'stale':
    case 'terminating':
    case 'decided':
    case 'jobAwaited':
      return state.job && isStuck(state.job, now) ? readPodsOf(state.job.metadata?.uid, namespace, kube) : noEvidence;
    case 'foreign':
    case 'absent':
      return noEvidence;
  }
}
