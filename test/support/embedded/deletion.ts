/**
 * DELETE: preconditions, the propagation policies and their finalizers, a pod's grace
 * (apiserver/pkg/registry/generic/registry/store.go).
 */
import type { Call } from './call.ts';
import { type Clock, timestampOf } from './clock.ts';
import { at, listOf, objectOf, stringOf } from './json.ts';
import { type Resource, resources } from './resources.ts';
import { refuse, refuseConflict } from './status.ts';
import type { Store, StoredObject } from './store.ts';

export interface DeleteOptions {
  dryRun?: boolean;
  propagationPolicy?: string;
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
}

/** In the body, as kubectl has them, or in the query. */
export function deleteOptionsOf(body: unknown, { query, dryRun }: Pick<Call, 'query' | 'dryRun'>): DeleteOptions {
  const given = objectOf(body);
  const policy = stringOf(given['propagationPolicy']) ?? query.get('propagationPolicy') ?? undefined;
  const grace = given['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds') ?? undefined;
  const preconditions = objectOf(given['preconditions']);
  const uid = stringOf(preconditions['uid']);
  const resourceVersion = stringOf(preconditions['resourceVersion']);
  if (policy !== undefined && !['Background', 'Foreground', 'Orphan'].includes(policy)) {
    refuse(
      422,
      `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "${policy}": supported values: "Background", "Foreground", "Orphan"`,
    );
  }
  return {
    dryRun: dryRun || listOf(given['dryRun']).includes('All'),
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
    ...(grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
    preconditions: { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) },
  };
}

export function checkPreconditions(resource: Resource, object: StoredObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = object.metadata;
  const wanted = options.preconditions ?? {};
  const name = object.metadata.name;
  if (wanted.uid !== undefined && wanted.uid !== uid) {
    refuseConflict(
      resource,
      name,
      `the UID in the precondition (${wanted.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
    refuseConflict(
      resource,
      name,
      `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

/** Deletes, or marks as being deleted; tells whether the object is gone. */
export function deleteObject(
  store: Store,
  clock: Clock,
  resource: Resource,
  object: StoredObject,
  options: DeleteOptions = {},
): { object: StoredObject; gone: boolean } {
  checkPreconditions(resource, object, options);
  const grace = graceOf(resource, object, options);
  const marked = store.edit(resource, object, (draft) => {
    const { metadata } = draft;
    const current = metadata.deletionTimestamp === undefined ? undefined : (metadata.deletionGracePeriodSeconds ?? 0);
    if (current === undefined || grace < current) {
      metadata.deletionTimestamp = timestampOf(new Date(clock.now().getTime() + grace * 1000));
      metadata.deletionGracePeriodSeconds = grace;
    }
    if (current === undefined && metadata.generation !== undefined) metadata.generation++;
    metadata.finalizers = finalizersFor(resource, metadata.finalizers ?? [], options.propagationPolicy);
    if (metadata.finalizers.length === 0) delete metadata.finalizers;
    if (resource === resources.namespaces) draft['status'] = { ...objectOf(draft['status']), phase: 'Terminating' };
  });
  const { namespace, name, uid } = marked.metadata;
  return { object: marked, gone: store.get(resource, namespace, name)?.metadata.uid !== uid };
}

/** batch/v1 Jobs orphan their pods when nothing is said (pkg/registry/batch/job/strategy.go DefaultGarbageCollectionPolicy). */
function finalizersFor(resource: Resource, finalizers: string[], policy: string | undefined): string[] {
  const others = finalizers.filter((one) => one !== 'orphan' && one !== 'foregroundDeletion');
  const inForce =
    policy ?? (finalizers.length > others.length ? undefined : resource === resources.jobs ? 'Orphan' : 'Background');
  switch (inForce) {
    case undefined:
      return finalizers;
    case 'Orphan':
      return [...others, 'orphan'];
    case 'Foreground':
      return [...others, 'foregroundDeletion'];
  }
  return others;
}

function graceOf(resource: Resource, object: StoredObject, options: DeleteOptions): number {
  if (resource !== resources.pods) return 0;
  const finished = ['Succeeded', 'Failed'].includes(String(at(object, 'status', 'phase')));
  if (finished || at(object, 'spec', 'nodeName') === undefined) return 0;
  return options.gracePeriodSeconds ?? Number(at(object, 'spec', 'terminationGracePeriodSeconds') ?? 30);
}
