/**
 * Which came first, a run's Job or its record: either may be older than the other, as they cannot be written in one.
 */
import { type E2ESpec, type RunRecord, withDefaults } from '../api/e2espec.ts';
import type { Job } from '../api/kubernetes.ts';
import { factsOf } from './annotations.ts';
import { requestOf } from './requests.ts';
import { mayHaveExpired } from './ttl.ts';

/**
 * `same`: the record's own, or one that its record was not written for yet. `before`: a former one, which has to go.
 * `after`: a later one, whose record was not written. `strange`: this run has not made it.
 */
export type Order = 'same' | 'before' | 'after' | 'strange';

export function orderOf(job: Job, record: RunRecord, spec: E2ESpec): Order {
  if (record.jobUID !== undefined && record.jobUID === job.metadata?.uid) return 'same';
  return byRequest(job, record, spec) ?? bySpec(job, record, spec) ?? byTry(job, record) ?? byUid(job, record, spec);
}

function byRequest(job: Job, { requestedAt }: RunRecord, spec: E2ESpec): Order | undefined {
  if (factsOf(job).requestedAt === requestedAt) return undefined;
  return requestedAt !== undefined && requestedAt === requestOf(spec) ? 'before' : 'after';
}

function bySpec(job: Job, { specUID, specGeneration }: RunRecord, { metadata }: E2ESpec): Order | undefined {
  const facts = factsOf(job);
  if (facts.specUid !== undefined && specUID !== undefined && facts.specUid !== specUID) {
    return specUID === metadata.uid ? 'before' : 'after';
  }
  return compare(facts.specGeneration, specGeneration);
}

function byTry(job: Job, { attempt = 1, removed = 0 }: RunRecord): Order | undefined {
  const facts = factsOf(job);
  return compare(facts.attempt, attempt) ?? compare(facts.lostJobs, removed);
}

// Nothing but its TTL makes a run begin again without being counted.
function byUid({ metadata }: Job, record: RunRecord, { spec }: E2ESpec): Order {
  if (record.jobUID === undefined) return 'same';
  const created = new Date(metadata?.creationTimestamp ?? 0);
  return mayHaveExpired(record, withDefaults(spec), created) ? 'after' : 'strange';
}

function compare(ofJob: number, onRecord: number | undefined): Order | undefined {
  if (onRecord === undefined || ofJob === onRecord) return undefined;
  return ofJob < onRecord ? 'before' : 'after';
}

/** Whether the E2ESpec is not what it was made from; one that was deleted and created again begins at generation 1. */
export function isEdited(made: Pick<RunRecord, 'specUID' | 'specGeneration'>, { metadata }: E2ESpec): boolean {
  const isAnother = made.specUID !== undefined && made.specUID !== metadata.uid;
  return isAnother || made.specGeneration !== metadata.generation;
}
