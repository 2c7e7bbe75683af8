/**
 * A run that no rollout asks for: what POST /run takes, and by what the run is known from then on. Nothing of it is a
 * Canary's, so that it is never taken for the run of a rollout, and no rollout's for it.
 */
import type { E2ESpec } from '../api/e2espec.ts';
import { isNamespaceName, isObjectName } from '../api/names.ts';
import { HookError } from '../errors.ts';
import { noRollout } from '../flagger/canary.ts';
import { oneLine } from '../text.ts';
import { cut, hash, longestName, type Run, type RunKey } from './id.ts';

export interface RunRequest {
  namespace: string;
  /** The E2ESpec's. */
  name: string;
  /** The same again is the same run. */
  id: string;
  /** What the test is to call. */
  url?: string;
}

/** The body; without an `id` where the caller leaves that to the verifier. Throws BadRequest. */
export function readRunRequest(text: string): Omit<RunRequest, 'id'> & { id?: string } {
  const body = parse(text);
  const unknown = Object.keys(body).find((field) => !Object.hasOwn(rules, field));
  if (unknown !== undefined) throw badRequest(`the body has a field ${JSON.stringify(unknown)}`);
  const { namespace, name, id, url } = body;
  if (!isNamespaceName(namespace)) throw badRequest(rules.namespace);
  if (typeof name !== 'string' || !isObjectName(name)) throw badRequest(rules.name);
  if (!isId(id)) throw badRequest(rules.id);
  if (!isUrl(url)) throw badRequest(rules.url);
  return { namespace, name, ...(id !== undefined && { id }), ...(url !== undefined && { url }) };
}

const longestId = 253;
const longestUrl = 2048;

const rules = {
  namespace: 'namespace must be the name of a namespace: lower-case letters, digits and "-", at most 63 characters',
  name: 'name must be the name of an E2ESpec: lower-case letters, digits, "-" and ".", at most 253 characters',
  id: `id must be a text of 1 to ${longestId} characters. Leave it out, and one is made`,
  url: `url must begin with http:// or https:// and have no blanks, at most ${longestUrl} characters`,
};

function parse(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  } catch {
    // The same to whoever sends it.
  }
  throw badRequest('the body is not a JSON object');
}

function isId(id: unknown): id is string | undefined {
  return id === undefined || (typeof id === 'string' && id !== '' && id.length <= longestId);
}

// As it is handed on: what URL makes of it may end in another slash.
function isUrl(url: unknown): url is string | undefined {
  if (url === undefined) return true;
  return (
    typeof url === 'string' && url.length <= longestUrl && /^https?:\/\/[^\s\p{C}]+$/iu.test(url) && URL.canParse(url)
  );
}

/** As people read it: the run is known by the hash of what was sent. */
export function shownId(id: string): string {
  return oneLine(id, longestId);
}

function badRequest(problem: string): HookError {
  return new HookError('BadRequest', `${problem}. POST {"namespace","name","id"?,"url"?}`);
}

// Flagger's checksums have 10 characters at most, and a name that was cut ends with a hash of 10: so it is no rollout's Job.
const hashInName = 12;

/** What is known of it before anything is read. */
export function requestedKey({ namespace, name, id }: Pick<RunRequest, 'namespace' | 'name' | 'id'>): RunKey {
  const identity = JSON.stringify([name, id]);
  const ending = `-run-${hash(identity, hashInName)}`;
  return {
    namespace,
    canary: noRollout,
    checksum: hash(identity, 32),
    e2eSpec: name,
    metadataHash: '',
    jobName: cut(`e2e-${name}`, longestName - ending.length) + ending,
  };
}

/** `url`: where the test finds what it tests; nothing where nobody knows. */
export function requestedRun(key: RunKey, id: string, { metadata }: E2ESpec, url: string | undefined): Run {
  const request = { id, specUid: metadata.uid, ...(url !== undefined && { url }) };
  // One run supersedes those of other checksums in the same rollout, so each has one of its own.
  return { ...key, canaryUid: noRollout, rollout: key.checksum, request };
}
