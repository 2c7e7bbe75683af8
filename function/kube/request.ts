/**
 * One request to the API server, and what its answer means. Here exceptions end: above, faults are values.
 */
import { ApiException, type HttpInfo } from '@kubernetes/client-node';
import type { Fault } from '../fault.ts';
import type { Try } from './retry.ts';

/** The right a request needs, as a rule of RBAC names it. */
export interface Right {
  verb: 'get' | 'list' | 'create' | 'patch' | 'delete';
  group: string;
  resource: string;
}

/** `now` is the API server's time: its times are compared with nothing else. */
export interface Answer {
  code: number;
  body: unknown;
  now: Date;
}

/** Sends one request and settles what will not change by asking again. */
export async function request(
  right: Right,
  namespace: string,
  send: () => Promise<HttpInfo<unknown>>,
): Promise<Try<Answer>> {
  try {
    const { httpStatusCode, data, headers } = await send();
    const answer = { code: httpStatusCode, body: data, now: dateOf(headers) };
    return isObject(data) ? { settled: answer } : away('the API server answered something that is no object');
  } catch (error) {
    if (error instanceof ApiException) return settle(right, namespace, error);
    return away(`the API server cannot be reached (${codeOf(error)})`);
  }
}

function settle(right: Right, namespace: string, error: ApiException<unknown>): Try<Answer> {
  const { code, headers } = error;
  const status = statusOf(error.body);
  const retryAfterSeconds = retryAfter(headers['retry-after']);
  if (code === 401) return away('the API server does not accept the verifier’s token');
  if (code === 429 || code >= 500) return away(`the API server answers ${code}: ${status.message}`, retryAfterSeconds);
  // A proxy's page: it says nothing about the object.
  if (status.kind === '') return away(`the API server answers ${code} without a Status`);
  if (code === 403) return forbidden(right, namespace, status.message);
  return { settled: { code, body: status, now: dateOf(headers) } };
}

// A quota is refused with 403 as well, and heals when a Job ends.
function forbidden({ verb, group, resource }: Right, namespace: string, message: string): Try<Answer> {
  if (message.includes('exceeded quota')) return { settled: unavailable(`a quota is used up: ${message}`) };
  if (!message.includes(`cannot ${verb} resource`)) return { settled: { kind: 'refused', message } };
  const rule = `apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]`;
  const remedy = `bind the ClusterRole e2e-verifier in namespace ${namespace} (knative/base/rbac.yaml)`;
  return { settled: { kind: 'denied', message: `the verifier lacks the rule {${rule}}: ${remedy}` } };
}

/** The `Status` object of a refusal. `kind` is empty where the body is none, NotServed for an unknown resource. */
export interface Status {
  kind: string;
  reason: string;
  message: string;
}

// What Go's HTTP server says for a path nobody serves: the definition is not installed.
const notServed = '404 page not found\n';

function statusOf(body: unknown): Status {
  if (body === notServed)
    return { kind: 'NotServed', reason: '', message: 'the API server does not know this resource' };
  const parsed = typeof body === 'string' ? parse(body) : body;
  const field = (name: string): string =>
    isObject(parsed) && name in parsed && typeof parsed[name] === 'string' ? parsed[name] : '';
  return { kind: field('kind'), reason: field('reason'), message: field('message') };
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

function retryAfter(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && seconds >= 0 ? seconds : undefined;
}

function dateOf(headers: Record<string, string>): Date {
  const date = new Date(headers['date'] ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? new Date() : date;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'Error' ? error.message : error.name;
}
