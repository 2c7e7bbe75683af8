/**
 * Who is bound to which role, for the command line to look at, by the rights of whoever runs it. Apart from `read.ts`, whose
 * kinds are those that a webhook call needs.
 */
import { largestList } from './read.ts';
import { type ApiResponse, type Ask, unavailable } from './response.ts';
import { list, Misshapen, object, text } from './shape.ts';

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

const name = text(253);
const page = object({
  metadata: object({}, { continue: text() }),
  items: list(
    object(
      { metadata: object({ name }, { namespace: name }), roleRef: object({ kind: name, name }) },
      { subjects: list(object({ kind: name, name }, { namespace: name })) },
    ),
  ),
});

// Items: half a megabyte or so.
const pageSize = 500;
const mostPages = 100;

export function bindings(ask: Ask): Bindings {
  async function listAll(plural: string, namespace: string | null): Promise<Binding[]> {
    const all: Binding[] = [];
    let next = '';
    for (let pages = 0; pages < mostPages; pages++) {
      const query = { limit: String(pageSize), ...(next !== '' && { continue: next }) };
      const resource = { ...rbac, plural };
      const response = await ask({ verb: 'list', resource, namespace, query, largest: largestList });
      const { items, metadata } = readPage(response, plural);
      all.push(...items.map(picked));
      response.held?.release();
      next = metadata.continue ?? '';
      if (next === '') return all;
    }
    throw unavailable(`there are too many ${plural} to be read`);
  }
  return {
    listRoleBindings: (namespace) => listAll('rolebindings', namespace),
    listClusterRoleBindings: () => listAll('clusterrolebindings', null),
  };
}

interface Page {
  metadata: { continue?: string };
  items: Binding[];
}

function readPage({ code, body }: ApiResponse, plural: string): Page {
  try {
    return page(body, '') as Page;
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    throw unavailable(`the API server answered ${code} without a list of ${plural}: ${error.message}`);
  }
}

/** Of the rest nothing is held. */
function picked({ metadata, roleRef, subjects = [] }: Binding): Binding {
  const { namespace } = metadata;
  return { metadata: { name: metadata.name, ...(namespace && { namespace }) }, roleRef, subjects };
}
