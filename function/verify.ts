/**
 * THE line: one webhook call from its payload to a decision. Read it top to bottom.
 */

import { checkCaller } from './caller.ts';
import type { Canary } from './canary.ts';
import type { E2ESpec } from './e2espec.ts';
import { type Fault, isFault } from './fault.ts';
import { throughGate } from './gate.ts';
import type { Hook } from './hooks.ts';
import type { Job } from './job.ts';
import type { Kube } from './kube.ts';
import type { Log } from './log.ts';
import type { Payload } from './payload.ts';
import { lookBack } from './rollback.ts';
import { type Run, type RunName, runName, runOf } from './run.ts';
import type { Verdict } from './verdict.ts';

/** What the steps of one call share. */
export interface Context {
  payload: Payload;
  kube: Kube;
  log: Log;
}

/** One run as it was seen at the beginning of the call. `now` is the API server's time. */
export interface Sight {
  run: Run;
  canary: Canary | undefined;
  spec: E2ESpec;
  job: Job | undefined;
  now: Date;
}

export interface Decision {
  kind: 'decision';
  verdict: Verdict;
  jobName: string;
  /** The E2ESpec says `onInconclusive: Hold`. */
  isHeld: boolean;
}

/** Never throws for what the cluster or the caller does; a fault is never a pass. */
export async function verify(hook: Hook, context: Context, authenticates: boolean): Promise<Decision | Fault> {
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
  switch (hook.asks) {
    case 'rollback':
      return lookBack({ name, spec, job }, canary.value, context);
    case 'gate':
      if (isFault(spec)) return spec;
      if (isFault(job)) return job;
      if (spec.value === undefined) return specMissing(name);
      return throughGate(
        { run: runOf(name, canary.value), canary: canary.value, spec: spec.value, job: job.value, now: job.now },
        context,
      );
  }
}

function specMissing({ spec, namespace, canary }: RunName): Fault {
  const message = `there is no E2ESpec ${spec} in namespace ${namespace}, so nothing says how to test Canary ${canary}. Create it (examples/e2espec-simple.yaml shows one) or correct the hook's metadata.e2espec`;
  return { kind: 'specMissing', message };
}
