/**
 * One request to the API server as plain data: what it is to do, the right it needs, and how it looks over HTTP.
 * Not by client-node's API classes: they are 90 kB of every cold start, CustomObjectsApi cannot name the core group, and
 * BatchV1Api drops the fields it does not know before the API server could refuse them.
 */
import { HookError } from '../errors.ts';
import type { Message } from './transport/message.ts';

export interface Resource {
  /** Empty for the core group. */
  group: string;
  version: string;
  plural: string;
}

export interface ApiRequest {
  verb: 'get' | 'list' | 'create' | 'patch' | 'delete';
  resource: Resource;
  /** `run` is none of the API server's: whoever may create it may have a test run. */
  subresource?: 'status' | 'log' | 'run';
  /** `null`: none, of an object of the cluster, or any, of a list. */
  namespace: string | null;
  /** Of the object; not for `list` and `create`. */
  name?: string;
  query?: Record<string, string>;
  /** Of a `patch`: a JSON merge patch (RFC 7386). */
  body?: object;
  /** Bytes of the answer that are read at the most, where it is not one object. */
  largest?: number;
}

// The API server takes objects of up to 3 MiB, and stores up to 1.5 MiB of each.
const largestObject = 4 * 1024 * 1024;

const methods = { get: 'GET', list: 'GET', create: 'POST', patch: 'PATCH', delete: 'DELETE' } as const;

export function messageFor(request: ApiRequest): Message {
  const { verb, body, largest = largestObject } = request;
  return {
    method: methods[verb],
    path: pathOf(request),
    headers: {
      Accept: 'application/json',
      // The API server keeps its first word as the manager of the fields that are written, and in its audit log.
      'User-Agent': 'e2e-verifier',
      ...(body && { 'Content-Type': verb === 'patch' ? 'application/merge-patch+json' : 'application/json' }),
    },
    body: body ? JSON.stringify(body) : '',
    largest,
  };
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris */
function pathOf({ resource: { group, version, plural }, subresource, namespace, name, query }: ApiRequest): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const named = name === undefined ? [] : [segment(name, `one of ${plural}`)];
  const within = namespace === null ? [] : ['namespaces', segment(namespace, 'a namespace')];
  const of = [...within, plural, ...named, ...(subresource ? [subresource] : [])];
  return `${root}/${of.join('/')}${query ? `?${new URLSearchParams(query)}` : ''}`;
}

/**
 * What Kubernetes takes for a name in a path. An empty one would mean the whole collection, and `..` another resource.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names
 */
function segment(name: string, what: string): string {
  if (/^\.{0,2}$|[/%]/.test(name)) throw new HookError('Invalid', `"${name}" cannot be the name of ${what}`);
  return encodeURIComponent(name);
}

/** The right as a rule of RBAC grants it. */
export function ruleFor({ verb, resource: { group, plural }, subresource }: ApiRequest): string {
  const resource = subresource ? `${plural}/${subresource}` : plural;
  return `apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]`;
}
