/**
 * Which run a call asks for. A checksum is not a rollout: going from A to B and back to A, or retrying a failed revision,
 * brings the same checksum again.
 */
import { createHash } from 'node:crypto';
import type { Canary } from '../api/canary.ts';
import { isObjectName } from '../api/names.ts';
import { HookError } from '../errors.ts';
import { noRollout, rolloutOf } from '../flagger/canary.ts';
import { canonicalMetadata, type Payload } from '../flagger/payload.ts';

/** What is known of a run before anything is read from the API server. */
export interface RunKey {
  namespace: string;
  canary: string;
  checksum: string;
  /** The E2ESpec's name. */
  e2eSpec: string;
  /** Of the hook's static metadata; empty for none. */
  metadataHash: string;
  jobName: string;
}

export interface Run extends RunKey {
  /** `-` without a Canary. */
  canaryUid: string;
  /** `-` without a Canary. */
  rollout: string;
  /** The Canary's status.lastAppliedSpec. */
  revision?: string;
  /** Absent where it holds its rollout: `mode.ts`. */
  mode?: 'Observe';
  /** Of a run that no rollout asks for: `requested.ts`. */
  request?: { id: string; specUid: string; url?: string };
}

/** Throws BadRequest where the metadata names no E2ESpec. */
export function runKey(payload: Payload): RunKey {
  const metadata = canonicalMetadata(payload.metadata);
  // Hooks that differ in their static metadata are different runs: else the second would pass on the first one's test.
  const metadataHash = metadata === '' ? '' : shortHash(metadata);
  return {
    namespace: payload.namespace,
    canary: payload.name,
    checksum: payload.checksum,
    e2eSpec: e2eSpecName(payload),
    metadataHash,
    jobName: jobName(payload.name, payload.checksum, metadataHash),
  };
}

// A Canary may say anything here, and it becomes a part of a path.
function e2eSpecName({ name, metadata }: Payload): string {
  const given = metadata['e2espec'] ?? name;
  if (isObjectName(given)) return given;
  throw new HookError('BadRequest', 'metadata.e2espec must be the name of an E2ESpec, or be absent');
}

/** Throws ServiceUnavailable where the Canary does not say which rollout is going on: an earlier pass would answer for it. */
export function runOf(key: RunKey, canary: Canary | undefined): Run {
  if (canary === undefined) return { ...key, canaryUid: noRollout, rollout: noRollout };
  const rollout = rolloutOf(canary);
  const revision = canary.status?.lastAppliedSpec;
  if (rollout !== undefined) {
    return { ...key, canaryUid: canary.metadata.uid, rollout, ...(revision !== undefined && { revision }) };
  }
  const message = `Canary ${key.canary} has no condition Promoted with a lastTransitionTime, so nothing says which rollout is going on. Flagger writes it when a rollout begins; where somebody edited the Canary's status, start the rollout again`;
  throw new HookError('ServiceUnavailable', message);
}

/** The run that a dry run is made for, before its rollout has begun. */
export function runToTry(key: RunKey, canary: Canary | undefined): Run {
  return { ...key, canaryUid: canary?.metadata.uid ?? noRollout, rollout: noRollout };
}

// A Job's name becomes the job-name label of its pods: 63 characters at most.
export const longestName = 63;

/** `e2e-{canary}-{checksum}`; for a hook with metadata of its own, or when too long, cut and ended with a hash of all. */
export function jobName(canary: string, checksum: string, metadataHash: string): string {
  const plain = `e2e-${canary}-${checksum}`;
  if (metadataHash === '' && plain.length <= longestName) return plain;
  const ending = `-${checksum}-${shortHash(`${canary}/${checksum}/${metadataHash}`)}`;
  return cut(`e2e-${canary}`, longestName - ending.length) + ending;
}

/** A label's value: the name itself, or cut and ended with its hash when it is over 63 characters. */
export function labelValue(name: string): string {
  if (name.length <= longestName) return name;
  const ending = `-${shortHash(name)}`;
  return cut(name, longestName - ending.length) + ending;
}

// A cut must not end in a dot or a dash: "a.-1234" is no name.
export function cut(name: string, length: number): string {
  return name.slice(0, length).replace(/(?<![-.])[-.]+$/, '');
}

function shortHash(text: string): string {
  return hash(text, 10);
}

export function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
