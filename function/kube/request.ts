/**
 * One request to the API server as plain data: what it is to do, the right it needs, and how it looks over HTTP.
 * Not by client-node's API classes: they are 90 kB of every cold start, CustomObjectsApi cannot name the core group, and
 * BatchV1Api drops the fields it does not know before the API server could refuse them.
 */
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
  subresource?: 'status';
  namespace: string;
  /** Of the object; not for `list` and `create`. */
  name?: string;
  query?: Record<string, string>;
  /** Of a `patch`: a JSON merge patch (RFC 7386). */
  body?: object;
}

const methods = { get: 'GET', list: 'GET', create: 'POST', patch: 'PATCH', delete: 'DELETE' } as const;

export function messageFor(request: ApiRequest): Message {
  const { verb, body } = request;
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
  };
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris */
function pathOf({ resource: { group, version, plural }, subresource, namespace, name, query }: ApiRequest): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  // An empty name would make it a request for the whole collection.
  if (name === '') throw new Error(`one of ${plural} is meant, and its name is empty`);
  const segments = [plural, name, subresource].filter((segment) => segment !== undefined);
  const path = ['namespaces', namespace, ...segments].map(encodeURIComponent).join('/');
  return `${root}/${path}${query ? `?${new URLSearchParams(query)}` : ''}`;
}

/** The right as a rule of RBAC grants it. */
export function ruleFor({ verb, resource: { group, plural }, subresource }: ApiRequest): string {
  const resource = subresource ? `${plural}/${subresource}` : plural;
  return `apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]`;
}
