/**
 * As much of the OpenAPI v3 documents as kubectl reads before an apply: that PATCH takes fieldValidation,
 * so that the server's own strict validation is used (kubectl's QueryParamVerifierV3).
 */
import type { JsonObject } from './json.ts';
import { allResources, apiVersionOf, type Resource } from './resources.ts';

const root = (resource: Resource) => `${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`;

/** Undefined where the path is none of these documents. */
export function openApiDocument(path: string): JsonObject | undefined {
  if (path === '/openapi/v3') {
    const entries = allResources.map((one) => [root(one), { serverRelativeURL: `/openapi/v3/${root(one)}` }]);
    return { paths: Object.fromEntries(entries) };
  }
  const served = allResources.filter((one) => path === `/openapi/v3/${root(one)}`);
  if (served.length === 0) return undefined;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.34.4' },
    paths: Object.fromEntries(served.map((one) => [objectPath(one), { patch: patchOf(one) }])),
  };
}

function objectPath(resource: Resource): string {
  const namespace = resource.namespaced ? 'namespaces/{namespace}/' : '';
  return `/${root(resource)}/${namespace}${resource.plural}/{name}`;
}

function patchOf({ group, version, kind }: Resource): JsonObject {
  return {
    'x-kubernetes-group-version-kind': { group, version, kind },
    parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
    responses: {},
  };
}
