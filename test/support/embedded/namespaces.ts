/**
 * What a cluster does with namespaces: a default ServiceAccount and the root certificates when one appears,
 * and everything in it deleted before it goes.
 */
import type { Api } from './api.ts';
import type { Clock } from './clock.ts';
import { deleteObject } from './deletion.ts';
import { objectOf } from './json.ts';
import { resources } from './resources.ts';
import type { Store, StoredObject } from './store.ts';

const REACTION_SECONDS = 0.05;

export function startNamespaceController(store: Store, clock: Clock, api: Api): void {
  const populate = (name: string) => {
    const found = store.get(resources.namespaces, undefined, name);
    if (!found || found.metadata.deletionTimestamp) return;
    if (!store.get(resources.serviceAccounts, name, 'default')) {
      api.create(resources.serviceAccounts, name, { metadata: { name: 'default' } });
    }
    if (!store.get(resources.configMaps, name, 'kube-root-ca.crt')) {
      api.create(resources.configMaps, name, { metadata: { name: 'kube-root-ca.crt' }, data: { 'ca.crt': '' } });
    }
  };
  const empty = (name: string) => {
    for (const { resource, object } of store.all(name)) {
      if (object.metadata.deletionTimestamp === undefined)
        deleteObject(store, clock, resource, object, { propagationPolicy: 'Background' });
    }
    const namespace = store.get(resources.namespaces, undefined, name);
    if (!namespace) return;
    if (store.all(name).length > 0) {
      clock.after(0.2, () => empty(name));
      return;
    }
    store.edit(resources.namespaces, namespace, (draft) => {
      draft['spec'] = { ...objectOf(draft['spec']), finalizers: [] };
    });
  };
  const react = (object: StoredObject) => {
    const { name, deletionTimestamp } = object.metadata;
    clock.after(REACTION_SECONDS, () => (deletionTimestamp === undefined ? populate(name) : empty(name)));
  };
  store.subscribe(({ type, resource, object }) => {
    if (resource === resources.namespaces && type !== 'DELETED') react(object);
    if (resource === resources.serviceAccounts && type === 'DELETED' && object.metadata.name === 'default') {
      clock.after(REACTION_SECONDS, () => populate(object.metadata.namespace ?? ''));
    }
  });
}
