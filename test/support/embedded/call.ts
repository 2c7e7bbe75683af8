/**
 * One API request, read from its method, URL and headers.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type Resource, resourceAt } from './resources.ts';

export type Verb = 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete';

export interface Call {
  verb: Verb;
  resource: Resource;
  namespace?: string;
  name?: string;
  subresource?: string;
  query: URLSearchParams;
  watch: boolean;
  dryRun: boolean;
  contentType: string;
  accept: string;
  authorization: string | undefined;
  /** The whole of a list is meant by a DELETE. */
  collection: boolean;
}

const verbs: Record<string, Verb> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** What of a request says which call it is. */
export interface Head {
  method?: string | undefined;
  url?: string | undefined;
  headers: Pick<IncomingHttpHeaders, 'content-type' | 'accept' | 'authorization'>;
}

/** Undefined for URLs that are no resource of this API. */
export function readCall(request: Head): Call | undefined {
  const url = new URL(request.url ?? '/', 'http://embedded');
  const parts = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const [root, ...afterRoot] = parts;
  if (root !== 'api' && root !== 'apis') return undefined;
  const [group = '', version = '', ...path] = root === 'api' ? ['', ...afterRoot] : afterRoot;
  const target = readPath(group, version, path);
  if (!target) return undefined;
  const query = url.searchParams;
  const verb = request.method === 'GET' ? (target.name === undefined ? 'list' : 'get') : verbs[request.method ?? ''];
  if (!verb) return undefined;
  return {
    ...target,
    verb,
    query,
    watch: verb === 'list' && ['true', '1'].includes(query.get('watch') ?? ''),
    dryRun: query.getAll('dryRun').includes('All'),
    contentType: (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    accept: request.headers.accept ?? '',
    authorization: request.headers.authorization,
    collection: target.name === undefined,
  };
}

function readPath(
  group: string,
  version: string,
  path: string[],
): Pick<Call, 'resource' | 'namespace' | 'name' | 'subresource'> | undefined {
  const [first, namespace, plural, ...rest] = path;
  if (first === 'namespaces' && namespace !== undefined && plural !== undefined && resourceAt(group, version, plural)) {
    const resource = resourceAt(group, version, plural);
    return resource ? { resource, namespace, ...nameAndSubresource(rest) } : undefined;
  }
  const resource = first === undefined ? undefined : resourceAt(group, version, first);
  if (!resource) return undefined;
  return { resource, ...nameAndSubresource(path.slice(1)) };
}

function nameAndSubresource([name, subresource]: string[]): { name?: string; subresource?: string } {
  return { ...(name === undefined ? {} : { name }), ...(subresource === undefined ? {} : { subresource }) };
}
