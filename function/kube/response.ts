/**
 * What the API server's answer to one request means.
 */
import { HookError } from '../errors.ts';
import { type ApiRequest, messageFor, ruleFor } from './request.ts';
import { TransientError } from './retry.ts';
import type { Message, Received } from './transport/message.ts';

/** `now` is the API server's time: its times are compared with nothing else. */
export interface ApiResponse {
  code: number;
  body: unknown;
  now: Date;
}

/** Carries out a request within the call's budget. Throws HookError. */
export type Ask = (request: ApiRequest) => Promise<ApiResponse>;

/** Sends one request. Throws HookError; TransientError for what may heal by asking again. */
export async function exchange(
  request: ApiRequest,
  send: (message: Message) => Promise<Received>,
): Promise<ApiResponse> {
  const received = await send(messageFor(request)).catch((error) => {
    throw new TransientError(`the API server cannot be reached (${codeOf(error)})`);
  });
  const { status: code, body } = received;
  if (code >= 300) return refusal(request, received);
  const object = parse(body);
  if (!isObject(object)) throw new TransientError('the API server answered something that is no object');
  return { code, body: object, now: dateOf(received) };
}

/** A refusal that says something about the object; throws for all others. */
function refusal(request: ApiRequest, received: Received): ApiResponse {
  const code = received.status;
  const status = statusOf(received.body);
  if (code === 401) throw new TransientError('the API server does not accept the verifier’s token');
  if (code === 429 || code >= 500) {
    throw new TransientError(`the API server answers ${code}: ${status.message}`, retryAfter(received));
  }
  // A proxy's page: it says nothing about the object.
  if (status.kind === '') throw new TransientError(`the API server answers ${code} without a Status`);
  if (code === 403) throw forbidden(request, status.message);
  return { code, body: status, now: dateOf(received) };
}

// A quota is refused with 403 as well, and heals when a Job ends.
function forbidden(request: ApiRequest, message: string): HookError {
  if (message.includes('exceeded quota')) return unavailable(`a quota is used up: ${message}`);
  if (!message.includes(`cannot ${request.verb} resource`)) return new HookError('Invalid', message);
  const remedy = `bind the ClusterRole e2e-verifier in namespace ${request.namespace} (knative/base/rbac.yaml)`;
  return new HookError('Forbidden', `the verifier lacks the rule {${ruleFor(request)}}: ${remedy}`);
}

export function unavailable(message: string): HookError {
  return new HookError('ServiceUnavailable', message);
}

/** The `Status` object of a refusal. `kind` is empty where the body is none, NotServed for an unknown resource. */
interface Status {
  kind: string;
  reason: string;
  message: string;
  /** Which object it is about. */
  details?: unknown;
}

// It repeats what it refuses: the name of an unknown field of 100 kB, for example.
const longestMessage = 16_384;

// What Go's HTTP server says for a path nobody serves: the definition is not installed.
const notServed = '404 page not found\n';

function statusOf(body: string): Status {
  if (body === notServed)
    return { kind: 'NotServed', reason: '', message: 'the API server does not know this resource' };
  const parsed = parse(body);
  const field = (name: string): string =>
    isObject(parsed) && name in parsed && typeof parsed[name] === 'string' ? parsed[name] : '';
  return {
    kind: field('kind'),
    reason: field('reason'),
    message: field('message').slice(0, longestMessage),
    ...(isObject(parsed) && { details: parsed['details'] }),
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
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

function dateOf({ headers }: Received): Date {
  const date = new Date(headers.date ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? new Date() : date;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'Error' ? error.message : error.name;
}
