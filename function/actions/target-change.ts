/**
 * The target changed after the run started. Flagger restarts the analysis of a newer revision by itself, but does not see
 * a revert to the revision it promoted last: that rollout would go on for ever.
 */
import { timestamp } from '../api/kubernetes.ts';
import type { Verdict } from '../api/verdict.ts';
import { HookError } from '../errors.ts';
import { intervalOf } from '../flagger/canary.ts';
import { notedOn, type TargetChange, targetChangeNote } from '../run/annotations.ts';
import { ownership } from '../run/ownership.ts';
import type { Step } from '../run/step.ts';
import { withTargetChange } from '../run/target-note.ts';
import { failed } from '../verdict/judge.ts';
import { type Context, logFailure, type RunSnapshot } from './context.ts';
import { patchStatus } from './write-status.ts';

type TargetChanged = Extract<Step, { do: 'targetChanged' }>;

/**
 * Notes when the change was first seen: on the Job that is judged, or on the record where none is. What cannot be written is
 * noted by the next call.
 */
export async function noteTargetChanged(
  { job, seen, changedSince }: TargetChanged,
  { run, spec, canary, now }: RunSnapshot,
  context: Context,
): Promise<void> {
  const { kube, log } = context;
  if (seen === undefined || changedSince !== undefined) return;
  const change: TargetChange = { since: timestamp(now), to: seen };
  const written = job
    ? kube.annotateJob(job, targetChangeNote(change))
    : patchStatus(spec, (status) => withTargetChange(status, run, change), { ...context, canary, now });
  await logFailure(log, written);
}

/** The target is back, or the run is given up: forget the earlier change. */
export async function forgetTargetChange(snapshot: RunSnapshot, context: Context): Promise<void> {
  const { run, spec, job, canary, now } = snapshot;
  const { kube, log } = context;
  if (job !== undefined && ownership(job, run) === 'owned' && notedOn(job).since !== undefined) {
    await logFailure(log, kube.annotateJob(job, targetChangeNote(undefined)));
  }
  await logFailure(
    log,
    patchStatus(spec, (status) => withTargetChange(status, run), { ...context, canary, now }),
  );
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
