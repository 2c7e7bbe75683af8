/**
 * What the API server's answer to one request means.
 */
import { HookError } from '../errors.ts';
import type { Memory } from './memory.ts';
import { type ApiRequest, messageFor, ruleFor } from './request.ts';
import { longestRetryAfter, TransientError } from './retry.ts';
import type { Hold, Message, Received } from './transport/message.ts';

/** `now` is the API server's time, where it tells it: its objects' times are compared with nothing else. */
export interface ApiResponse {
  code: number;
  body: unknown;
  now: Date;
  /** The bytes of its body, and what to call when nothing of it is needed any more: at the latest at the end of the call. */
  held?: { bytes: number; release(): void };
}

/** Carries out a request within the call's budget. Throws HookError. */
export type Ask = (request: ApiRequest) => Promise<ApiResponse>;

/** Sends one request. Throws HookError; TransientError for what may heal by asking again. */
export async function exchange(
  request: ApiRequest,
  memory: Memory,
  send: (message: Message, hold: Hold) => Promise<Received>,
): Promise<ApiResponse> {
  let size = 0;
  const release = () => memory.give(size);
  const hold = ({ length }: Buffer) => {
    size += length;
    memory.take(length);
    if (size > largest) throw unavailable(`an answer of the API server is larger than ${largest} bytes, and not read`);
  };
  const message = messageFor(request);
  const { largest } = message;
  try {
    return { ...understand(request, await send(message, hold)), held: { bytes: size, release } };
  } catch (error) {
    release();
    throw isMistake(error) ? error : new TransientError(`the API server cannot be reached (${codeOf(error)})`);
  }
}

function understand(request: ApiRequest, received: Received): ApiResponse {
  const { status: code, body } = received;
  if (code >= 300) return refusal(request, received);
  const object = parse(body);
  if (!isObject(object)) throw new TransientError('the API server answered something that is not an object');
  return { code, body: object, now: dateOf(received) };
}

/** What is known already, or an error of the verifier itself: not of the way to the API server. */
function isMistake(error: unknown): boolean {
  return [HookError, TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}

/** A refusal that says something about the object; throws for all others. */
function refusal(request: ApiRequest, received: Received): ApiResponse {
  const { status: code } = received;
  const status = statusOf(received.body);
  const { kind, reason, message, details } = status;
  const { name = '' } = details;
  if (code === 429 || code >= 500) {
    throw new TransientError(`the API server answers ${code}: ${message}`, retryAfter(received));
  }
  const refused = { code, body: status, now: dateOf(received) };
  if (request.body && isDenied(status)) return refused;
  if (code === 401) throw new TransientError('the API server does not accept the verifier’s token');
  // A proxy's page: it says nothing about the object.
  if (kind === '') throw new TransientError(`the API server answers ${code} without a Status`);
  if (code === 403) checkRights(request, message);
  // Of a create, what a quota or a webhook met with; of the rest, that it is about something else.
  const isConflict = code === 409 && request.verb === 'create' && reason !== 'AlreadyExists';
  const isStrange = code !== 403 && name !== '' && ![nameIn(request) ?? name, request.namespace].includes(name);
  if (isConflict || isStrange) throw new TransientError(`the API server answers ${code}: ${message}`);
  return refused;
}

function nameIn({ name, body }: ApiRequest): unknown {
  const metadata = isObject(body) ? body['metadata'] : undefined;
  return name ?? (isObject(metadata) ? metadata['name'] : undefined);
}

/** Whether a policy of the cluster refused it: with which status, policies choose themselves. */
export function isDenied(status: unknown): boolean {
  const message = isObject(status) ? String(status['message']) : '';
  return (
    /^admission webhook "[^"]*" denied the request/.test(message) ||
    /^\S+ "[^"]*" is forbidden: ValidatingAdmissionPolicy '[^']*' with binding '[^']*' denied request/.test(message)
  );
}

/** Throws what a 403 says of the verifier's rights, or that it heals: a quota is refused with 403 as well. */
function checkRights({ namespace, ...request }: ApiRequest, message: string): void {
  if (/exceeded quota|insufficient quota/.test(message)) throw new QuotaError(`a quota is used up: ${message}`);
  if (/status unknown for quota|not yet ready to handle request/.test(message)) throw new TransientError(message);
  if (message.includes('because it is being terminated')) {
    throw unavailable(`namespace ${namespace} is being deleted: ${message}`);
  }
  const [, user, verb] = /^\S+(?: "[^"]*")? is forbidden: User "([^"]*)" cannot (\S+) resource "/.exec(message) ?? [];
  if (verb !== request.verb) return;
  if (user === 'system:anonymous') throw new TransientError('the API server does not know whose call it is');
  const remedy = `bind the ClusterRole e2e-verifier in namespace ${namespace} (knative/base/rbac.yaml)`;
  const rule = ruleFor({ namespace, ...request });
  throw new HookError('Forbidden', `the verifier lacks the rule {${rule}}: ${remedy}`);
}

/** There is no room for another object: it heals when one of them goes. */
export class QuotaError extends HookError {
  constructor(message: string) {
    super('ServiceUnavailable', message);
  }
}

export function unavailable(message: string): HookError {
  return new HookError('ServiceUnavailable', message);
}

/** The `Status` object of a refusal. `kind` is empty where the body is none, NotServed for an unknown resource. */
interface Status {
  kind: string;
  reason: string;
  message: string;
  /** Which object it is about, as far as it says. */
  details: { name?: string; kind?: string };
}

// It repeats what it refuses: the name of an unknown field of 100 kB, for example.
const longestMessage = 16_384;

// What Go's HTTP server says for a path nobody serves: the definition is not installed.
const notServed = '404 page not found\n';

export function statusOf(body: string): Status {
  if (body === notServed)
    return { kind: 'NotServed', reason: '', message: 'the API server does not know this resource', details: {} };
  const parsed = parse(body);
  const status = isObject(parsed) && parsed['kind'] === 'Status' ? parsed : {};
  const details = isObject(status['details']) ? status['details'] : {};
  const short = (field: unknown): string => (typeof field === 'string' ? field.slice(0, longestMessage) : '');
  const [kind, reason, message] = [short(status['kind']), short(status['reason']), short(status['message'])];
  const { name, kind: plural } = details;
  return {
    kind,
    reason,
    message,
    details: { ...(typeof name === 'string' && { name }), ...(typeof plural === 'string' && { kind: plural }) },
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export function messageOf({ code, body }: ApiResponse): string {
  return isObject(body) && typeof body['message'] === 'string' && body['message'] !== ''
    ? body['message']
    : `the API server answered ${code}`;
}

/** Whether it is an object of the cluster: one without a uid is a proxy's page or half an answer. */
export function isWhole(body: unknown): boolean {
  return isObject(body) && isObject(body['metadata']) && Boolean(body['metadata']['uid']);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function retryAfter({ headers: { 'retry-after': header } }: Received): number | undefined {
  // Seconds, as the API server writes them: https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/responsewriters/errors.go
  if (header === undefined || !/^\d+$/.test(header)) return undefined;
  return Math.min(longestRetryAfter, Math.max(1, Number(header)));
}

// Milliseconds. Clocks differ, and the times of objects are of the API server's; but no clock that is kept differs so much.
const largestSkew = 7 * 24 * 3600 * 1000;

// As every server writes it (RFC 9110, section 5.6.7): Date would read nearly anything as some time.
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

function dateOf({ headers: { date = '' } }: Received): Date {
  const [local, told] = [new Date(), new Date(httpDate.test(date) ? date : Number.NaN)];
  return Math.abs(told.getTime() - local.getTime()) <= largestSkew ? told : local;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'Error' ? error.message : error.name;
}
