/**
 * What stands between a valid object and the store: namespace lifecycle, service accounts, quotas
 * (the admission plugins of the same names in kube-apiserver).
 */
import { type JsonObject, objectOf, objectsOf, stringOf } from './json.ts';
import { quantityOf } from './quantity.ts';
import { type Resource, resources } from './resources.ts';
import { groupResource, refuse, refuseForbidden, refuseNotFound } from './status.ts';
import type { Store } from './store.ts';

export function admitNamespace(store: Store, resource: Resource, namespace: string, name: string): void {
  const found = store.get(resources.namespaces, undefined, namespace);
  if (!found) refuseNotFound(resources.namespaces, namespace);
  if (found?.metadata.deletionTimestamp === undefined) return;
  refuse(
    403,
    `${groupResource(resource)} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    {
      name,
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.plural,
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    },
  );
}

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Gives the pod its account and, unless it is declined, the volume with the account's token. */
export function admitServiceAccount(
  store: Store,
  pod: JsonObject,
  namespace: string,
  name: string,
  suffix: string,
): JsonObject {
  const spec = objectOf(pod['spec']);
  const accountName = stringOf(spec['serviceAccountName']) ?? 'default';
  const account = store.get(resources.serviceAccounts, namespace, accountName);
  if (!account) {
    return refuseForbidden(
      resources.pods,
      name,
      `error looking up service account ${namespace}/${accountName}: serviceaccount "${accountName}" not found`,
    );
  }
  const withAccount = { ...spec, serviceAccountName: accountName, serviceAccount: accountName };
  const automount = spec['automountServiceAccountToken'] ?? account['automountServiceAccountToken'] ?? true;
  if (!automount) return { ...pod, spec: withAccount };
  const volume = `kube-api-access-${suffix}`;
  const mounted = (containers: unknown) =>
    objectsOf(containers).map((container) => ({
      ...container,
      volumeMounts: [...objectsOf(container['volumeMounts']), { name: volume, readOnly: true, mountPath: TOKEN_PATH }],
    }));
  return {
    ...pod,
    spec: {
      ...withAccount,
      volumes: [...objectsOf(spec['volumes']), { name: volume, projected: { defaultMode: 420, sources: [] } }],
      ...(spec['initContainers'] ? { initContainers: mounted(spec['initContainers']) } : {}),
      containers: mounted(spec['containers']),
    },
  };
}

/** Object counts: count/jobs.batch, and pods, which counts those that have not finished. */
export function admitQuota(store: Store, resource: Resource, namespace: string, name: string): void {
  const counted = [`count/${groupResource(resource)}`, ...(resource.group === '' ? [resource.plural] : [])];
  for (const quota of store.list(resources.resourceQuotas, namespace)) {
    const hard = objectOf(objectOf(quota['spec'])['hard']);
    const exceeded = counted.flatMap((measure) => {
      const limit = hard[measure] === undefined ? undefined : quantityOf(String(hard[measure]));
      const used = usage(store, resource, namespace, measure);
      return limit !== undefined && used + 1 > limit ? [{ measure, used, limit: String(hard[measure]) }] : [];
    });
    if (exceeded.length === 0) continue;
    const show = (part: (one: { measure: string; used: number; limit: string }) => number | string) =>
      exceeded.map((one) => `${one.measure}=${part(one)}`).join(',');
    refuseForbidden(
      resource,
      name,
      `exceeded quota: ${quota.metadata.name}, requested: ${show(() => 1)}, used: ${show((one) => one.used)}, limited: ${show((one) => one.limit)}`,
    );
  }
}

function usage(store: Store, resource: Resource, namespace: string, measure: string): number {
  const objects = store.list(resource, namespace);
  if (measure !== 'pods') return objects.length;
  return objects.filter((pod) => !['Succeeded', 'Failed'].includes(String(objectOf(pod['status'])['phase']))).length;
}
