/**
 * A canary that is no longer what its run tests. Flagger restarts the analysis of a newer revision by itself,
 * but does not see a revert to the revision it promoted last: that rollout would go on for ever.
 */
import { intervalOf } from '../canary.ts';
import type { Context, Sight } from '../context.ts';
import type { Fault } from '../fault.ts';
import { type Job, timestamp } from '../kube/wire.ts';
import { annotation } from '../run.ts';
import { failed, type Verdict } from '../verdict.ts';
import type { Step } from './step.ts';

type Disown = Extract<Step, { do: 'disown' }>;

/** Notes on the Job when it was first seen. A note that cannot be written is made by the next call. */
export async function noteChange({ job, since }: Disown, { now }: Sight, { kube, log }: Context): Promise<void> {
  if (job === undefined || since !== undefined) return;
  const fault = await kube.annotateJob(job, { [annotation.targetChangedAt]: timestamp(now) });
  if (fault) log.warn('not written down', { reason: fault.message });
}

/** The canary is what the run tests again: the next change is a first sight again. */
export async function forgetChange(job: Job | undefined, { kube, log }: Context): Promise<void> {
  if (job?.metadata?.annotations?.[annotation.targetChangedAt] === undefined) return;
  const fault = await kube.annotateJob(job, { [annotation.targetChangedAt]: null });
  if (fault) log.warn('not written down', { reason: fault.message });
}

/**
 * What the rollback hook is answered. A whole interval later Flagger has had a tick to notice a newer revision,
 * and with it another checksum; a rollback at first sight would swallow that revision.
 */
export function whenReverted({ since, fault }: Disown, { canary, now }: Sight): Verdict | Fault {
  if (canary === undefined || since === undefined) return fault;
  if (now.getTime() - since.getTime() < intervalOf(canary)) return fault;
  const message =
    'the canary was changed back to what was promoted last, which Flagger does not see; this rollout tests nothing any more';
  return failed('TargetReverted', message);
}
