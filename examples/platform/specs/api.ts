// Asks the API server, as the service account of the pod. The runner has Node trust the cluster's certificate.
import { existsSync, readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Area, Problem } from './problem.ts';
import { debug, settings } from './settings.ts';

const own = `namespaces/${settings.namespace}`;
const paths = {
  namespaces: '/api/v1/namespaces',
  nodes: '/api/v1/nodes',
  pods: `/api/v1/${own}/pods`,
  services: `/api/v1/${own}/services`,
  deployments: `/apis/apps/v1/${own}/deployments`,
  endpointslices: `/apis/discovery.k8s.io/v1/${own}/endpointslices`,
};
export type Resource = keyof typeof paths;

const methods = {
  get: 'GET',
  list: 'GET',
  create: 'POST',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};
type Verb = keyof typeof methods;

interface Call {
  name?: string;
  subresource?: 'log' | 'scale';
  labelSelector?: string;
  body?: object;
}

interface Answer {
  status: number;
  text: string;
}

// One second between them: a connection that breaks or an API server that is busy is no news yet.
const tries = 5;
const busy = [429, 503];

/** Throws a Problem of the area api, named as HTTP names the status, with the verb and the API server's own words. */
export async function api<T>(verb: Verb, resource: Resource, call: Call = {}): Promise<T> {
  const what = `${verb} ${resource}${call.subresource === undefined ? '' : `/${call.subresource}`}`;
  const { status, text } = await answerTo(verb, resource, call, what);
  debug(`${what} ${call.name ?? ''}: ${status}`);
  if (status < 300) return (call.subresource === 'log' ? text : JSON.parse(text)) as T;
  const word = STATUS_CODES[status]?.toLowerCase().replaceAll(/\W/g, '_') ?? String(status);
  throw new Problem(singular(resource), 'api', word, `${what}: ${wordsOf(text)}`);
}

async function answerTo(verb: Verb, resource: Resource, call: Call, what: string): Promise<Answer> {
  for (let left = tries - 1; ; left--) {
    try {
      const response = await fetch(urlOf(resource, call, verb), requestOf(verb, call));
      const { status } = response;
      if (left === 0 || !busy.includes(status)) return { status, text: await response.text() };
    } catch (error) {
      // A create may have come through: the next one would be told of a conflict.
      if (left === 0 || verb === 'create')
        throw new Problem(singular(resource), 'api', 'max_retries_exceeded', `${what}: ${causeOf(error)}`);
    }
    await sleep(1000);
  }
}

function urlOf(resource: Resource, { name, subresource, labelSelector }: Call, verb: Verb): URL {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const path = [paths[resource], name, subresource].filter((part) => part !== undefined).join('/');
  const url = new URL(path, settings.apiUrl ?? `https://${host}:${port}`);
  if (labelSelector !== undefined) url.searchParams.set('labelSelector', labelSelector);
  if (methods[verb] === 'DELETE') url.searchParams.set('propagationPolicy', 'Background');
  return url;
}

function requestOf(verb: Verb, { body }: Call): RequestInit {
  const token = `${process.env['ACCOUNT_FOLDER'] ?? '/var/run/secrets/kubernetes.io/serviceaccount'}/token`;
  return {
    method: methods[verb],
    signal: AbortSignal.timeout(10_000),
    headers: {
      ...(existsSync(token) && { Authorization: `Bearer ${readFileSync(token, 'utf8')}` }),
      'Content-Type': verb === 'patch' ? 'application/strategic-merge-patch+json' : 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

export function singular(resource: Resource): string {
  return resource.replace(/s$/, '');
}

function wordsOf(text: string): string {
  try {
    return (JSON.parse(text) as { message: string }).message;
  } catch {
    return text.slice(0, 200);
  }
}

/** fetch itself says only that it failed. */
export function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message || String((cause as { code?: string }).code) : message;
}

/** Undefined where there is none, which is no error. */
export async function find<T>(resource: Resource, name: string): Promise<T | undefined> {
  try {
    return await api<T>('get', resource, { name });
  } catch (error) {
    if (error instanceof Problem && error.area === 'api' && error.error === 'not_found') return undefined;
    throw error;
  }
}

export async function list<T>(resource: Resource, labelSelector?: string): Promise<T[]> {
  const { items } = await api<{ items: T[] }>('list', resource, labelSelector === undefined ? {} : { labelSelector });
  return items;
}

/** What a look at the cluster finds: what is waited for, or what is there in its place. */
export type Look<T> = { found: T } | { instead: string };

/** What is waited for, and what its end is counted under when it does not come. */
export interface Wait {
  resource: string;
  area: Area;
  error: string;
  what: string;
}

/** Looks four times a second. Throws a Problem that says what was there in its place. */
export async function until<T>({ resource, area, error, what }: Wait, look: () => Promise<Look<T>>): Promise<T> {
  const end = Date.now() + settings.seconds * 1000;
  for (;;) {
    const seen = await look();
    if ('found' in seen) return seen.found;
    const words = `${what}: not within ${settings.seconds} s, but ${seen.instead}`;
    if (Date.now() > end) throw new Problem(resource, area, error, words);
    await sleep(250);
  }
}

export function untilGone(resource: Resource, name: string, isThere = 'it is still there'): Promise<true> {
  const [kind, error] = [singular(resource), 'not_deleted'];
  return until({ resource: kind, area: 'k8s', error, what: `${kind} ${name} is deleted` }, async () =>
    (await find(resource, name)) === undefined ? { found: true } : { instead: isThere },
  );
}
