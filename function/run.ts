/**
 * Which run a call asks for, and whether a Job is that run's. A checksum is not a rollout:
 * A to B to A and a retry of a failed revision bring the same one back (design: identity).
 */
import { createHash } from 'node:crypto';
import { type Canary, noRollout, rolloutOf } from './canary.ts';
import type { Job } from './kube/wire.ts';
import { type Payload, staticMetadata } from './payload.ts';

export interface Run {
  namespace: string;
  canary: string;
  /** `-` without a Canary. */
  canaryUid: string;
  /** `-` without a Canary. */
  rollout: string;
  checksum: string;
  /** The E2ESpec's name. */
  spec: string;
  /** Hash of the hook's own static metadata; empty for none. */
  hook: string;
  jobName: string;
}

/** What can be said of a run before anything is read from the API server. */
export type RunName = Omit<Run, 'canaryUid' | 'rollout'>;

export const annotation = {
  canary: 'remarkable.com/canary',
  canaryUid: 'remarkable.com/canary-uid',
  checksum: 'remarkable.com/checksum',
  rollout: 'remarkable.com/rollout',
  spec: 'remarkable.com/e2espec',
  specGeneration: 'remarkable.com/e2espec-generation',
  hook: 'remarkable.com/hook',
  attempt: 'remarkable.com/attempt',
  removed: 'remarkable.com/removed',
  target: 'remarkable.com/target',
  targetChangedAt: 'remarkable.com/target-changed-at',
  /** On the E2ESpec: run again. On a Job: the request it has answered. */
  requestedAt: 'remarkable.com/requestedAt',
  /** On the E2ESpec: let one revision through without its test. */
  skip: 'remarkable.com/skip',
} as const;

export const label = {
  managedBy: 'remarkable.com/managed-by',
  canary: 'remarkable.com/canary',
  checksum: 'remarkable.com/checksum',
} as const;

export const manager = 'e2e-verifier';

export function runName(payload: Payload): RunName {
  const hook = hookHash(staticMetadata(payload.metadata));
  return {
    namespace: payload.namespace,
    canary: payload.name,
    checksum: payload.checksum,
    spec: payload.metadata['e2espec'] ?? payload.name,
    hook,
    jobName: jobName(payload.name, payload.checksum, hook),
  };
}

export function runOf(name: RunName, canary: Canary | undefined): Run {
  return {
    ...name,
    canaryUid: canary?.metadata.uid ?? noRollout,
    rollout: (canary && rolloutOf(canary)) ?? noRollout,
  };
}

/** Hooks that differ in their static metadata are different runs: else the second would pass on the first one's test. */
function hookHash(metadata: Record<string, string>): string {
  const entries = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '' : shortHash(JSON.stringify(entries));
}

// A Job's name becomes the job-name label of its pods: 63 characters at most.
const longestName = 63;

/** `e2e-{canary}-{checksum}`; for a hook with metadata of its own, or when too long, cut and ended with a hash of all. */
export function jobName(canary: string, checksum: string, hook: string): string {
  const plain = `e2e-${canary}-${checksum}`;
  if (hook === '' && plain.length <= longestName) return plain;
  const ending = `-${checksum}-${shortHash(`${canary}/${checksum}/${hook}`)}`;
  return cut(`e2e-${canary}`, longestName - ending.length) + ending;
}

/** A label's value: the name itself, or cut and ended with its hash when it is over 63 characters. */
export function labelValue(name: string): string {
  if (name.length <= longestName) return name;
  const ending = `-${shortHash(name)}`;
  return cut(name, longestName - ending.length) + ending;
}

// A cut must not end in a dot or a dash: "a.-1234" is no name.
function cut(name: string, length: number): string {
  return name.slice(0, length).replace(/[-.]+$/, '');
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

/** Whose Job it is that bears the run's name. */
export type Kinship = 'ours' | 'stale' | 'foreign';

/**
 * `ours`: this run's. `stale`: this verifier's, for the same canary, checksum and hook, but of another rollout
 * or of a deleted Canary of that name. `foreign`: anybody else's; never adopted, never deleted.
 */
export function kinship(job: Job, run: Run): Kinship {
  const said = job.metadata?.annotations ?? {};
  const isOfThisHook =
    job.metadata?.labels?.[label.managedBy] === manager &&
    said[annotation.canary] === run.canary &&
    said[annotation.checksum] === run.checksum &&
    said[annotation.spec] === run.spec &&
    said[annotation.hook] === run.hook;
  if (!isOfThisHook) return 'foreign';
  const isOfThisRollout = said[annotation.canaryUid] === run.canaryUid && said[annotation.rollout] === run.rollout;
  return isOfThisRollout ? 'ours' : 'stale';
}

/** How many times this run was begun, this Job included; from 1. */
export function attemptOf(job: Job): number {
  return Number(job.metadata?.annotations?.[annotation.attempt] ?? 1);
}

/** How often a Job of this run was gone before its verdict was read. */
export function removedOf(job: Job): number {
  return Number(job.metadata?.annotations?.[annotation.removed] ?? 0);
}

/** The request to run again that this Job answers. */
export function requestedAtOf(job: Job): string | undefined {
  return job.metadata?.annotations?.[annotation.requestedAt];
}

/** The generation of the E2ESpec that this Job was made from. */
export function specGenerationOf(job: Job): number {
  return Number(job.metadata?.annotations?.[annotation.specGeneration] ?? 0);
}
