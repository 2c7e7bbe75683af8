/**
 * How a run stands: what its Job and its record, taken together, say has to be done.
 */
import type { E2ESpec, RunRecord } from '../e2espec.ts';
import type { Job } from '../kube/wire.ts';
import { isFinal, recordOf } from '../record.ts';
import { kinship, type Run, requestedAtOf } from '../run.ts';
import { condition } from '../verdict.ts';

export type Standing =
  /** Somebody else's Job bears the name. */
  | { kind: 'foreign'; job: Job }
  /** A Job of another rollout bears the name: it says nothing about this one. */
  | { kind: 'stale'; job: Job }
  /** A Job of that name is being deleted. */
  | { kind: 'leaving' }
  | { kind: 'present'; job: Job }
  /** Decided; the Job is not needed any more. */
  | { kind: 'recorded'; record: RunRecord; job: Job | undefined }
  /** Begun, but its Job went before its verdict was read. */
  | { kind: 'lost'; record: RunRecord }
  /** Asked for, but its target was not ready, so it has no Job yet. */
  | { kind: 'awaited'; record: RunRecord }
  | { kind: 'absent' };

export function standingOf(run: Run, spec: E2ESpec, job: Job | undefined): Standing {
  const record = recordOf(spec.status, run);
  if (job === undefined) return withoutJob(record);
  switch (kinship(job, run)) {
    case 'foreign':
      return { kind: 'foreign', job };
    case 'stale':
      return job.metadata?.deletionTimestamp ? { kind: 'leaving' } : { kind: 'stale', job };
    case 'ours':
      return ours(job, record, spec, run);
  }
}

function withoutJob(record: RunRecord | undefined): Standing {
  if (record === undefined) return { kind: 'absent' };
  if (isFinal(record)) return { kind: 'recorded', record, job: undefined };
  return { kind: record.job === undefined ? 'awaited' : 'lost', record };
}

function ours(job: Job, record: RunRecord | undefined, spec: E2ESpec, run: Run): Standing {
  if (record !== undefined && isSkipOver(record, job)) return { kind: 'recorded', record, job };
  if (isOvertaken(job, spec, run))
    return job.metadata?.deletionTimestamp ? { kind: 'leaving' } : { kind: 'stale', job };
  if (record !== undefined && isFinal(record) && record.jobUID === job.metadata?.uid) {
    return { kind: 'recorded', record, job };
  }
  const hasVerdict = condition(job, 'Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget') !== undefined;
  if (job.metadata?.deletionTimestamp && !hasVerdict) return { kind: 'leaving' };
  return { kind: 'present', job };
}

// A skip stands, whatever the Job says beside it, until a person asks to run again.
function isSkipOver({ verdict, requestedAt }: RunRecord, job: Job): boolean {
  return verdict === 'Skipped' && requestedAt === requestedAtOf(job);
}

// Its record was superseded by another revision of the same rollout, and Flagger has come back to this one.
function isOvertaken(job: Job, { status }: E2ESpec, { checksum }: Run): boolean {
  return (status?.runs ?? []).some(
    ({ verdict, jobUID, ...record }) =>
      record.checksum === checksum && verdict === 'Superseded' && jobUID === job.metadata?.uid,
  );
}
