/**
 * What is in a cluster for the command line to look at, by the rights of whoever runs it. Apart from `read.ts`, because no
 * webhook call needs it.
 */
import { type Canary, canaryResource } from '../api/canary.ts';
import { type E2ESpec, e2eSpecResource } from '../api/e2espec.ts';
import { HookError } from '../errors.ts';
import { largestList, pages, readOne } from './read.ts';
import { type ApiRequest, type Resource, ruleFor } from './request.ts';
import { type ApiResponse, type Ask, messageOf } from './response.ts';

/** `null` for a namespace: all of them. Missing rights and missing definitions are errors that say which. */
export interface Inventory {
  listCanaries(namespace: string | null): Promise<Canary[]>;
  /** Without their status, which can be large. */
  listE2ESpecs(namespace: string | null): Promise<Pick<E2ESpec, 'metadata' | 'spec'>[]>;
  /** Nothing for those that may not be read. */
  listNamespaces(namespace: string | null): Promise<Namespace[] | undefined>;
}

export interface Namespace {
  metadata: { name: string; labels?: Record<string, string> };
}

const namespaceResource = { group: '', version: 'v1', plural: 'namespaces' } as const;

// Of 25 objects: a person waits, where a webhook call must not.
const mostPages = 1000;

export function inventory(send: Ask): Inventory {
  const ask = tellingPeople(send);

  async function list<T, R>(resource: Resource, namespace: string | null, pick: (item: T) => R): Promise<R[]> {
    const all: R[] = [];
    const request = { resource, namespace, selector: {} };
    for await (const { items, held } of pages<T>(ask, request, () => largestList, mostPages)) {
      all.push(...items.map(pick));
      held?.release();
    }
    return all;
  }

  async function getNamespace(name: string): Promise<Namespace[]> {
    const wanted = { resource: namespaceResource, namespace: null, name };
    const { value } = readOne<Namespace>(await ask({ verb: 'get', ...wanted }), wanted);
    return value === undefined ? [] : [value];
  }

  return {
    listCanaries: (namespace) => list(canaryResource, namespace, (canary: Canary) => canary),
    listE2ESpecs: (namespace) =>
      list(e2eSpecResource, namespace, ({ metadata, spec }: E2ESpec) => ({ metadata, spec })),
    async listNamespaces(namespace) {
      try {
        if (namespace !== null) return await getNamespace(namespace);
        return await list(namespaceResource, null, (each: Namespace) => each);
      } catch (error) {
        if (error instanceof HookError && error.kind === 'Forbidden') return undefined;
        throw error;
      }
    },
  };
}

/** Errors speak to the person at the keyboard, where a webhook's speak of the verifier. */
function tellingPeople(send: Ask): Ask {
  return async (request) => {
    const response = await send(request).catch((error: unknown) => {
      if (!(error instanceof HookError)) throw error;
      if (error.kind === 'Forbidden') throw forbidden(request);
      throw new HookError(error.kind, error.message.replaceAll('the verifier’s', 'your'));
    });
    return understood(request, response);
  };
}

function understood(request: ApiRequest, response: ApiResponse): ApiResponse {
  const { verb, resource } = request;
  if (response.code === 403) throw forbidden(request, `: ${messageOf(response)}`);
  // A list of what there is none of is empty.
  if (response.code === 404 && verb === 'list') throw new HookError('NotFound', notInstalled(resource));
  return response;
}

function forbidden(request: ApiRequest, more = ''): HookError {
  const { verb, resource, namespace } = request;
  const what = `${verb} ${resource.plural}`;
  const where =
    namespace === null ? 'all namespaces. Name one that you may read: -n NAMESPACE' : `namespace ${namespace}`;
  return new HookError('Forbidden', `you may not ${what}${more}. It takes the rule {${ruleFor(request)}} in ${where}`);
}

const installed: Record<string, string> = {
  canaries: 'Flagger is not installed there. Install it first, or say which cluster is meant: --context NAME',
  e2especs: 'the verifier is not installed there. Install its definition: kubectl apply --server-side -f crds/',
};

function notInstalled({ group, plural }: Resource): string {
  return `the cluster has no ${plural}.${group}: ${installed[plural] ?? 'their definition is missing'}`;
}
