/**
 * What etcd is to a cluster: the objects, one counter of resourceVersions, and the stream of changes.
 * Objects in it are never changed in place: `edit` works on a copy.
 */
import type { KubernetesObject } from '../kubernetes.ts';
import { at, copyJson, equalJson, listOf, objectOf } from './json.ts';
import type { Resource } from './resources.ts';

export type StoredObject = KubernetesObject & {
  metadata: KubernetesObject['metadata'] & {
    name: string;
    uid: string;
    resourceVersion: string;
    creationTimestamp: string;
    deletionGracePeriodSeconds?: number;
  };
};

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  resource: Resource;
  object: StoredObject;
  revision: number;
}

export interface Store {
  revision(): number;
  get(resource: Resource, namespace: string | undefined, name: string): StoredObject | undefined;
  list(resource: Resource, namespace?: string): StoredObject[];
  /** Every object, of every kind: of one namespace, or of all and of none. */
  all(namespace?: string): { resource: Resource; object: StoredObject }[];
  add(resource: Resource, object: StoredObject): StoredObject;
  /** Changes a copy and stores it; an object being deleted without finalizers is removed by that. */
  edit(resource: Resource, object: StoredObject, change: (draft: StoredObject) => void): StoredObject;
  remove(resource: Resource, object: StoredObject): StoredObject;
  changesSince(revision: number): Change[];
  subscribe(listener: (change: Change) => void): () => void;
}

/** How many changes are kept for watches that begin in the past. */
const KEPT_CHANGES = 2000;

export function createStore(): Store {
  // By kind, namespace and name: controllers and clients list the kinds of one namespace all the time.
  const kinds = new Map<Resource, Map<string, Map<string, StoredObject>>>();
  const listeners = new Set<(change: Change) => void>();
  let history: Change[] = [];
  let revision = 100;

  const objectsOf = (resource: Resource, namespace?: string): StoredObject[] => {
    const namespaces = kinds.get(resource);
    const chosen = namespace ? [namespaces?.get(namespace)] : [...(namespaces?.values() ?? [])];
    return chosen.flatMap((names) => [...(names?.values() ?? [])]);
  };
  const keep = (resource: Resource, object: StoredObject) => {
    const { namespace = '', name } = object.metadata;
    const namespaces = kinds.get(resource) ?? new Map<string, Map<string, StoredObject>>();
    const names = namespaces.get(namespace) ?? new Map<string, StoredObject>();
    kinds.set(resource, namespaces.set(namespace, names.set(name, object)));
  };
  const forget = (resource: Resource, object: StoredObject) => {
    const { namespace = '', name } = object.metadata;
    const names = kinds.get(resource)?.get(namespace);
    names?.delete(name);
    if (names?.size === 0) kinds.get(resource)?.delete(namespace);
  };

  const publish = (type: Change['type'], resource: Resource, object: StoredObject) => {
    const change = { type, resource, object, revision };
    history.push(change);
    if (history.length > 2 * KEPT_CHANGES) history = history.slice(-KEPT_CHANGES);
    for (const listener of listeners) listener(change);
  };
  const write = (type: 'ADDED' | 'MODIFIED', resource: Resource, draft: StoredObject) => {
    revision++;
    draft.metadata.resourceVersion = String(revision);
    keep(resource, draft);
    publish(type, resource, draft);
    return draft;
  };
  const remove = (resource: Resource, object: StoredObject) => {
    revision++;
    const last = copyJson(object);
    last.metadata.resourceVersion = String(revision);
    forget(resource, object);
    publish('DELETED', resource, last);
    return last;
  };

  return {
    revision: () => revision,
    get: (resource, namespace, name) =>
      kinds
        .get(resource)
        ?.get(namespace ?? '')
        ?.get(name),
    list: (resource, namespace) => objectsOf(resource, namespace).sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
    all: (namespace) =>
      [...kinds.keys()].flatMap((resource) => objectsOf(resource, namespace).map((object) => ({ resource, object }))),
    add: (resource, object) => write('ADDED', resource, copyJson(object)),
    edit(resource, object, change) {
      const draft = copyJson(object);
      change(draft);
      if (equalJson(draft, object) && !isGone(draft)) return object;
      if (resource.generation && specificationChanged(object, draft)) {
        draft.metadata.generation = (object.metadata.generation ?? 0) + 1;
      }
      return isGone(draft) ? remove(resource, draft) : write('MODIFIED', resource, draft);
    },
    remove,
    changesSince: (since) => history.filter((change) => change.revision > since),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function orderOf(object: StoredObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

function isGone(object: StoredObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  // a Namespace is held by spec.finalizers until its content is gone
  const held = [...(finalizers ?? []), ...listOf(at(object, 'spec', 'finalizers'))];
  return deletionTimestamp !== undefined && !deletionGracePeriodSeconds && held.length === 0;
}

function specificationChanged(before: StoredObject, after: StoredObject): boolean {
  const specification = ({ metadata: _metadata, status: _status, spec, ...rest }: StoredObject) => {
    // binding a pod to its node is no new generation
    const { nodeName: _node, ...settings } = objectOf(spec);
    return { ...rest, spec: settings };
  };
  return !equalJson(specification(before), specification(after));
}
