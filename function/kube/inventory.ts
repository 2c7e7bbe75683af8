/**
 * What is in a cluster for the command line to look at, by the rights of whoever runs it. Apart from `read.ts`, because no
 * webhook call needs it.
 */
import { type Canary, canaryResource } from '../api/canary.ts';
import { type E2ESpec, e2eSpecResource } from '../api/e2espec.ts';
import { HookError } from '../errors.ts';
import { largestList, pages, readOne } from './read.ts';
import type { Resource } from './request.ts';
import type { Ask } from './response.ts';

/** `null` for a namespace: all of them. */
export interface Inventory {
  listCanaries(namespace: string | null): Promise<Canary[]>;
  /** Without their status, which can be large. */
  listE2ESpecs(namespace: string | null): Promise<Pick<E2ESpec, 'metadata' | 'spec'>[]>;
  /** With what they have come to. */
  listTests(namespace: string | null): Promise<E2ESpec[]>;
  /** Nothing for those that may not be read. */
  listNamespaces(namespace: string | null): Promise<Namespace[] | undefined>;
}

export interface Namespace {
  metadata: { name: string; labels?: Record<string, string> };
}

const namespaceResource = { group: '', version: 'v1', plural: 'namespaces' } as const;

// Of 25 objects: a person waits, where a webhook call must not.
const mostPages = 1000;

export function inventory(ask: Ask): Inventory {
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
    listTests: (namespace) => list(e2eSpecResource, namespace, (e2eSpec: E2ESpec) => e2eSpec),
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
