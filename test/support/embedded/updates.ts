/**
 * PUT and PATCH, of an object or of its status.
 */
import type { Kinds } from './admitted-kinds.ts';
import type { Api, WriteOptions, Written } from './api.ts';
import { invalid, refuseInvalid } from './field-errors.ts';
import { copyJson, type JsonObject, objectOf } from './json.ts';
import { metadataErrors, newFinalizerErrors } from './names.ts';
import { applyPatch } from './patch.ts';
import type { Resource } from './resources.ts';
import { refuse, refuseConflict } from './status.ts';
import type { Store, StoredObject } from './store.ts';

export interface Target {
  resource: Resource;
  namespace: string | undefined;
  name: string;
  status: boolean;
}

export interface Updates {
  replace(target: Target, body: JsonObject, options?: WriteOptions): Written;
  patch(target: Target, contentType: string, patch: unknown, options?: WriteOptions): Written;
  /** By its Scale, of which this returns as much as a client reads. */
  scale(target: Target, contentType: string, patch: unknown, options?: WriteOptions): JsonObject;
}

const modified = 'the object has been modified; please apply your changes to the latest version and try again';

/** What no write can change; a body may name them as they are. */
const fixed = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'generateName',
] as const;

export function createUpdates(store: Store, api: Api, kinds: Kinds): Updates {
  const write = (target: Target, current: StoredObject, wanted: JsonObject, options: WriteOptions): Written => {
    const { resource, name } = target;
    checkIdentity(resource, current, objectOf(wanted['metadata']));
    const { object, warnings } = kinds.read(resource, wanted, options.fieldValidation ?? 'Warn');
    const next = target.status ? withStatusOf(current, object) : withContentOf(resource, current, object);
    const errors = [
      ...metadataErrors(resource, objectOf(next.metadata)),
      ...(current.metadata.deletionTimestamp
        ? newFinalizerErrors(current.metadata.finalizers, next.metadata.finalizers)
        : []),
      ...(target.status ? kinds.statusErrors(resource, next) : kinds.updateErrors(resource, current, next)),
    ];
    if (errors.length > 0) refuseInvalid(resource, name, errors);
    if (options.dryRun) return { object: next, warnings };
    const stored = store.edit(resource, current, (draft) => {
      for (const key of Object.keys(draft)) delete draft[key];
      Object.assign(draft, copyJson(next));
    });
    return { object: stored, warnings };
  };

  return {
    replace(target, body, options = {}) {
      const { resource, namespace, name } = target;
      const metadata = objectOf(body['metadata']);
      if (metadata['name'] !== name) {
        refuse(400, `the name of the object (${metadata['name'] ?? ''}) does not match the name on the URL (${name})`);
      }
      const current = api.get(resource, namespace, name);
      if (!metadata['resourceVersion'] && !resource.model) {
        refuseInvalid(resource, name, [invalid('metadata.resourceVersion', 0, 'must be specified for an update')]);
      }
      return write(target, current, body, options);
    },
    patch(target, contentType, patch, options = {}) {
      const { resource, namespace, name } = target;
      const current = api.get(resource, namespace, name);
      return write(target, current, applyPatch(contentType, current, patch, resource.model !== undefined), options);
    },
    scale(target, contentType, patch, options = {}) {
      const current = api.get(target.resource, target.namespace, target.name);
      const spec = objectOf(current['spec']);
      const scale = { kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: spec['replicas'] } };
      const { replicas } = objectOf(applyPatch(contentType, scale, patch, true)['spec']);
      write(target, current, { ...current, spec: { ...spec, replicas } }, options);
      return { ...scale, metadata: { name: target.name, namespace: target.namespace }, spec: { replicas } };
    },
  };
}

function checkIdentity(resource: Resource, current: StoredObject, metadata: JsonObject): void {
  const { name, uid, resourceVersion } = current.metadata;
  if (metadata['uid'] && metadata['uid'] !== uid) {
    refuseConflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${metadata['uid']}, UID in object meta: ${uid}`,
    );
  }
  if (metadata['resourceVersion'] && metadata['resourceVersion'] !== resourceVersion)
    refuseConflict(resource, name, modified);
}

function metadataFrom(current: StoredObject, wanted: JsonObject): StoredObject['metadata'] {
  const kept = Object.fromEntries(
    fixed.flatMap((field) => (current.metadata[field] === undefined ? [] : [[field, current.metadata[field]]])),
  );
  const { deletionTimestamp: _deletion, deletionGracePeriodSeconds: _grace, ...given } = objectOf(wanted['metadata']);
  return { ...given, ...kept, resourceVersion: current.metadata.resourceVersion } as StoredObject['metadata'];
}

function withContentOf(resource: Resource, current: StoredObject, wanted: JsonObject): StoredObject {
  const { status, ...content } = wanted;
  const kept = resource.statusSubresource ? current['status'] : status;
  const { apiVersion, kind } = current;
  return {
    ...content,
    apiVersion,
    kind,
    metadata: metadataFrom(current, wanted),
    ...(kept === undefined ? {} : { status: kept }),
  };
}

function withStatusOf(current: StoredObject, wanted: JsonObject): StoredObject {
  const { status: _old, ...content } = current;
  return {
    ...content,
    metadata: current.metadata,
    ...(wanted['status'] === undefined ? {} : { status: wanted['status'] }),
  };
}
