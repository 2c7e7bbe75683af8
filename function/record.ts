/**
 * One record of E2ESpec.status: what was decided on a run, for good. What a new record does to the others: `history.ts`.
 */
import type { E2ESpec, RecordedVerdict, RunRecord, Status } from './e2espec.ts';
import { type Job, timestamp } from './kube/wire.ts';
import { oneLine } from './record/words.ts';
import { requestOf, type Skip } from './run/annotations.ts';
import { annotation, attemptOf, type Run, removedOf, requestedAtOf, specGenerationOf } from './run.ts';
import type { Verdict } from './verdict.ts';

const longestReason = 128;

/** The record that answers for this run, if there is one. */
export function recordOf(status: Status | undefined, run: Run): RunRecord | undefined {
  return status?.runs?.find(
    (record) =>
      record.canary === run.canary &&
      record.canaryUID === run.canaryUid &&
      record.rollout === run.rollout &&
      record.checksum === run.checksum &&
      record.hook === run.hook &&
      answers(record),
  );
}

/** Records that were overtaken never answer. */
export function answers({ verdict }: RunRecord): boolean {
  return verdict !== 'Superseded' && verdict !== 'Cancelled' && verdict !== 'PromotedUnverified';
}

export function isFinal({ verdict }: RunRecord): boolean {
  return verdict === 'Passed' || verdict === 'Skipped' || verdict === 'Failed' || verdict === 'Inconclusive';
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
  const requestedAt = requestedAtOf(job);
  return {
    ...identityOf(run),
    attempt: attemptOf(job),
    job: run.jobName,
    jobUID: metadata?.uid ?? '',
    ...wordsOf(verdict),
    startedAt: status?.startTime ?? metadata?.creationTimestamp ?? timestamp(now),
    ...(verdict.kind !== 'running' && { finishedAt: status?.completionTime ?? timestamp(now) }),
    specGeneration: specGenerationOf(job),
    ...(target !== undefined && { target }),
    ...(removed > 0 && { removed }),
    ...(requestedAt !== undefined && { requestedAt }),
  };
}

/** The record of a run that has no Job, because its target is not there. `since`, `now`: RFC 3339 and the API server's time. */
export function describeWaiting(run: Run, spec: E2ESpec, verdict: Verdict, since: string, now: Date): RunRecord {
  return {
    ...identityOf(run),
    ...wordsOf(verdict),
    startedAt: since,
    ...(verdict.kind !== 'running' && { finishedAt: timestamp(now) }),
    ...askedOf(spec),
  };
}

/** The record of a run that a person lets through without its test. `target`: hash of what is let through. */
export function describeSkip(run: Run, spec: E2ESpec, skip: Skip, target: string | undefined, now: Date): RunRecord {
  return {
    ...identityOf(run),
    verdict: 'Skipped',
    message: oneLine(`skipped by hand: ${skip.reason}`),
    finishedAt: timestamp(now),
    ...askedOf(spec),
    ...(target !== undefined && { target }),
    skip: skip.value,
  };
}

function identityOf(run: Run): Pick<RunRecord, 'canary' | 'canaryUID' | 'checksum' | 'rollout' | 'hook'> {
  const { canary, canaryUid, checksum, rollout, hook } = run;
  return { canary, canaryUID: canaryUid, checksum, rollout, hook };
}

function wordsOf(verdict: Verdict): Pick<RunRecord, 'verdict' | 'reason' | 'message' | 'counts'> {
  return {
    verdict: words[verdict.kind],
    ...(verdict.kind !== 'passed' && { reason: verdict.reason.slice(0, longestReason) }),
    message: oneLine(verdict.message),
    ...('counts' in verdict && { counts: verdict.counts }),
  };
}

function askedOf(spec: E2ESpec): Pick<RunRecord, 'specGeneration' | 'requestedAt'> {
  const requestedAt = requestOf(spec);
  return { specGeneration: spec.metadata.generation, ...(requestedAt !== undefined && { requestedAt }) };
}
