/**
 * What a run writes on its Job, and reads there again.
 */
import type { Job } from '../api/kubernetes.ts';
import { annotation, label, manager } from '../api/labels.ts';
import { labelValue, type Run } from './id.ts';

/** What a Job knows of its run besides the run's identity. */
interface JobFacts {
  /** How many times this run was begun, this Job included; from 1. */
  attempt: number;
  /** How often a Job of this run was gone before its verdict was read. */
  lostJobs: number;
  /** The generation of the E2ESpec that the Job was made from. */
  specGeneration: number;
  /** Hash of the target's pod template that is tested. */
  target?: string;
  /** The request to run again that the Job answers. */
  requestedAt?: string;
}

export function annotationsOf(run: Run, facts: JobFacts): Record<string, string> {
  return {
    [annotation.canary]: run.canary,
    [annotation.canaryUid]: run.canaryUid,
    [annotation.checksum]: run.checksum,
    [annotation.rollout]: run.rollout,
    [annotation.e2eSpec]: run.e2eSpec,
    [annotation.specGeneration]: String(facts.specGeneration),
    [annotation.metadataHash]: run.metadataHash,
    [annotation.attempt]: String(facts.attempt),
    [annotation.lostJobs]: String(facts.lostJobs),
    ...(facts.target !== undefined && { [annotation.target]: facts.target }),
    ...(facts.requestedAt !== undefined && { [annotation.requestedAt]: facts.requestedAt }),
  };
}

export function factsOf(job: Job): JobFacts {
  const written = job.metadata?.annotations ?? {};
  const target = written[annotation.target];
  const requestedAt = written[annotation.requestedAt];
  return {
    attempt: Number(written[annotation.attempt] ?? 1),
    lostJobs: Number(written[annotation.lostJobs] ?? 0),
    specGeneration: Number(written[annotation.specGeneration] ?? 0),
    ...(target !== undefined && { target }),
    ...(requestedAt !== undefined && { requestedAt }),
  };
}

/** The patch that notes since when, or takes the note back. */
export function targetChangeNote(since: string | null): Record<string, string | null> {
  return { [annotation.targetChangedAt]: since };
}

/** When it was first seen that the target is not what this Job tests; nothing where it is. */
export function targetChangedAt(job: Job | undefined): Date | undefined {
  const time = job?.metadata?.annotations?.[annotation.targetChangedAt];
  return time === undefined ? undefined : new Date(time);
}

export function labelsOf(run: Run): Record<string, string> {
  return {
    [label.managedBy]: manager,
    [label.canary]: labelValue(run.canary),
    [label.checksum]: run.checksum,
    'app.kubernetes.io/managed-by': manager,
    'app.kubernetes.io/component': 'e2e-test',
  };
}

/** Finds the Jobs of all runs of this canary. */
export function canarySelector(run: Run): string {
  return `${label.managedBy}=${manager},${label.canary}=${labelValue(run.canary)}`;
}

export function isOfAnotherRevision({ metadata }: Job, run: Run): boolean {
  const written = metadata?.annotations ?? {};
  return written[annotation.canary] === run.canary && written[annotation.checksum] !== run.checksum;
}

/**
 * `owned`: this run's. `stale`: this verifier's, for the same canary, checksum and hook, but of another rollout
 * or of a deleted Canary of that name. `foreign`: anybody else's; never taken over, never deleted.
 */
type Ownership = 'owned' | 'stale' | 'foreign';

/** Who owns the Job of the run's name. */
export function ownership(job: Job, run: Run): Ownership {
  const written = job.metadata?.annotations ?? {};
  const isOfThisHook =
    job.metadata?.labels?.[label.managedBy] === manager &&
    written[annotation.canary] === run.canary &&
    written[annotation.checksum] === run.checksum &&
    written[annotation.e2eSpec] === run.e2eSpec &&
    written[annotation.metadataHash] === run.metadataHash;
  if (!isOfThisHook) return 'foreign';
  const isOfThisRollout =
    written[annotation.canaryUid] === run.canaryUid && written[annotation.rollout] === run.rollout;
  return isOfThisRollout ? 'owned' : 'stale';
}
