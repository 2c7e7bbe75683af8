/**
 * The record of runs in E2ESpec.status: what was decided, for good. Pure changes here; `settle.ts` writes them.
 */
import type { LastRun, RecordedVerdict, RunRecord, Status } from './e2espec.ts';
import { annotation, attemptOf, type Run, removedOf, specGenerationOf } from './run.ts';
import type { Verdict } from './verdict.ts';
import { type Job, timestamp } from './wire.ts';
import { oneLine } from './words.ts';

const keptPerCanary = 10;
// What the definition allows (crds/e2especs.yaml): one more, and the API server refuses the whole status.
const keptInAll = 200;
const longestReason = 128;

/** Records that were overtaken never answer. */
const silent: readonly RecordedVerdict[] = ['Superseded', 'Cancelled', 'PromotedUnverified'];

/** The record that answers for this run, if there is one. */
export function recordOf(status: Status | undefined, run: Run): RunRecord | undefined {
  return status?.runs?.find((record) => isOf(record, run) && !silent.includes(record.verdict));
}

export function isFinal({ verdict }: RunRecord): boolean {
  return verdict === 'Passed' || verdict === 'Failed' || verdict === 'Inconclusive';
}

const words: Record<Verdict['kind'], RecordedVerdict> = {
  passed: 'Passed',
  failed: 'Failed',
  inconclusive: 'Inconclusive',
  running: 'Running',
};

/** The record of what a Job of this run has come to. `now` is the API server's time. */
export function describeRun(run: Run, job: Job, verdict: Verdict, now: Date): RunRecord {
  const { metadata, status } = job;
  const removed = removedOf(job);
  const target = metadata?.annotations?.[annotation.target];
  return {
    canary: run.canary,
    canaryUID: run.canaryUid,
    checksum: run.checksum,
    rollout: run.rollout,
    hook: run.hook,
    attempt: attemptOf(job),
    job: run.jobName,
    jobUID: metadata?.uid ?? '',
    verdict: words[verdict.kind],
    ...(verdict.kind !== 'passed' && { reason: verdict.reason.slice(0, longestReason) }),
    message: oneLine(verdict.message),
    startedAt: status?.startTime ?? metadata?.creationTimestamp ?? timestamp(now),
    ...(verdict.kind !== 'running' && { finishedAt: status?.completionTime ?? timestamp(now) }),
    specGeneration: specGenerationOf(job),
    ...(target !== undefined && { target }),
    ...(removed > 0 && { removed }),
  };
}

/** The status with this record in it, or nothing when it is there already. */
export function withRecord(status: Status | undefined, record: RunRecord): Status | undefined {
  const runs = status?.runs ?? [];
  const known = runs.find((other) => isSameRun(other, record) && !silent.includes(other.verdict));
  if (known !== undefined && tells(known, record)) return undefined;
  const others = runs.filter((other) => other !== known).map((other) => superseded(other, record));
  const kept = trim([record, ...others]);
  return { runs: kept, lastRun: lastRunOf(record) };
}

function tells(known: RunRecord, record: RunRecord): boolean {
  return known.jobUID === record.jobUID && (known.verdict === record.verdict || (isFinal(known) && !isFinal(record)));
}

// A to B to C to B inside one rollout must run B again: its former verdict was on the way to something else.
function superseded(other: RunRecord, by: RunRecord): RunRecord {
  const isOvertaken = isSameRollout(other, by) && other.checksum !== by.checksum && !silent.includes(other.verdict);
  if (!isOvertaken) return other;
  const message = oneLine(`was ${other.verdict}; superseded by checksum ${by.checksum}. ${other.message ?? ''}`);
  return { ...other, verdict: 'Superseded', message };
}

/** The newest ten of each canary, and all of a canary's newest rollout. */
export function trim(runs: RunRecord[]): RunRecord[] {
  const seen = new Map<string, { rollout: string; count: number }>();
  const kept = runs.filter(({ canary, rollout }) => {
    const first = seen.get(canary) ?? { rollout, count: 0 };
    seen.set(canary, { ...first, count: first.count + 1 });
    return first.count < keptPerCanary || rollout === first.rollout;
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

function isOf(record: RunRecord, run: Run): boolean {
  return (
    record.canary === run.canary &&
    record.canaryUID === run.canaryUid &&
    record.rollout === run.rollout &&
    record.checksum === run.checksum &&
    record.hook === run.hook
  );
}

function isSameRun(a: RunRecord, b: RunRecord): boolean {
  return isSameRollout(a, b) && a.checksum === b.checksum && a.hook === b.hook;
}

function isSameRollout(a: RunRecord, b: RunRecord): boolean {
  return a.canary === b.canary && a.canaryUID === b.canaryUID && a.rollout === b.rollout;
}
