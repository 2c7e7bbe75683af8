/**
 * What Flagger posts to every webhook. The payload names no hook type and carries no signature:
 * the path says which hook it is (`hooks.ts`), the Canary whether it is Flagger's (`authenticate.ts`).
 */
import { HookError } from '../errors.ts';
import validate from './payload-validator.js';

/** @see https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/apis/flagger/v1beta1/canary.go `CanaryWebhookPayload` */
export interface Payload {
  /** The Canary's name. */
  name: string;
  namespace: string;
  /** Flagger's word for the moment; not always the Canary's `status.phase`. */
  phase: string;
  checksum: string;
  /** The hook's own static metadata; event hooks add eventMessage, eventType and timestamp (milliseconds). */
  metadata: Record<string, string>;
}

/** Checks the JSON text of a request. Every key of `metadata` must stay its own environment variable. Throws BadRequest. */
export function readPayload(text: string): Payload {
  const body = parseJson(text);
  if (!validate(body)) throw badRequest(describe(validate.errors?.[0]));
  const { name, namespace, phase = '', checksum, metadata } = body;
  const payload = { name, namespace, phase, checksum, metadata: metadata ?? {} };
  const problem = collisionIn(payload.metadata);
  if (problem === undefined) return payload;
  throw badRequest(problem);
}

/** Why every call of a Canary with this name is refused, as a sentence that begins with the field. */
export function identityProblem({
  name,
  namespace,
}: Pick<Payload, 'name' | 'namespace'>): { field: 'name' | 'namespace'; message: string } | undefined {
  if (validate({ name, namespace, checksum: 'a' })) return undefined;
  const [error] = validate.errors ?? [];
  return { field: error?.instancePath === '/namespace' ? 'namespace' : 'name', message: describe(error) };
}

// Room for the rest of a payload in the 64 KiB of a body, and for Go's JSON, which writes "<" in six characters.
const longestMetadata = 60 * 1024;

/** Why every call with a webhook's metadata will be refused, as a sentence; nothing where it can be answered. */
export function metadataProblem(metadata: Record<string, string> = {}): string | undefined {
  if (!validate({ name: 'a', namespace: 'a', checksum: 'a', metadata })) return describe(validate.errors?.[0]);
  const { length } = Buffer.from(JSON.stringify(metadata).replace(/[<>&\u2028\u2029]/g, '123456'));
  if (length > longestMetadata) return `metadata is ${length} bytes; it must be at most ${longestMetadata}`;
  return collisionIn(metadata);
}

/** `region-a` is handed to the test as `CANARY_METADATA_REGION_A`. */
export function metadataVariable(key: string): string {
  return `CANARY_METADATA_${key.toUpperCase().replace(/[^A-Z0-9_]/g, '_')}`;
}

// Flagger sets the first on event hooks; the others are for the verifier, and the test does not see them.
const eventKeys: readonly string[] = ['eventMessage', 'eventType', 'timestamp'];
const reservedKeys: readonly string[] = ['token', 'e2espec'];

/** The metadata a user wrote on the hook and that the test is to see. */
export function userMetadata(metadata: Record<string, string>): Record<string, string> {
  return omit(metadata, [...eventKeys, ...reservedKeys]);
}

/** The metadata that makes a hook's run a run of its own. */
function staticMetadata(metadata: Record<string, string>): Record<string, string> {
  return omit(metadata, [...eventKeys, 'token']);
}

/** The same text for the same static metadata, in whatever order it was written; empty for none. */
export function canonicalMetadata(metadata: Record<string, string>): string {
  const entries = Object.entries(staticMetadata(metadata)).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '' : JSON.stringify(entries);
}

function omit(metadata: Record<string, string>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !keys.includes(key)));
}

function collisionIn(metadata: Record<string, string>): string | undefined {
  const seen = new Map<string, string>();
  for (const key of Object.keys(userMetadata(metadata))) {
    const variable = metadataVariable(key);
    const first = seen.get(variable);
    if (first !== undefined) {
      return `metadata keys ${first} and ${key} would both become ${variable}. Rename one`;
    }
    seen.set(variable, key);
  }
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('the body is not JSON. Flagger posts {"name","namespace","phase","checksum"}');
  }
}

const rules: Record<string, string> = {
  name: 'must be the name of a Canary: lower-case letters, digits, "-" and ".", at most 253 characters',
  namespace: 'must be the name of a namespace: lower-case letters, digits and "-", at most 63 characters',
  checksum: 'must be 1 to 32 lower-case letters and digits',
  phase: 'must be one of the phases of a Canary, as Progressing',
  metadata:
    'must be at most 64 strings of at most 16384 characters, under keys of at most 253, without NUL and half surrogate pairs',
};

function describe(error: { instancePath: string; message?: string } | undefined): string {
  const [field = '', ...inner] = error?.instancePath.split('/').slice(1) ?? [];
  if (field === 'metadata' && inner.length > 0 && error?.message === 'must be string') {
    return `${[field, ...inner].map(unescaped).join('.')} must be a string. Put it in quotes`;
  }
  if (inner[0] === 'e2espec') {
    return 'metadata.e2espec must be the name of an E2ESpec. Remove the key where the one with the name of the Canary is meant';
  }
  if (rules[field] === undefined) return `the payload ${error?.message ?? 'is not what Flagger sends'}`;
  return `${[field, ...inner].map(unescaped).join('.')} ${rules[field]}`;
}

// https://www.rfc-editor.org/rfc/rfc6901#section-3
function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function badRequest(message: string): HookError {
  return new HookError('BadRequest', message);
}
