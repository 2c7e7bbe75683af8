/**
 * THE line: one webhook call from its payload to a decision. Read it top to bottom.
 */
import { checkCaller, checkPhase } from './caller.ts';
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

/** Never throws for what the cluster or the caller does; a fault is never a pass. */
export async function verify(hook: VerdictHook, context: Context, authenticates: boolean): Promise<Decision | Fault> {
  const { payload, kube } = context;
  const name = runName(payload);
  const [canary, spec, job] = await Promise.all([
    kube.getCanary(payload.namespace, payload.name),
    kube.getE2ESpec(payload.namespace, name.spec),
    kube.getJob(payload.namespace, name.jobName),
  ]);
  if (isFault(canary)) return canary;
  const intrusion = authenticates ? checkCaller(payload, canary.value, hook.phases) : undefined;
  if (intrusion) return intrusion;
  if (hook.asks === 'rollback') return lookBack({ name, spec, job }, canary.value, context);
  if (isFault(spec)) return spec;
  if (isFault(job)) return job;
  if (spec.value === undefined) return specMissing(name);
  const run = runOf(name, canary.value);
  return throughGate({ run, canary: canary.value, spec: spec.value, job: job.value, now: job.now }, context);
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
