/**
 * The target changed after the run started. Flagger restarts the analysis of a newer revision by itself, but does not see
 * a revert to the revision it promoted last: that rollout would go on for ever.
 */
import { type Job, timestamp } from '../api/kubernetes.ts';
import type { Verdict } from '../api/verdict.ts';
import { HookError } from '../errors.ts';
import { intervalOf } from '../flagger/canary.ts';
import { targetChangedAt, targetChangeNote } from '../run/annotations.ts';
import type { Step } from '../run/next-step.ts';
import { failed } from '../verdict/judge.ts';
import { type Context, logFailure, type RunSnapshot } from './context.ts';

type TargetChanged = Extract<Step, { do: 'targetChanged' }>;

/** Notes on the Job when the change was first seen. A note that cannot be written is made by the next call. */
export async function markTargetChanged(
  { job, changedSince }: TargetChanged,
  { now }: RunSnapshot,
  { kube, log }: Context,
): Promise<void> {
  if (job === undefined || changedSince !== undefined) return;
  await logFailure(log, kube.annotateJob(job, targetChangeNote(timestamp(now))));
}

/** The target is back: forget the earlier change. */
export async function clearTargetChanged(job: Job | undefined, { kube, log }: Context): Promise<void> {
  if (job === undefined || targetChangedAt(job) === undefined) return;
  await logFailure(log, kube.annotateJob(job, targetChangeNote(null)));
}

export function targetChanged(): HookError {
  const message = 'the canary changed since this run began; its verdict says nothing about what runs now';
  return new HookError('TargetChanged', message);
}

/**
 * Whether it looks like a revert. A whole interval later Flagger has had a tick to notice a newer revision, and with it
 * another checksum; a rollback at once would swallow that revision.
 */
export function isReverted({ changedSince }: TargetChanged, { canary, now }: RunSnapshot): boolean {
  if (canary === undefined || changedSince === undefined) return false;
  return now.getTime() - changedSince.getTime() >= intervalOf(canary);
}

export function targetReverted(): Verdict {
  const message =
    'the canary was changed back to what was promoted last, which Flagger does not see; this rollout tests nothing any more';
  return failed('TargetReverted', message);
}
