/**
 * How a run stands: what its Job and its record, taken together, mean for it.
 */
import type { E2ESpec, RunRecord } from '../api/e2espec.ts';
import type { Job } from '../api/kubernetes.ts';
import { isDecided } from '../verdict/conditions.ts';
import { factsOf, ownership } from './annotations.ts';
import type { Run } from './id.ts';
import { isFinal, recordOf } from './record.ts';

export type RunState =
  /** Somebody else's Job bears the name. */
  | { kind: 'foreign'; job: Job }
  /** A Job of another rollout bears the name: it says nothing about this one. */
  | { kind: 'stale'; job: Job }
  /** A Job of that name is being deleted. */
  | { kind: 'terminating' }
  | { kind: 'present'; job: Job }
  /** Decided; the Job is not needed any more. */
  | { kind: 'decided'; record: RunRecord; job: Job | undefined }
  /** Begun, but its Job was deleted before its verdict was read. */
  | { kind: 'jobDeleted'; record: RunRecord }
  /** Its target was not ready, so it has no Job yet. */
  | { kind: 'waitingForTarget'; record: RunRecord }
  | { kind: 'absent' };

export function stateOf(run: Run, spec: E2ESpec, job: Job | undefined): RunState {
  const record = recordOf(spec.status, run);
  if (job === undefined) return withoutJob(record);
  switch (ownership(job, run)) {
    case 'foreign':
      return { kind: 'foreign', job };
    case 'stale':
      return job.metadata?.deletionTimestamp ? { kind: 'terminating' } : { kind: 'stale', job };
    case 'owned':
      return withOwnJob(job, record, spec, run);
  }
}

function withoutJob(record: RunRecord | undefined): RunState {
  if (record === undefined) return { kind: 'absent' };
  if (isFinal(record)) return { kind: 'decided', record, job: undefined };
  return { kind: record.job === undefined ? 'waitingForTarget' : 'jobDeleted', record };
}

function withOwnJob(job: Job, record: RunRecord | undefined, spec: E2ESpec, run: Run): RunState {
  if (record !== undefined && isSkipped(record, job)) return { kind: 'decided', record, job };
  if (isSuperseded(job, spec, run))
    return job.metadata?.deletionTimestamp ? { kind: 'terminating' } : { kind: 'stale', job };
  if (record !== undefined && isFinal(record) && record.jobUID === job.metadata?.uid) {
    return { kind: 'decided', record, job };
  }
  if (job.metadata?.deletionTimestamp && !isDecided(job)) return { kind: 'terminating' };
  return { kind: 'present', job };
}

// A skip stands, whatever the Job says beside it, until a person asks to run again.
function isSkipped({ verdict, requestedAt }: RunRecord, job: Job): boolean {
  return verdict === 'Skipped' && requestedAt === factsOf(job).requestedAt;
}

// Another revision of the same rollout has superseded its record, and Flagger has come back to this one.
function isSuperseded(job: Job, { status }: E2ESpec, { checksum }: Run): boolean {
  return (status?.runs ?? []).some(
    ({ verdict, jobUID, ...record }) =>
      record.checksum === checksum && verdict === 'Superseded' && jobUID === job.metadata?.uid,
  );
}
