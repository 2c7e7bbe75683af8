/**
 * As much of the OpenAPI v3 documents as kubectl reads. Before an apply: that PATCH takes fieldValidation, so that the server's
 * own strict validation is used (its QueryParamVerifierV3). For kubectl explain: the schemas of the kinds that are defined by
 * a CustomResourceDefinition.
 */
import type { CustomKinds } from './crd.ts';
import { at, type JsonObject, objectOf } from './json.ts';
import { allResources, apiVersionOf, type Resource } from './resources.ts';

const root = (resource: Resource) => `${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`;

/** Undefined where the path is none of these documents. */
export function openApiDocument(path: string, customKinds: CustomKinds): JsonObject | undefined {
  if (path === '/openapi/v3') {
    const entries = allResources.map((one) => [root(one), { serverRelativeURL: `/openapi/v3/${root(one)}` }]);
    return { paths: Object.fromEntries(entries) };
  }
  const served = allResources.filter((one) => path === `/openapi/v3/${root(one)}`);
  if (served.length === 0) return undefined;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.34.4' },
    paths: Object.fromEntries(served.map((one) => [objectPath(one), { get: getOf(one), patch: patchOf(one) }])),
    components: { schemas: Object.fromEntries(served.flatMap((one) => schemaOf(one, customKinds))) },
  };
}

function objectPath(resource: Resource): string {
  const namespace = resource.namespaced ? 'namespaces/{namespace}/' : '';
  return `/${root(resource)}/${namespace}${resource.plural}/{name}`;
}

const kindKey = 'x-kubernetes-group-version-kind';

function kindOf({ group, version, kind }: Resource): JsonObject {
  return { group, version, kind };
}

function getOf(resource: Resource): JsonObject {
  return { [kindKey]: kindOf(resource), responses: {} };
}

function patchOf(resource: Resource): JsonObject {
  return {
    [kindKey]: kindOf(resource),
    parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
    responses: {},
  };
}

const everyObjectHas: JsonObject = {
  apiVersion: { type: 'string', description: 'The versioned schema of this representation of an object.' },
  kind: { type: 'string', description: 'The REST resource that this object represents.' },
  metadata: { type: 'object', description: "Standard object's metadata." },
};

function schemaOf(resource: Resource, customKinds: CustomKinds): [name: string, schema: JsonObject][] {
  const schema = customKinds(resource)?.schema;
  if (schema === undefined) return [];
  const { group, version, kind } = resource;
  const name = [...group.split('.').reverse(), version, kind].join('.');
  const properties = { ...objectOf(at(schema, 'properties')), ...everyObjectHas };
  return [[name, { ...schema, properties, [kindKey]: [kindOf(resource)] }]];
}
