/**
 * How a run stands: what its Job and its record, taken together, mean for it.
 */
import type { E2ESpec, RunRecord } from '../api/e2espec.ts';
import type { Job } from '../api/kubernetes.ts';
import { isDecided } from '../verdict/conditions.ts';
import { factsOf } from './annotations.ts';
import type { Run } from './id.ts';
import { orderOf } from './order.ts';
import { ownership } from './ownership.ts';
import { identityOf, isFinal, isSameRollout, recordOf } from './record.ts';
import { requestOf } from './requests.ts';

export type RunState =
  /** Somebody else's Job bears the name. */
  | { kind: 'foreign'; job: Job }
  /** A Job of another rollout bears the name: it says nothing about this one. */
  | { kind: 'stale'; job: Job }
  /** Its Job is being deleted before its verdict was read. */
  | { kind: 'terminating'; job: Job }
  | { kind: 'present'; job: Job }
  /** Decided. `job` has the name, but is not needed any more. */
  | { kind: 'decided'; record: RunRecord; job: Job | undefined }
  /** Begun, but its Job was gone before its verdict was read. */
  | { kind: 'jobDeleted'; record: RunRecord }
  /** It has no Job yet: its target is not ready, or a former `job` has to go first. */
  | { kind: 'jobAwaited'; record: RunRecord; job: Job | undefined }
  | { kind: 'absent' };

export function stateOf(run: Run, spec: E2ESpec, job: Job | undefined): RunState {
  const record = recordOf(spec.status, run);
  if (job === undefined) return withoutJob(record);
  switch (ownership(job, run)) {
    case 'foreign':
      return withForeignJob(job, record);
    case 'stale':
      return withFormerJob(job, record);
    case 'owned':
      return withOwnJob(job, record, spec, run);
  }
}

function withoutJob(record: RunRecord | undefined): RunState {
  if (record === undefined) return { kind: 'absent' };
  if (isFinal(record)) return { kind: 'decided', record, job: undefined };
  return record.job === undefined ? { kind: 'jobAwaited', record, job: undefined } : { kind: 'jobDeleted', record };
}

// What was decided stays so, whoever takes the name of a Job that is gone.
function withForeignJob(job: Job, record: RunRecord | undefined): RunState {
  return record !== undefined && isFinal(record)
    ? { kind: 'decided', record, job: undefined }
    : { kind: 'foreign', job };
}

function withFormerJob(job: Job, record: RunRecord | undefined): RunState {
  if (record === undefined) return { kind: 'stale', job };
  return { kind: isFinal(record) ? 'decided' : 'jobAwaited', record, job };
}

function withOwnJob(job: Job, record: RunRecord | undefined, spec: E2ESpec, run: Run): RunState {
  if (isSuperseded(job, spec, run)) return withFormerJob(job, record);
  if (record === undefined) return inPlace(job);
  if (isSkipped(record, job, spec)) return { kind: 'decided', record, job };
  switch (orderOf(job, record, spec)) {
    case 'same':
      return record.jobUID !== undefined && isFinal(record) ? { kind: 'decided', record, job } : inPlace(job);
    case 'after':
      return inPlace(job);
    case 'before':
      return withFormerJob(job, record);
    case 'strange':
      return withForeignJob(job, record);
  }
}

function inPlace(job: Job): RunState {
  return { kind: job.metadata?.deletionTimestamp && !isDecided(job) ? 'terminating' : 'present', job };
}

// A skip stands, whatever the Job says beside it, until a person asks to run again.
function isSkipped({ verdict, requestedAt }: RunRecord, job: Job, spec: E2ESpec): boolean {
  if (verdict !== 'Skipped') return false;
  const answered = factsOf(job).requestedAt;
  return answered === undefined || answered === requestedAt || answered !== requestOf(spec);
}

// Another revision of the same rollout has superseded its record, or was begun since, and Flagger has come back to this one.
function isSuperseded({ metadata }: Job, { status }: E2ESpec, run: Run): boolean {
  const { uid, creationTimestamp } = metadata ?? {};
  return (status?.runs ?? []).some((record) => {
    if (record.checksum === run.checksum) return record.verdict === 'Superseded' && record.jobUID === uid;
    const begun = record.startedAt ?? record.finishedAt;
    if (begun === undefined || creationTimestamp === undefined || !isSameRollout(record, identityOf(run))) return false;
    return Date.parse(begun) > Date.parse(creationTimestamp);
  });
}
