/**
 * The documents a client reads to learn what this API serves.
 */
import type { JsonObject } from './json.ts';
import { allResources, apiVersionOf, type Resource } from './resources.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Undefined where the path is no discovery document. */
export function discoveryDocument(path: string): JsonObject | string | undefined {
  if (['/healthz', '/livez', '/readyz'].includes(path)) return 'ok';
  if (path === '/version') {
    return { major: '1', minor: '34', gitVersion: 'v1.34.4', gitTreeState: 'clean', platform: 'linux/amd64' };
  }
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups() };
  const group = groups().find((one) => path === `/apis/${one.name}`);
  if (group) return { kind: 'APIGroup', apiVersion: 'v1', ...group };
  const served = allResources.filter((one) => path === `/${one.group === '' ? 'api' : 'apis'}/${apiVersionOf(one)}`);
  const [first] = served;
  if (!first) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(first),
    resources: served.flatMap(described),
  };
}

interface Group {
  name: string;
  versions: { groupVersion: string; version: string }[];
  preferredVersion: { groupVersion: string; version: string };
}

function groups(): Group[] {
  const named = new Map(allResources.filter((one) => one.group !== '').map((one) => [one.group, one]));
  return [...named.values()].map((one) => {
    const version = { groupVersion: apiVersionOf(one), version: one.version };
    return { name: one.group, versions: [version], preferredVersion: version };
  });
}

function described(resource: Resource): JsonObject[] {
  const { plural, singular, kind, namespaced, shortNames, categories } = resource;
  const main = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames ? { shortNames } : {}),
    ...(categories ? { categories } : {}),
  };
  const status = { name: `${plural}/status`, singularName: '', namespaced, kind, verbs: ['get', 'patch', 'update'] };
  return resource.statusSubresource ? [main, status] : [main];
}
