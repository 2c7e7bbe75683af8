// A custom resource's schema as kubectl apply enforces it: structural, and with unknown fields refused.
// https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
import { Ajv, type ErrorObject } from 'ajv';
import { at, read, resources } from '../support/documents.ts';

/** A node of an openAPIV3Schema. */
export interface Schema {
  type?: string;
  description?: string;
  default?: unknown;
  format?: string;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  [keyword: string]: unknown;
}

export interface CustomResource {
  kind: string;
  apiVersion: string;
  version: Record<string, unknown>;
  names: Record<string, unknown>;
  schema: Schema;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The custom resources that a file of CustomResourceDefinitions defines, one for each version. */
export const customResources = (file: string): CustomResource[] =>
  resources(read(file)).flatMap((crd) =>
    list(at(crd, 'spec', 'versions')).map((version) => ({
      kind: String(at(crd, 'spec', 'names', 'kind')),
      apiVersion: `${at(crd, 'spec', 'group')}/${at(version, 'name')}`,
      version: version as Record<string, unknown>,
      names: at(crd, 'spec', 'names') as Record<string, unknown>,
      schema: at(version, 'schema', 'openAPIV3Schema') as Schema,
    })),
  );

const each = (schemas: Record<string, Schema> | undefined): Record<string, object> =>
  Object.fromEntries(Object.entries(schemas ?? {}).map(([name, schema]) => [name, strict(schema)]));

/** The schema for ajv: what the API server would prune is an error. */
function strict(schema: Schema): object {
  const { type, anyOf, properties, additionalProperties, items, ...rest } = schema;
  if (schema['x-kubernetes-int-or-string'] === true) return { ...rest, type: ['integer', 'string'] };
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    ...rest,
    ...(type ? { type } : {}),
    ...(anyOf ? { anyOf } : {}),
    ...(items ? { items: strict(items) } : {}),
    ...(type === 'object' ? { properties: each(properties) } : {}),
    ...(additionalProperties ? { additionalProperties: strict(additionalProperties) } : {}),
    ...(type === 'object' && !additionalProperties && !open ? { additionalProperties: false } : {}),
  };
}

const unique = (keys: string[], items: unknown[]): boolean =>
  new Set(items.map((item) => JSON.stringify(keys.map((key) => at(item, key))))).size === items.length;

const ajv = new Ajv({ strict: false, allErrors: true });
for (const format of ['int32', 'int64', 'string', 'url']) ajv.addFormat(format, true);
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
ajv.addKeyword({ keyword: 'x-kubernetes-list-map-keys', type: 'array', schemaType: 'array', validate: unique });

export interface Refusal {
  /** Such as spec.env.0.name; a missing field's own name, not its parent's. */
  field: string;
  keyword: string;
  message: string;
}

function refusal(error: ErrorObject): Refusal {
  const extra: unknown = error.params['missingProperty'] ?? error.params['additionalProperty'];
  const path = error.instancePath.split('/').slice(1);
  const field = (extra === undefined ? path : [...path, String(extra)]).join('.');
  return { field, keyword: error.keyword, message: `${field}: ${error.message}` };
}

const metadata = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** Reads a document as the API server would with fieldValidation=Strict: what it refuses, nothing when it is right. */
export function checker({ schema, kind, apiVersion }: CustomResource): (document: unknown) => Refusal[] {
  const type = { apiVersion: { enum: [apiVersion] }, kind: { enum: [kind] }, metadata };
  const validate = ajv.compile(strict({ ...schema, properties: { ...schema.properties, ...type } }));
  return (document) => (validate(document) ? [] : (validate.errors ?? []).map(refusal));
}
