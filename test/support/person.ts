/**
 * Somebody with a token: a service account with some verbs on the Canaries of a namespace, and nothing else.
 */
import type { Place } from './environment.ts';

export interface Person {
  token: string;
  /** As the API server calls them. */
  user: string;
}

const group = 'rbac.authorization.k8s.io';

export async function personIn({ kubernetes, namespace }: Place, name: string, verbs: string[]): Promise<Person> {
  const metadata = { namespace, name };
  const rules = [{ apiGroups: ['flagger.app'], resources: ['canaries'], verbs }];
  const roleRef = { apiGroup: group, kind: 'Role', name };
  const subjects = [{ kind: 'ServiceAccount', namespace, name }];
  await kubernetes.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  await kubernetes.apply({ apiVersion: `${group}/v1`, kind: 'Role', metadata, rules });
  await kubernetes.apply({ apiVersion: `${group}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects });
  return { token: await kubernetes.token(metadata), user: `system:serviceaccount:${namespace}:${name}` };
}
