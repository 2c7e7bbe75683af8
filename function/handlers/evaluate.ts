/**
 * Where gates and the rollback hook meet: reads what the next step of a run depends on, picks it and carries it out.
 */
import type { Context, RunSnapshot } from '../actions/context.ts';
import { noEvidence, readEvidence, readTarget, specMissing } from '../actions/read.ts';
import { skip, start } from '../actions/start.ts';
import {
  clearTargetChanged,
  isReverted,
  markTargetChanged,
  targetChanged,
  targetReverted,
} from '../actions/target-change.ts';
import { warnOnce } from '../actions/warn.ts';
import { recordVerdict } from '../actions/write-status.ts';
import { withDefaults } from '../api/e2espec.ts';
import type { Target } from '../api/kubernetes.ts';
import type { Verdict } from '../api/verdict.ts';
import { allInOrder, awaitedLater } from '../errors.ts';
import type { VerdictHook } from '../flagger/hooks.ts';
import type { Payload } from '../flagger/payload.ts';
import { type RunKey, runKey, runOf } from '../run/id.ts';
import { nextStep, type Step } from '../run/next-step.ts';
import { jobRecord } from '../run/record.ts';
import { stateOf } from '../run/state.ts';
import { isLostResult, running } from '../verdict/judge.ts';
import { authenticateCaller, type Caller, type HookCall } from './caller.ts';
import type { GateAnswer } from './response.ts';

/** How hooks differ in what they may do about a run. */
interface Powers {
  /** Whether any run is started that has to be, or only one that a person asked for. */
  starts: 'any' | 'requested';
  /** Whether a canary that was changed back ends its rollout. */
  rollsBackReverts: boolean;
}

export type Evaluation = PromiseSettledResult<GateAnswer>;

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
  return Promise.allSettled(
    callsOf(caller).map(async (each) => {
      const key = runKey(each);
      const reads = {
        spec: () => (key.e2eSpec === asked.e2eSpec ? spec : kube.getE2ESpec(key.namespace, key.e2eSpec)),
        job: () => (key.jobName === asked.jobName ? job : kube.getJob(key.namespace, key.jobName)),
        target: () => target,
      };
      return evaluate(key, { ...caller, context: { ...caller.context, payload: each } }, reads, powers);
    }),
  );
}

/** What has to be read of a run; some of it is on its way. */
interface Reads {
  spec(): ReturnType<Context['kube']['getE2ESpec']>;
  job(): ReturnType<Context['kube']['getJob']>;
  target(): Promise<Target | undefined>;
}

async function evaluate(key: RunKey, { canary, context }: Caller, reads: Reads, powers: Powers): Promise<GateAnswer> {
  const [{ value: spec }, { value: job, now }] = await allInOrder([reads.spec(), reads.job()]);
  if (spec === undefined) throw specMissing(key);
  const run = runOf(key, canary);
  const state = stateOf(run, spec, job);
  const [target, evidence] = await allInOrder([
    reads.target(),
    state.kind === 'present' ? readEvidence(state.job, context.kube, context.log) : Promise.resolve(noEvidence),
  ]);
  const step = nextStep(state, { run, spec, target, evidence, now });
  const verdict = await carryOut(step, { run, canary, target, spec, job, now }, context, powers);
  const onHold = withDefaults(spec.spec).onInconclusive === 'Hold' || isLostResult(verdict);
  return { verdict, jobName: run.jobName, onHold };
}

async function carryOut(step: Step, snapshot: RunSnapshot, context: Context, powers: Powers): Promise<Verdict> {
  switch (step.do) {
    case 'targetChanged':
      await markTargetChanged(step, snapshot, context);
      if (powers.rollsBackReverts && isReverted(step, snapshot)) return targetReverted();
      throw targetChanged();
    case 'answer':
      await clearTargetChanged(snapshot.job, context);
      await recordVerdict(snapshot, step.record, context);
      return step.verdict;
    case 'start':
      if (powers.starts === 'requested' && !step.requestedByUser) {
        return running('NotStarted', step.next.message || 'its gate has not started it yet');
      }
      return startAndRecord(step, snapshot, context);
    case 'skip':
      return skip(step, snapshot, context);
  }
}

async function startAndRecord(
  step: Extract<Step, { do: 'start' }>,
  snapshot: RunSnapshot,
  context: Context,
): Promise<Verdict> {
  const { run, canary, spec, now } = snapshot;
  const { verdict, job } = await start(step, snapshot, context);
  if (job === undefined) return verdict;
  const isFirst = step.next.message === '';
  await allInOrder([
    recordVerdict(snapshot, jobRecord(run, job, verdict, now), context),
    canary && isFirst ? warnOnce(canary, [spec], now, context) : Promise.resolve(),
  ]);
  return verdict;
}
