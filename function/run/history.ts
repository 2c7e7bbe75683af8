/**
 * The list of runs in E2ESpec.status: what a new record does to the earlier ones. How long they are kept: `retention.ts`;
 * what becomes of those of a rollout that is over: `closing.ts`.
 */
import type { RunRecord, Status } from '../api/e2espec.ts';
import { isTrouble } from '../api/reasons.ts';
import { oneLine } from '../text.ts';
import { isCurrent, isFinal, isSameNews, isSameRollout, isSameRun } from './record.ts';
import { trim } from './retention.ts';

/** The status with this record in it, or nothing when it is there already. */
export function withRecord(status: Status | undefined, record: RunRecord): Status | undefined {
  const runs = status?.runs ?? [];
  const known = runs.find((other) => isSameRun(other, record) && isCurrent(other));
  if (known !== undefined && isUpToDate(known, record)) return undefined;
  const others = runs.flatMap((other) =>
    other === known ? formerRecords(known, record) : [supersededBy(other, record)],
  );
  return { ...status, runs: trim([record, ...others]) };
}

function isUpToDate(known: RunRecord, record: RunRecord): boolean {
  // Ignore a call that read the Job before the manual request.
  if (known.verdict === 'Skipped' && manualChange(known, record) === undefined) return true;
  if (known.jobUID !== record.jobUID || !isSameTry(known, record)) return false;
  if (known.verdict !== record.verdict) return isFinal(known) && !isFinal(record);
  return known.verdict !== 'Running' || (causeOf(known) === causeOf(record) && !isEditedSince(known, record));
}

/** Whether the E2ESpec was edited while its test runs, and nobody has told it yet. */
export function isEditedSince(known: RunRecord | undefined, { verdict, newerGeneration }: RunRecord): boolean {
  return verdict === 'Running' && newerGeneration !== undefined && known?.newerGeneration !== newerGeneration;
}

// Words between which a run goes to and fro while nothing changes for who reads them; a status is not written for that.
const sameCause: Record<string, string> = {
  Starting: 'Started',
  Running: 'Started',
  ImagePullBackOff: 'ErrImagePull',
  FailedScheduling: 'Unschedulable',
};

/** What a running record says of the run; not its message, in which the seconds pass. */
export function causeOf({ reason = '' }: RunRecord): string {
  return sameCause[reason] ?? reason;
}

/** Whether a run that goes on is held up by something, and was not, or by something else. */
export function isChangeForTheWorse(known: RunRecord | undefined, record: RunRecord): boolean {
  if (!isHeldUp(record)) return false;
  return known?.jobUID !== record.jobUID || known?.verdict !== 'Running' || causeOf(known) !== causeOf(record);
}

/** Whether somebody has to do something, so that the test of a Job can go on. */
export function isHeldUp({ verdict, jobUID, reason = '' }: RunRecord): boolean {
  return verdict === 'Running' && jobUID !== undefined && isTrouble(reason);
}

// Without a Job, only these tell what is tried next from what was tried before, and since when it is waited for.
function isSameTry(a: RunRecord, b: RunRecord): boolean {
  const isSameWait = b.jobUID !== undefined || a.startedAt === b.startedAt;
  return isSameWait && (a.attempt ?? 1) === (b.attempt ?? 1) && a.specGeneration === b.specGeneration;
}

// A verdict replaces the Running record; a manual request keeps the old one as Superseded.
function formerRecords(known: RunRecord, record: RunRecord): RunRecord[] {
  const cause = manualChange(known, record);
  return cause === undefined ? [] : [superseded(known, cause)];
}

function manualChange(known: RunRecord, { verdict, requestedAt }: RunRecord): string | undefined {
  if (known.requestedAt !== requestedAt) return 'run again by hand';
  return verdict === 'Skipped' && known.verdict !== 'Skipped' ? 'skipped by hand' : undefined;
}

// A to B to C to B inside one rollout must run B again: its earlier verdict belongs to an analysis that was given up.
function supersededBy(other: RunRecord, by: RunRecord): RunRecord {
  const isSuperseded = isSameRollout(other, by) && other.checksum !== by.checksum && isCurrent(other);
  return isSuperseded ? superseded(other, `superseded by checksum ${by.checksum}`) : other;
}

function superseded(record: RunRecord, cause: string): RunRecord {
  const message = oneLine(`was ${record.verdict}; ${cause}. ${record.message ?? ''}`);
  return { ...record, verdict: 'Superseded', message };
}

/** The records of this canary whose Events could not be written. */
export function untoldRecords(status: Status | undefined, canary: string): RunRecord[] {
  return (status?.runs ?? []).filter((record) => record.eventPending && record.canary === canary);
}

/** The status after the Events of these records were written; nothing where that changes nothing. */
export function withTold(status: Status | undefined, told: RunRecord[]): Status | undefined {
  const isTold = (record: RunRecord) => record.eventPending && told.some((other) => isSameNews(other, record));
  if (!status?.runs?.some(isTold)) return undefined;
  return { ...status, runs: status.runs.map((record) => (isTold(record) ? withoutMark(record) : record)) };
}

export function withoutMark({ eventPending: _, ...record }: RunRecord): RunRecord {
  return record;
}
