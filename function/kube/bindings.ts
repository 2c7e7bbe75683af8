/**
 * Who is bound to which role, for the command line to look at, by the rights of whoever runs it. Apart from `read.ts`, whose
 * kinds are those that a webhook call needs.
 */
import { largestList, pages } from './read.ts';
import type { Ask } from './response.ts';

export interface Binding {
  /** Without a namespace, it is of the cluster. */
  metadata: { name: string; namespace?: string };
  roleRef: { kind: string; name: string };
  subjects?: { kind: string; name: string; namespace?: string }[];
}

export interface Bindings {
  /** `null`: of all namespaces. */
  listRoleBindings(namespace: string | null): Promise<Binding[]>;
  listClusterRoleBindings(): Promise<Binding[]>;
}

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const;

// Items: half a megabyte or so.
const pageSize = 500;
const mostPages = 100;

export function bindings(ask: Ask): Bindings {
  async function listAll(plural: string, namespace: string | null): Promise<Binding[]> {
    const all: Binding[] = [];
    const request = { resource: { ...rbac, plural }, namespace, selector: {}, sizeAfter: () => pageSize };
    for await (const { items, held } of pages<Binding>(ask, request, () => largestList, mostPages)) {
      all.push(...items.map(picked));
      held?.release();
    }
    return all;
  }
  return {
    listRoleBindings: (namespace) => listAll('rolebindings', namespace),
    listClusterRoleBindings: () => listAll('clusterrolebindings', null),
  };
}

/** Of the rest nothing is held. */
function picked({ metadata, roleRef, subjects = [] }: Binding): Binding {
  const { namespace } = metadata;
  return { metadata: { name: metadata.name, ...(namespace && { namespace }) }, roleRef, subjects };
}
