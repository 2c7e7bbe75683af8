/**
 * What a run writes on its Job, and reads there again. Whose Job it is: `ownership.ts`.
 */
import type { Job } from '../api/kubernetes.ts';
import { annotation, label, manager } from '../api/labels.ts';
import { labelValue, type Run } from './id.ts';
import { shownId } from './requested.ts';

/** What a Job knows of its run besides the run's identity. */
export interface JobFacts {
  /** How many times this run was begun, this Job included; from 1. */
  attempt: number;
  /** How often a Job of this run was gone before its verdict was read. */
  lostJobs: number;
  /** The E2ESpec that the Job was made from. */
  specUid?: string;
  specGeneration: number;
  /** Hash of the target's pod template that is tested. */
  target?: string;
  /** The request to run again that the Job answers. */
  requestedAt?: string;
  /** Absent where it was made to hold its rollout. */
  mode?: 'Observe';
}

export function annotationsOf(run: Run, facts: Omit<JobFacts, 'mode'>): Record<string, string> {
  return {
    [annotation.canary]: run.canary,
    [annotation.canaryUid]: run.canaryUid,
    [annotation.checksum]: run.checksum,
    [annotation.rollout]: run.rollout,
    [annotation.e2eSpec]: run.e2eSpec,
    ...(facts.specUid !== undefined && { [annotation.specUid]: facts.specUid }),
    [annotation.specGeneration]: String(facts.specGeneration),
    [annotation.metadataHash]: run.metadataHash,
    ...(run.mode !== undefined && { [annotation.mode]: run.mode }),
    ...(run.request && { [annotation.trigger]: 'request', [annotation.runId]: shownId(run.request.id) }),
    [annotation.attempt]: String(facts.attempt),
    [annotation.lostJobs]: String(facts.lostJobs),
    ...(facts.target !== undefined && { [annotation.target]: facts.target }),
    ...(facts.requestedAt !== undefined && { [annotation.requestedAt]: facts.requestedAt }),
  };
}

export function factsOf(job: Job): JobFacts {
  const written = job.metadata?.annotations ?? {};
  const specUid = written[annotation.specUid];
  const target = written[annotation.target];
  const requestedAt = written[annotation.requestedAt];
  return {
    attempt: countIn(written, annotation.attempt) ?? 1,
    lostJobs: countIn(written, annotation.lostJobs) ?? 0,
    specGeneration: countIn(written, annotation.specGeneration) ?? 0,
    ...(specUid !== undefined && { specUid }),
    ...(target !== undefined && { target }),
    ...(requestedAt !== undefined && { requestedAt }),
    ...(written[annotation.mode] === 'Observe' && { mode: 'Observe' }),
  };
}

/** The annotation that should be a count and is none, if there is one. */
export function miscounted({ metadata }: Job): string | undefined {
  const written = metadata?.annotations ?? {};
  return Object.keys(counts).find((name) => written[name] !== undefined && countIn(written, name) === undefined);
}

// As the definition allows them (crds/e2especs.yaml): a record with another number would be refused, and never written.
const counts: Record<string, { least: number; most: number }> = {
  [annotation.attempt]: { least: 1, most: 1000 },
  [annotation.lostJobs]: { least: 0, most: 1000 },
  [annotation.specGeneration]: { least: 0, most: 1_000_000_000 },
};

function countIn(written: Record<string, string>, name: string): number | undefined {
  const { [name]: text = '' } = written;
  const { [name]: bounds } = counts;
  if (bounds === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  return Number(text) >= bounds.least && Number(text) <= bounds.most ? Number(text) : undefined;
}

/** A target that is no longer what a run tests. */
export interface TargetChange {
  /** When that was first seen, RFC 3339. */
  since: string;
  /** The hash of what it has become: another change begins anew. */
  to: string;
}

/** The patch that notes what the target has become and since when, or takes the note back. */
export function targetChangeNote(change: TargetChange | undefined): Record<string, string | null> {
  return { [annotation.targetChangedAt]: change?.since ?? null, [annotation.targetChangedTo]: change?.to ?? null };
}

/** What was noted of a target that is not what this Job tests. */
export function notedOn({ metadata }: Job): Partial<TargetChange> {
  const { [annotation.targetChangedAt]: since, [annotation.targetChangedTo]: to } = metadata?.annotations ?? {};
  return { ...(since !== undefined && { since }), ...(to !== undefined && { to }) };
}

export function labelsOf(run: Run): Record<string, string> {
  const whose: Record<string, string> = run.request
    ? { [label.e2eSpec]: labelValue(run.e2eSpec), [label.trigger]: 'request' }
    : { [label.canary]: labelValue(run.canary), [label.checksum]: run.checksum };
  return {
    [label.managedBy]: manager,
    ...whose,
    'app.kubernetes.io/managed-by': manager,
    'app.kubernetes.io/component': 'e2e-test',
  };
}

/** Finds the Jobs of all runs of this canary. */
export function canarySelector(run: Run): string {
  return `${label.managedBy}=${manager},${label.canary}=${labelValue(run.canary)}`;
}
