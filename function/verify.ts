/**
 * THE line: one webhook call from its payload to a decision. Read it top to bottom.
 */
import { authenticate, checkPhase } from './caller.ts';
import type { Canary } from './canary.ts';
import { closeRollout } from './close.ts';
import type { Context } from './context.ts';
import { type Fault, isFault } from './fault.ts';
import { throughGate } from './gate.ts';
import type { NoticeHook, VerdictHook } from './hooks.ts';
import { type Decision, type Done, done } from './outcome.ts';
import type { Payload } from './payload.ts';
import { preflight } from './preflight.ts';
import { lookBack } from './rollback.ts';
import { runName, runOf } from './run.ts';
import { specMissing } from './specs.ts';
import { readTarget } from './target/read.ts';

/** Never throws for what the cluster or the caller does; a fault is never a pass. */
export async function verify(hook: VerdictHook, context: Context, authenticates: boolean): Promise<Decision | Fault> {
  const { payload, kube } = context;
  const name = runName(payload);
  const entering = enter(hook, context, authenticates);
  const target = entering.then((entered) =>
    isFault(entered) ? entered : readTarget(entered.canary, payload.namespace, kube),
  );
  // Whoever needs it waits for it; where nobody comes to it, its rejection must not be unhandled.
  target.catch(() => undefined);
  const [entered, spec, job] = await Promise.all([
    entering,
    kube.getE2ESpec(payload.namespace, name.spec),
    kube.getJob(payload.namespace, name.jobName),
  ]);
  if (isFault(entered)) return entered;
  const { canary } = entered;
  const trusted = { ...context, payload: entered.payload };
  if (hook.asks === 'rollback') return lookBack({ name, spec, job }, { canary, target }, trusted);
  if (isFault(spec)) return spec;
  if (isFault(job)) return job;
  if (spec.value === undefined) return specMissing(name);
  const run = runOf(name, canary);
  return throughGate({ run, canary, target, spec: spec.value, job: job.value, now: job.now }, trusted);
}

/** The Canary that calls, and the payload as it would be; there may be no Canary when calls are not authenticated. */
async function enter(
  { phases }: Pick<VerdictHook | NoticeHook, 'phases'>,
  { payload, kube }: Context,
  authenticates: boolean,
): Promise<{ canary: Canary | undefined; payload: Payload } | Fault> {
  const canary = await kube.getCanary(payload.namespace, payload.name);
  if (isFault(canary)) return canary;
  return authenticates ? authenticate(payload, canary.value, phases) : { canary: canary.value, payload };
}

/** The hooks that gate nothing: Flagger tells, the verifier looks or tidies up. */
export async function take(hook: NoticeHook, context: Context, authenticates: boolean): Promise<Done | Fault> {
  const { payload, kube } = context;
  // Flagger sends one for every event it records, synchronously.
  if (hook.asks === 'nothing') return done('Noted', 'events start nothing');
  switch (hook.asks) {
    case 'preflight': {
      const entered = await enter(hook, context, authenticates);
      return isFault(entered) ? entered : preflight(entered.canary, { ...context, payload: entered.payload });
    }
    case 'close': {
      const canary = await kube.getCanary(payload.namespace, payload.name);
      if (isFault(canary)) return canary;
      const found = authenticates ? checkPhase(payload, canary.value, hook.phases) : { canary: canary.value };
      if (isFault(found)) return found;
      if (found.canary === undefined) return done('Noted', 'there is no Canary whose runs could be closed');
      return closeRollout(found.canary, context, authenticates);
    }
  }
}
