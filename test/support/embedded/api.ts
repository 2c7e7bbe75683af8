/**
 * The verbs of the API server on its objects, for requests and controllers alike.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { admitNamespace, admitQuota, admitServiceAccount } from './admission.ts';
import type { Kinds } from './admitted-kinds.ts';
import type { Clock } from './clock.ts';
import { checkPreconditions, type DeleteOptions, deleteObject } from './deletion.ts';
import { refuseInvalid } from './field-errors.ts';
import { withGeneratedSelector, withInheritedLabels } from './job-defaults.ts';
import { type JsonObject, objectOf, stringOf } from './json.ts';
import { metadataErrors } from './names.ts';
import { apiVersionOf, type Resource, resources } from './resources.ts';
import { refuse, refuseExisting, refuseNotFound } from './status.ts';
import type { Store, StoredObject } from './store.ts';

export interface WriteOptions {
  dryRun?: boolean;
  fieldValidation?: string;
}

export interface Written {
  object: StoredObject;
  warnings: string[];
}

export interface Api {
  get(resource: Resource, namespace: string | undefined, name: string): StoredObject;
  create(resource: Resource, namespace: string | undefined, body: JsonObject, options?: WriteOptions): Written;
  delete(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions,
  ): { object: StoredObject; gone: boolean };
}

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** Five letters, as the API server's name generator appends them. */
export function nameSuffix(): string {
  return [...randomBytes(5)].map((byte) => letters[byte % letters.length]).join('');
}

/** The object's name, and what admission calls it: its name, or the prefix its name is generated from. */
function namesOf(metadata: JsonObject): { name: string; shown: string } {
  const name = stringOf(metadata['name']) ?? '';
  const prefix = stringOf(metadata['generateName']) ?? '';
  if (name !== '' || prefix === '') return { name, shown: name };
  return { name: generatedName(prefix), shown: prefix };
}

/** A generated name has at most 63 characters: the prefix is cut to make room (names.SimpleNameGenerator). */
function generatedName(prefix: string): string {
  return prefix.slice(0, 58) + nameSuffix();
}

export function createApi(store: Store, clock: Clock, kinds: Kinds): Api {
  const get = (resource: Resource, namespace: string | undefined, name: string) =>
    store.get(resource, namespace, name) ?? refuseNotFound(resource, name);

  return {
    get,
    create(resource, namespace, body, options = {}) {
      checkNamespaceOfBody(resource, namespace, body);
      const { object, warnings } = kinds.read(resource, body, options.fieldValidation ?? 'Warn');
      const metadata = objectOf(object['metadata']);
      if (metadata['resourceVersion']) refuse(500, 'resourceVersion should not be set on objects to be created');
      const { name, shown } = namesOf(metadata);
      if (namespace !== undefined) admitNamespace(store, resource, namespace, name);

      const draft = prepared(resource, object, namespace, name, clock.timestamp());
      const admitted = admit(store, resource, draft, namespace, shown);
      const errors = [
        ...metadataErrors(resource, objectOf(admitted['metadata'])),
        ...kinds.createErrors(resource, admitted),
      ];
      if (errors.length > 0) refuseInvalid(resource, name, errors);
      const existing = store.get(resource, namespace, name);
      if (existing) refuseExisting(resource, name, existing.metadata.deletionTimestamp !== undefined);
      if (namespace !== undefined) admitQuota(store, resource, namespace, name);
      const complete = resource === resources.jobs ? withInheritedLabels(admitted) : kinds.stored(resource, admitted);
      return { object: options.dryRun ? complete : store.add(resource, complete), warnings };
    },
    delete(resource, namespace, name, options) {
      const object = get(resource, namespace, name);
      checkPreconditions(resource, object, options);
      if (options.dryRun) return { object, gone: true };
      return deleteObject(store, clock, resource, object, options);
    },
  };
}

function checkNamespaceOfBody(resource: Resource, namespace: string | undefined, body: JsonObject): void {
  const inBody = objectOf(body['metadata'])['namespace'];
  if (inBody !== undefined && inBody !== '' && inBody !== namespace) {
    refuse(400, 'the namespace of the provided object does not match the namespace sent on the request');
  }
  const { apiVersion, kind } = body;
  if (
    (kind !== undefined && kind !== resource.kind) ||
    (apiVersion !== undefined && apiVersion !== apiVersionOf(resource))
  ) {
    const expected = `${apiVersionOf(resource)}, Kind=${resource.kind}`;
    refuse(
      400,
      `the API version in the data (${apiVersion}, Kind=${kind}) does not match the expected API version (${expected})`,
    );
  }
}

function prepared(
  resource: Resource,
  object: JsonObject,
  namespace: string | undefined,
  name: string,
  now: string,
): StoredObject {
  const {
    selfLink: _link,
    deletionTimestamp: _deletion,
    deletionGracePeriodSeconds: _grace,
    ...metadata
  } = objectOf(object['metadata']);
  const { status, ...rest } = object;
  const uid = randomUUID();
  const base = {
    ...rest,
    ...(status !== undefined && !resource.statusSubresource ? { status } : {}),
    ...initialState(resource),
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: {
      ...metadata,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid,
      resourceVersion: '',
      ...(resource.generation ? { generation: 1 } : {}),
      creationTimestamp: now,
    },
  };
  const complete = resource === resources.jobs ? withGeneratedSelector(base, uid, name) : base;
  return complete as StoredObject;
}

/** The status an object of the kind is born with. */
function initialState(resource: Resource): JsonObject {
  switch (resource) {
    case resources.pods:
      return { status: { phase: 'Pending', qosClass: 'BestEffort' } };
    case resources.namespaces:
      return { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
    case resources.jobs:
    case resources.deployments:
    case resources.daemonSets:
    case resources.resourceQuotas:
      return { status: {} };
    case resources.services:
      return { status: { loadBalancer: {} } };
  }
  return {};
}

function admit(
  store: Store,
  resource: Resource,
  draft: StoredObject,
  namespace: string | undefined,
  name: string,
): StoredObject {
  if (resource !== resources.pods || namespace === undefined) return draft;
  return admitServiceAccount(store, draft, namespace, name, nameSuffix()) as StoredObject;
}
