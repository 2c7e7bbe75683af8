/**
 * What is noted of a target that is no longer what a run tests: on its Job, or on its record where there is no Job to
 * look at. Only what has lasted is told as a revert.
 */
import type { RunRecord, Status } from '../api/e2espec.ts';
import type { TargetChange } from './annotations.ts';
import type { Run } from './id.ts';
import { recordOf } from './record.ts';

export function notedIn({ targetChangedAt: since, targetChangedTo: to }: RunRecord): Partial<TargetChange> {
  return { ...(since !== undefined && { since }), ...(to !== undefined && { to }) };
}

/** Since when the target is what it is now, as far as the note says so. */
export function sinceOf({ since, to }: Partial<TargetChange>, seen: string, now: Date): Date | undefined {
  if (since === undefined || to !== seen) return undefined;
  const time = new Date(since);
  // A time that is none, or is still to come, would never have lasted.
  return time.getTime() <= now.getTime() ? time : undefined;
}

export function withoutNote({ targetChangedAt: _at, targetChangedTo: _to, ...record }: RunRecord): RunRecord {
  return record;
}

/** The status with the note on this run's record, or without it; nothing where there is nothing to change. */
export function withTargetChange(status: Status | undefined, run: Run, change?: TargetChange): Status | undefined {
  const known = recordOf(status, run);
  if (known === undefined || (change === undefined && known.targetChangedAt === undefined)) return undefined;
  const note = change && { targetChangedAt: change.since, targetChangedTo: change.to };
  const noted = { ...withoutNote(known), ...note };
  return { ...status, runs: (status?.runs ?? []).map((record) => (record === known ? noted : record)) };
}
