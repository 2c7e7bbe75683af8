/**
 * The list of runs in E2ESpec.status: what a new record does to the earlier ones, how long they are kept, and what becomes
 * of those of a rollout that is over.
 */
import type { Canary } from '../api/canary.ts';
import type { LastRun, RunRecord, Status } from '../api/e2espec.ts';
import type { OwnReason } from '../api/reasons.ts';
import { noRollout, rolloutOf } from '../flagger/canary.ts';
import { oneLine } from '../text.ts';
import { isCurrent, isFinal, isSameRollout, isSameRun } from './record.ts';

const rolloutFailed: OwnReason = 'RolloutFailed';
const noPassedRun: OwnReason = 'NoPassedRun';

const keptPerCanary = 10;
// What the definition allows (crds/e2especs.yaml): one more, and the API server refuses the whole status.
const keptInAll = 200;

/** The status with this record in it, or nothing when it is there already. */
export function withRecord(status: Status | undefined, record: RunRecord): Status | undefined {
  const runs = status?.runs ?? [];
  const known = runs.find((other) => isSameRun(other, record) && isCurrent(other));
  if (known !== undefined && isUpToDate(known, record)) return undefined;
  const others = runs.flatMap((other) =>
    other === known ? formerRecords(known, record) : [supersededBy(other, record)],
  );
  return { runs: trim([record, ...others]), lastRun: lastRunOf(record) };
}

function isUpToDate(known: RunRecord, record: RunRecord): boolean {
  // Ignore a call that read the Job before the manual request.
  if (known.verdict === 'Skipped' && manualChange(known, record) === undefined) return true;
  if (known.jobUID !== record.jobUID || !isSameTry(known, record)) return false;
  return known.verdict === record.verdict || (isFinal(known) && !isFinal(record));
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

/** The newest ten of each canary, all of a canary's newest rollout, and its newest skip: forgotten, it would hold again. */
export function trim(runs: RunRecord[]): RunRecord[] {
  const seen = new Map<string, { rollout: string; count: number; hasSkip: boolean }>();
  const kept = runs.filter(({ canary, rollout, skip }) => {
    const { count, hasSkip, ...first } = seen.get(canary) ?? { rollout, count: 0, hasSkip: false };
    const isSkip = skip !== undefined;
    seen.set(canary, { ...first, count: count + 1, hasSkip: hasSkip || isSkip });
    return count < keptPerCanary || rollout === first.rollout || (isSkip && !hasSkip);
  });
  return kept.slice(0, keptInAll);
}

export function lastRunOf(record: RunRecord): LastRun {
  const { verdict, reason = '', canary, checksum, startedAt, finishedAt } = record;
  const time = finishedAt ?? startedAt;
  // A merge patch keeps what it does not name, so what is gone is named as empty.
  const duration = startedAt && finishedAt ? durationOf(startedAt, finishedAt) : '';
  return { verdict, reason, canary, checksum, duration, ...(time !== undefined && { time }) };
}

function durationOf(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

export interface FinishedRollout {
  canary: Canary;
  checksum: string;
  phase: 'Succeeded' | 'Failed';
  /** RFC 3339, the API server's. */
  at: string;
}

/**
 * The open records of the newest rollout in which this checksum was tested. The record says which rollout it was:
 * the Canary's condition has moved on by the time of this hook.
 */
export function openRecords(
  status: Status | undefined,
  { canary, checksum }: Omit<FinishedRollout, 'phase' | 'at'>,
): RunRecord[] {
  const open = (status?.runs ?? []).filter(
    (record) =>
      record.canary === canary.metadata.name &&
      record.canaryUID === canary.metadata.uid &&
      record.checksum === checksum &&
      record.closedAt === undefined,
  );
  return open.filter(({ rollout }) => rollout === open[0]?.rollout);
}

/** The status with those records closed; nothing where none is open. */
export function closeRecords(status: Status | undefined, finished: FinishedRollout): Status | undefined {
  const open = openRecords(status, finished);
  if (open.length === 0) return undefined;
  const runs = (status?.runs ?? []).map((record) => (open.includes(record) ? close(record, finished) : record));
  // The newest run is the first; where it is one of these, kubectl get must not go on saying Running.
  const [newest] = runs;
  const isNewest = newest !== undefined && newest.closedAt === finished.at;
  return { ...status, runs, ...(isNewest && { lastRun: lastRunOf(newest) }) };
}

function close(record: RunRecord, { phase, at }: FinishedRollout): RunRecord {
  if (phase === 'Succeeded' || record.verdict !== 'Running') return { ...record, closedAt: at };
  return { ...record, verdict: 'Cancelled', reason: rolloutFailed, finishedAt: at, closedAt: at };
}

/** The status that says that this revision was promoted without a passed test; nothing where it says so already. */
export function promotedUnverified(status: Status | undefined, finished: FinishedRollout): Status | undefined {
  const { canary, checksum, at } = finished;
  const rollout = openRecords(status, finished)[0]?.rollout ?? rolloutOf(canary) ?? noRollout;
  const runs = status?.runs ?? [];
  const { name, uid } = canary.metadata;
  const identity = { canary: name, canaryUID: uid, checksum, rollout, hook: '' };
  if (runs.some((record) => isSameRun(record, identity) && record.verdict === 'PromotedUnverified')) return undefined;
  const message = 'promoted without a passed test of its own rollout';
  const record: RunRecord = {
    ...identity,
    message,
    finishedAt: at,
    closedAt: at,
    verdict: 'PromotedUnverified',
    reason: noPassedRun,
  };
  const rest = closeRecords(status, finished)?.runs ?? runs;
  const lastRun = { verdict: record.verdict, reason: noPassedRun, canary: name, checksum, duration: '', time: at };
  return { runs: trim([record, ...rest]), lastRun };
}
