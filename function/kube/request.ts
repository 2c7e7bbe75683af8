/**
 * One request to the API server, and what its answer means. Here exceptions end: above, faults are values.
 */
import type { Fault } from '../fault.ts';
import { messageFor, type Order, ruleFor } from './order.ts';
import type { Try } from './retry.ts';
import type { Message, Received } from './transport/message.ts';

/** `now` is the API server's time: its times are compared with nothing else. */
export interface Answer {
  code: number;
  body: unknown;
  now: Date;
}

/** Sends one request and settles what will not change by asking again. */
export async function request(order: Order, send: (message: Message) => Promise<Received>): Promise<Try<Answer>> {
  let received: Received;
  try {
    received = await send(messageFor(order));
  } catch (error) {
    return away(`the API server cannot be reached (${codeOf(error)})`);
  }
  const { status: code, body } = received;
  if (code >= 300) return settle(order, received);
  const object = parse(body);
  if (!isObject(object)) return away('the API server answered something that is no object');
  return { settled: { code, body: object, now: dateOf(received) } };
}

function settle(order: Order, received: Received): Try<Answer> {
  const code = received.status;
  const status = statusOf(received.body);
  const retryAfterSeconds = retryAfter(received);
  if (code === 401) return away('the API server does not accept the verifier’s token');
  if (code === 429 || code >= 500) return away(`the API server answers ${code}: ${status.message}`, retryAfterSeconds);
  // A proxy's page: it says nothing about the object.
  if (status.kind === '') return away(`the API server answers ${code} without a Status`);
  if (code === 403) return forbidden(order, status.message);
  return { settled: { code, body: status, now: dateOf(received) } };
}

// A quota is refused with 403 as well, and heals when a Job ends.
function forbidden(order: Order, message: string): Try<Answer> {
  if (message.includes('exceeded quota')) return { settled: unavailable(`a quota is used up: ${message}`) };
  if (!message.includes(`cannot ${order.verb} resource`)) return { settled: { kind: 'refused', message } };
  const remedy = `bind the ClusterRole e2e-verifier in namespace ${order.namespace} (knative/base/rbac.yaml)`;
  return { settled: { kind: 'denied', message: `the verifier lacks the rule {${ruleFor(order)}}: ${remedy}` } };
}

/** The `Status` object of a refusal. `kind` is empty where the body is none, NotServed for an unknown resource. */
export interface Status {
  kind: string;
  reason: string;
  message: string;
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
  return { kind: field('kind'), reason: field('reason'), message: field('message').slice(0, longestMessage) };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function away(message: string, retryAfterSeconds?: number): Try<Answer> {
  return { unsettled: { ...unavailable(message), ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) } };
}

function unavailable(message: string): Extract<Fault, { kind: 'unavailable' }> {
  return { kind: 'unavailable', message };
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
