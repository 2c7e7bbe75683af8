/**
 * The list of runs in E2ESpec.status: what a new record does to the former ones, and how long they are kept.
 * Pure; `settle.ts` writes it.
 */
import type { LastRun, RunRecord, Status } from '../e2espec.ts';
import { answers, isFinal } from '../record.ts';
import { oneLine } from './words.ts';

const keptPerCanary = 10;
// What the definition allows (crds/e2especs.yaml): one more, and the API server refuses the whole status.
const keptInAll = 200;

/** The status with this record in it, or nothing when it is there already. */
export function withRecord(status: Status | undefined, record: RunRecord): Status | undefined {
  const runs = status?.runs ?? [];
  const known = runs.find((other) => isSameRun(other, record) && answers(other));
  if (known !== undefined && tells(known, record)) return undefined;
  const others = runs.flatMap((other) => (other === known ? former(known, record) : [overtaken(other, record)]));
  return { runs: trim([record, ...others]), lastRun: lastRunOf(record) };
}

function tells(known: RunRecord, record: RunRecord): boolean {
  // A call that saw the Job before the person did what they did comes too late.
  if (known.verdict === 'Skipped' && byHand(known, record) === undefined) return true;
  return known.jobUID === record.jobUID && (known.verdict === record.verdict || (isFinal(known) && !isFinal(record)));
}

// What a run has come to takes the place of its beginning; what a person did leaves what was before as history.
function former(known: RunRecord, record: RunRecord): RunRecord[] {
  const cause = byHand(known, record);
  return cause === undefined ? [] : [superseded(known, cause)];
}

function byHand(known: RunRecord, { verdict, requestedAt }: RunRecord): string | undefined {
  if (known.requestedAt !== requestedAt) return 'run again by hand';
  return verdict === 'Skipped' && known.verdict !== 'Skipped' ? 'skipped by hand' : undefined;
}

// A to B to C to B inside one rollout must run B again: its former verdict was on the way to something else.
function overtaken(other: RunRecord, by: RunRecord): RunRecord {
  const isOvertaken = isSameRollout(other, by) && other.checksum !== by.checksum && answers(other);
  return isOvertaken ? superseded(other, `superseded by checksum ${by.checksum}`) : other;
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

function isSameRun(a: RunRecord, b: RunRecord): boolean {
  return isSameRollout(a, b) && a.checksum === b.checksum && a.hook === b.hook;
}

function isSameRollout(a: RunRecord, b: RunRecord): boolean {
  return a.canary === b.canary && a.canaryUID === b.canaryUID && a.rollout === b.rollout;
}
