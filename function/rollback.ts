/**
 * What Flagger's rollback hook is answered: whether any run of this rollout says that it must end.
 * Flagger asks it before the other hooks of a tick, so it looks at all their runs; it starts only one asked for by hand.
 */
import type { Context, Sight } from './context.ts';
import type { E2ESpec } from './e2espec.ts';
import { type Fault, isFault } from './fault.ts';
import { decide, decided, look } from './gate.ts';
import type { Job } from './kube/wire.ts';
import type { Read } from './kube.ts';
import type { Decision } from './outcome.ts';
import type { Payload } from './payload.ts';
import { writeDown } from './record/settle.ts';
import { noteChange, whenReverted } from './run/disown.ts';
import { skip } from './run/skip.ts';
import { start } from './run/start.ts';
import { type RunName, runName, runOf } from './run.ts';
import { running } from './verdict.ts';
import { gateCalls } from './webhooks.ts';

/** A run's E2ESpec and Job as they were read. */
export interface Found {
  /** The call of the gate that starts it. */
  payload: Payload;
  name: RunName;
  spec: Read<E2ESpec> | Fault;
  job: Read<Job> | Fault;
}

export async function lookBack(
  asked: Omit<Found, 'payload'>,
  caller: Pick<Sight, 'canary' | 'target'>,
  context: Context,
): Promise<Decision | Fault> {
  const calls = gateCalls(caller.canary, context.payload);
  const found = await Promise.all(calls.map((payload) => find(payload, asked, context)));
  const decisions = await Promise.all(found.map((each) => decisionOn(each, caller, context)));
  return gravest(decisions) ?? nothingToAsk(asked.name);
}

async function find(payload: Payload, asked: Omit<Found, 'payload'>, { kube }: Context): Promise<Found> {
  const name = runName(payload);
  const [spec, job] = await Promise.all([
    name.spec === asked.name.spec ? asked.spec : kube.getE2ESpec(name.namespace, name.spec),
    name.jobName === asked.name.jobName ? asked.job : kube.getJob(name.namespace, name.jobName),
  ]);
  return { payload, name, spec, job };
}

async function decisionOn(
  { payload, name, spec, job }: Found,
  caller: Pick<Sight, 'canary' | 'target'>,
  context: Context,
): Promise<Decision | Fault> {
  if (isFault(spec)) return spec;
  if (isFault(job)) return job;
  if (spec.value === undefined) return undecided(name, 'SpecMissing', `there is no E2ESpec ${name.spec}`);
  const sight: Sight = { ...caller, run: runOf(name, caller.canary), spec: spec.value, job: job.value, now: job.now };
  const found = await look(sight, context);
  if (isFault(found)) return found;
  const { step } = found;
  switch (step.do) {
    case 'refuse':
      return step.fault;
    case 'disown': {
      await noteChange(step, sight, context);
      return decided(sight, whenReverted(step, sight));
    }
    case 'start':
      // After its last pre-rollout Flagger may ask nothing else until the promotion.
      if (step.isAskedFor) return decided(sight, await start(sight, step, found.target, { ...context, payload }));
      return undecided(name, 'NotStarted', step.next.why || 'its gate has not started it yet');
    case 'skip':
      return decided(sight, await skip(sight, step, context));
    case 'answer':
      if (step.record) await writeDown(sight, step.record, step.verdict, context);
      return decide(sight, step.verdict);
  }
}

// One failed test is enough; what could not be read must not look like a reason to roll back, nor like none.
function gravest(decisions: (Decision | Fault)[]): Decision | Fault | undefined {
  const decided = decisions.filter((each) => !isFault(each));
  const withVerdict = (kind: Decision['verdict']['kind']) => decided.filter(({ verdict }) => verdict.kind === kind);
  const couldNotRun = withVerdict('inconclusive');
  return (
    withVerdict('failed')[0] ??
    decisions.find(isFault) ??
    couldNotRun.find(({ isHeld }) => !isHeld) ??
    couldNotRun[0] ??
    withVerdict('running')[0] ??
    decided[0]
  );
}

function nothingToAsk(name: RunName): Decision {
  return undecided(
    name,
    'NoGate',
    `no webhook of Canary ${name.canary} starts a test, so there is none to roll back for`,
  );
}

function undecided({ jobName }: RunName, reason: string, message: string): Decision {
  return { kind: 'decision', verdict: running(reason, message), jobName, isHeld: false };
}
