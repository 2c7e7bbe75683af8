/**
 * The garbage collector: dependents follow their owner, foreground deletion waits for them, orphaning lets them go.
 */
import type { Clock } from './clock.ts';
import { deleteObject } from './deletion.ts';
import { type Resource, resourceOf } from './resources.ts';
import type { Change, Store, StoredObject } from './store.ts';

/** How long after a change the collector gets to it. */
const REACTION_SECONDS = 0.1;

export function startGarbageCollector(store: Store, clock: Clock): void {
  /** What has an owner in a namespace is there itself. */
  const dependentsOf = ({ metadata: { uid, namespace } }: StoredObject) =>
    store
      .all(namespace)
      .filter(({ object }) => (object.metadata.ownerReferences ?? []).some((owner) => owner.uid === uid));
  const current = (resource: Resource, object: StoredObject) => {
    const found = store.get(resource, object.metadata.namespace, object.metadata.name);
    return found?.metadata.uid === object.metadata.uid ? found : undefined;
  };
  const withoutFinalizer = (resource: Resource, object: StoredObject, finalizer: string) =>
    store.edit(resource, object, (draft) => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((one) => one !== finalizer);
    });

  const ownerExists = (
    owner: { apiVersion: string; kind: string; name: string; uid: string },
    namespace: string | undefined,
  ) => {
    const resource = resourceOf(owner.apiVersion, owner.kind);
    if (!resource) return false;
    const found = store.get(resource, resource.namespaced ? namespace : undefined, owner.name);
    return found?.metadata.uid === owner.uid;
  };
  /** Deletes an object whose owners are all gone; lets go of the gone ones otherwise. */
  const collect = (resource: Resource, object: StoredObject) => {
    const owners = object.metadata.ownerReferences ?? [];
    const absent = owners.filter((owner) => !ownerExists(owner, object.metadata.namespace));
    if (absent.length === 0) return;
    if (absent.length === owners.length) {
      if (object.metadata.deletionTimestamp === undefined)
        deleteObject(store, clock, resource, object, { propagationPolicy: 'Background' });
      return;
    }
    store.edit(resource, object, (draft) => {
      draft.metadata.ownerReferences = owners.filter((owner) => !absent.includes(owner));
    });
  };
  const foreground = (resource: Resource, owner: StoredObject) => {
    for (const { resource: kind, object } of dependentsOf(owner)) {
      if (object.metadata.deletionTimestamp === undefined)
        deleteObject(store, clock, kind, object, { propagationPolicy: 'Foreground' });
    }
    const blocking = dependentsOf(owner).some(({ object }) =>
      (object.metadata.ownerReferences ?? []).some(
        (one) => one.uid === owner.metadata.uid && one.blockOwnerDeletion === true,
      ),
    );
    const fresh = current(resource, owner);
    if (fresh && !blocking) withoutFinalizer(resource, fresh, 'foregroundDeletion');
  };
  const orphan = (resource: Resource, owner: StoredObject) => {
    for (const { resource: kind, object } of dependentsOf(owner)) {
      store.edit(kind, object, (draft) => {
        const others = (draft.metadata.ownerReferences ?? []).filter((one) => one.uid !== owner.metadata.uid);
        if (others.length > 0) draft.metadata.ownerReferences = others;
        else delete draft.metadata.ownerReferences;
      });
    }
    const fresh = current(resource, owner);
    if (fresh) withoutFinalizer(resource, fresh, 'orphan');
  };
  const process = (resource: Resource, object: StoredObject) => {
    const fresh = current(resource, object);
    if (!fresh) return;
    const finalizers = fresh.metadata.deletionTimestamp === undefined ? [] : (fresh.metadata.finalizers ?? []);
    if (finalizers.includes('foregroundDeletion')) foreground(resource, fresh);
    else if (finalizers.includes('orphan')) orphan(resource, fresh);
    else collect(resource, fresh);
  };
  const later = (resource: Resource, object: StoredObject) =>
    clock.after(REACTION_SECONDS, () => process(resource, object));

  /** Owners that wait for this dependent may be done with waiting. */
  const wakeOwners = (object: StoredObject) => {
    for (const owner of object.metadata.ownerReferences ?? []) {
      const kind = resourceOf(owner.apiVersion, owner.kind);
      const found = kind && store.get(kind, kind.namespaced ? object.metadata.namespace : undefined, owner.name);
      if (kind && found?.metadata.deletionTimestamp) later(kind, found);
    }
  };

  store.subscribe(({ type, resource, object }: Change) => {
    const { deletionTimestamp, ownerReferences = [] } = object.metadata;
    if (type === 'DELETED') {
      for (const dependent of dependentsOf(object)) later(dependent.resource, dependent.object);
      wakeOwners(object);
    } else if (deletionTimestamp !== undefined || ownerReferences.length > 0) later(resource, object);
  });
}
