/**
 * What Flagger's rollback hook is answered: whether any run of this rollout says that it must end.
 * Flagger asks it before the other hooks of a tick, so it looks at all their runs; it starts only one asked for by hand.
 */
import type { OwnReason } from '../api/reasons.ts';
import { HookError, throwFirst, toHookError } from '../errors.ts';
import type { VerdictHook } from '../flagger/hooks.ts';
import { gateCalls } from '../flagger/webhooks.ts';
import { type RunKey, runKey } from '../run/id.ts';
import { running } from '../verdict/judge.ts';
import type { HookCall } from './caller.ts';
import { type Evaluation, evaluateRuns } from './evaluate.ts';
import type { GateAnswer } from './response.ts';

export async function handleRollback(call: HookCall<VerdictHook>): Promise<GateAnswer> {
  const evaluations = await evaluateRuns(call, ({ canary, context }) => gateCalls(canary, context), {
    starts: 'requested',
    rollsBackReverts: true,
  });
  for (const { outcome } of evaluations) if (outcome.status === 'rejected') logError(outcome.reason, call);
  return mostSevere(evaluations.map(withoutSpec)) ?? noGate(runKey(call.context.payload));
}

// Another run may decide the answer, which then says nothing of this one.
function logError(thrown: unknown, { context: { log, payload } }: HookCall): void {
  const { kind, message, detail } = toHookError(thrown);
  const { name, namespace, checksum } = payload;
  log.warn(`a run could not be evaluated: ${message}`, { canary: name, namespace, checksum, reason: kind, detail });
}

type Outcome = Evaluation['outcome'];

// With an E2ESpec goes what people have decided on its runs: whatever a Job that is left says, they may have overruled it.
function withoutSpec({ key, outcome }: Evaluation): Outcome {
  if (outcome.status === 'fulfilled') return outcome;
  const { reason: error } = outcome;
  if (!(error instanceof HookError) || error.kind !== 'SpecMissing') return outcome;
  return { status: 'fulfilled', value: pending(key, error.kind, error.message) };
}

// What is only observed decides nothing. Of the others one that is decided is enough. A read error is neither a reason to roll back nor a reason not to: report it.
function mostSevere(outcomes: Outcome[]): GateAnswer | undefined {
  const all = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const answers = all.filter(({ isObserved }) => !isObserved);
  const withVerdict = (kind: GateAnswer['verdict']['kind']) => answers.filter(({ verdict }) => verdict.kind === kind);
  const couldNotRun = withVerdict('inconclusive');
  const decided = withVerdict('failed')[0] ?? couldNotRun.find(({ onHold }) => !onHold) ?? couldNotRun[0];
  if (decided !== undefined) return decided;
  throwFirst(outcomes);
  return withVerdict('running')[0] ?? answers[0] ?? all[0];
}

function noGate(key: RunKey): GateAnswer {
  const message = `no webhook of Canary ${key.canary} starts a test, so there is none to roll back for`;
  return pending(key, 'NoGate', message);
}

function pending({ jobName }: RunKey, reason: OwnReason, message: string): GateAnswer {
  return { verdict: running(reason, message), jobName, onHold: false };
}
