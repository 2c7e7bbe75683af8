/**
 * THE line: one webhook call from its payload to a decision. Read it top to bottom.
 */
import { checkCaller, checkPhase } from './caller.ts';
import type { Canary } from './canary.ts';
import { closeRollout } from './close.ts';
import type { Context } from './context.ts';
import { type Fault, isFault } from './fault.ts';
import { throughGate } from './gate.ts';
import type { NoticeHook, VerdictHook } from './hooks.ts';
import { type Decision, type Done, done } from './outcome.ts';
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
  const [entered, spec, job] = await Promise.all([
    entering,
    kube.getE2ESpec(payload.namespace, name.spec),
    kube.getJob(payload.namespace, name.jobName),
  ]);
  if (isFault(entered)) return entered;
  const { canary } = entered;
  if (hook.asks === 'rollback') return lookBack({ name, spec, job }, { canary, target }, context);
  if (isFault(spec)) return spec;
  if (isFault(job)) return job;
  if (spec.value === undefined) return specMissing(name);
  const run = runOf(name, canary);
  return throughGate({ run, canary, target, spec: spec.value, job: job.value, now: job.now }, context);
}

/** The Canary that calls, where the payload is as it would be; there may be none when calls are not authenticated. */
async function enter(
  hook: VerdictHook,
  { payload, kube }: Context,
  authenticates: boolean,
): Promise<{ canary: Canary | undefined } | Fault> {
  const canary = await kube.getCanary(payload.namespace, payload.name);
  if (isFault(canary)) return canary;
  const intrusion = authenticates ? checkCaller(payload, canary.value, hook.phases) : undefined;
  return intrusion ?? { canary: canary.value };
}

/** The hooks that gate nothing: Flagger tells, the verifier looks or tidies up. */
export async function take(hook: NoticeHook, context: Context, authenticates: boolean): Promise<Done | Fault> {
  const { payload, kube } = context;
  // Flagger sends one for every event it records, synchronously.
  if (hook.asks === 'nothing') return done('Noted', 'events start nothing');
  const canary = await kube.getCanary(payload.namespace, payload.name);
  if (isFault(canary)) return canary;
  switch (hook.asks) {
    case 'preflight': {
      const intrusion = authenticates ? checkCaller(payload, canary.value, hook.phases) : undefined;
      return intrusion ?? preflight(canary.value, context);
    }
    case 'close': {
      const intrusion = authenticates ? checkPhase(payload, canary.value, hook.phases) : undefined;
      if (intrusion) return intrusion;
      if (canary.value === undefined) return done('Noted', 'there is no Canary whose runs could be closed');
      return closeRollout(canary.value, context, authenticates);
    }
  }
}
