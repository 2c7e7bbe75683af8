/**
 * From a request's body to an object of its kind: decoded, defaulted, and the findings of its validation.
 */
import { malformedQuantity } from './container-validation.ts';
import type { CustomKinds } from './crd.ts';
import { decode } from './decoding.ts';
import { type FieldError, invalid, required } from './field-errors.ts';
import { defaultJob } from './job-defaults.ts';
import { jobErrors, jobStatusErrors, jobUpdateErrors } from './job-validation.ts';
import { at, type JsonObject, objectOf, objectsOf } from './json.ts';
import { defaultPod, defaultPodSpec } from './pod-defaults.ts';
import { podSpecErrors } from './pod-validation.ts';
import { type Resource, resources } from './resources.ts';
import { refuse } from './status.ts';

export interface Kinds {
  /** Throws the API server's 400 where the body cannot be read as this kind. */
  read(resource: Resource, body: JsonObject, fieldValidation: string): { object: JsonObject; warnings: string[] };
  /** As it is read again: a status is left out of what is created, and its default is not. */
  stored<T extends JsonObject>(resource: Resource, object: T): T;
  createErrors(resource: Resource, object: JsonObject): FieldError[];
  updateErrors(resource: Resource, before: JsonObject, after: JsonObject): FieldError[];
  statusErrors(resource: Resource, object: JsonObject): FieldError[];
}

export function kindsOf(customKinds: CustomKinds): Kinds {
  const decoded = (resource: Resource, body: JsonObject) => {
    if (resource.model) return decode(resource.model, body);
    const custom = customKinds(resource);
    // a custom object's metadata is typed all the same
    const metadata = decode('V1ObjectMeta', objectOf(body['metadata']));
    const rest = custom?.decode(body) ?? { value: body, unknownFields: [] };
    return {
      value: { ...rest.value, metadata: metadata.value },
      unknownFields: [...metadata.unknownFields.map((field) => `metadata.${field}`), ...rest.unknownFields],
    };
  };
  const customErrors = (resource: Resource, object: JsonObject) => customKinds(resource)?.errors(object) ?? [];
  return {
    read(resource, body, fieldValidation) {
      try {
        const { value, unknownFields } = decoded(resource, body);
        const unknown = unknownFields.map((field) => `unknown field "${field}"`);
        checkQuantities(value);
        if (fieldValidation === 'Strict' && unknown.length > 0) {
          throw new Error(`strict decoding error: ${unknown.join(', ')}`);
        }
        return { object: withDefaults(resource, value), warnings: fieldValidation === 'Ignore' ? [] : unknown };
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return refuse(
          400,
          `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${why}`,
        );
      }
    },
    stored: (resource, object) => ({ ...object, ...customKinds(resource)?.filled(object) }),
    createErrors: (resource, object) => [...builtInErrors(resource, object), ...customErrors(resource, object)],
    updateErrors: (resource, before, after) => [
      ...(resource === resources.jobs ? jobUpdateErrors(before, after) : builtInErrors(resource, after)),
      ...customErrors(resource, after),
    ],
    statusErrors: (resource, object) => [
      ...(resource === resources.jobs ? jobStatusErrors(object) : []),
      ...customErrors(resource, object),
    ],
  };
}

function podSpecsOf(object: JsonObject): JsonObject[] {
  return [at(object, 'spec'), at(object, 'spec', 'template', 'spec')]
    .map(objectOf)
    .filter((spec) => spec['containers']);
}

function checkQuantities(object: JsonObject): void {
  const malformed = podSpecsOf(object)
    .flatMap((spec) => containersOf(spec).map(malformedQuantity))
    .find(Boolean);
  if (malformed) throw new Error(malformed);
}

function containersOf(spec: JsonObject): JsonObject[] {
  return [...objectsOf(spec['initContainers']), ...objectsOf(spec['containers'])];
}

function withDefaults(resource: Resource, object: JsonObject): JsonObject {
  switch (resource) {
    case resources.jobs:
      return defaultJob(object);
    case resources.pods:
      return {
        ...object,
        spec: { enableServiceLinks: true, ...defaultPod(objectOf(object['spec'])) },
      };
    case resources.deployments:
    case resources.daemonSets:
      return withTemplateDefaults(object);
    case resources.secrets:
      return secretDefaults(object);
  }
  return object;
}

function withTemplateDefaults(object: JsonObject): JsonObject {
  const spec = objectOf(object['spec']);
  const template = objectOf(spec['template']);
  const replicas = object['kind'] === 'Deployment' ? { replicas: spec['replicas'] ?? 1 } : {};
  return {
    ...object,
    spec: { ...spec, ...replicas, template: { ...template, spec: defaultPodSpec(objectOf(template['spec'])) } },
  };
}

function secretDefaults({ stringData, ...secret }: JsonObject): JsonObject {
  const encoded = Object.entries(objectOf(stringData)).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  const data = { ...objectOf(secret['data']), ...Object.fromEntries(encoded) };
  return { ...secret, type: secret['type'] ?? 'Opaque', ...(Object.keys(data).length > 0 ? { data } : {}) };
}

function builtInErrors(resource: Resource, object: JsonObject): FieldError[] {
  switch (resource) {
    case resources.jobs:
      return jobErrors(object);
    case resources.pods:
      return podSpecErrors(objectOf(object['spec']), 'spec');
    case resources.events:
      return eventErrors(object);
    case resources.deployments:
    case resources.daemonSets:
      return [
        ...(at(object, 'spec', 'selector') === undefined ? [required('spec.selector')] : []),
        ...podSpecErrors(objectOf(at(object, 'spec', 'template', 'spec')), 'spec.template.spec'),
      ];
  }
  return [];
}

/** An event lies in its object's namespace, that of a cluster-wide object in default. */
function eventErrors(event: JsonObject): FieldError[] {
  const about = at(event, 'involvedObject', 'namespace') ?? '';
  const own = at(event, 'metadata', 'namespace');
  if (about === own || (about === '' && own === 'default')) return [];
  return [invalid('involvedObject.namespace', about, 'does not match event.namespace')];
}
