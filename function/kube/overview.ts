/**
 * The E2ESpecs and Canaries of many namespaces with what is in their status, by the right to list them and no other. What is
 * missing, a right or a definition, is a part of the answer.
 */
import { type Canary, canaryResource } from '../api/canary.ts';
import { type E2ESpec, e2eSpecResource } from '../api/e2espec.ts';
import { HookError } from '../errors.ts';
import { largestList, pages } from './read.ts';
import type { Resource } from './request.ts';
import type { ApiResponse, Ask } from './response.ts';

export type Listed<T> =
  | { kind: 'listed'; items: T[]; unreadable: string[] }
  /** The right to list them is missing. */
  | { kind: 'forbidden' }
  /** Their definition is. */
  | { kind: 'notInstalled' };

/** `pick`: what is kept of each. A namespace of `null` is all of them. */
export interface Overview {
  listE2ESpecs<T>(namespace: string | null, pick: (spec: E2ESpec) => T): Promise<Listed<T>>;
  /** The one of this name, by the same right. */
  findE2ESpec<T>(namespace: string, name: string, pick: (spec: E2ESpec) => T): Promise<Listed<T>>;
  listCanaries<T>(namespace: string | null, pick: (canary: Canary) => T): Promise<Listed<T>>;
}

// Of the first page; how large the items are is known then.
const firstItems = 50;
const mostItems = 500;
// Bytes of a page that are aimed at: large enough for few pages, and half of what is read at the most.
const pageBytes = 4 * 2 ** 20;
const mostPages = 1000;

function sizeAfter(before: { items: number; bytes: number } | undefined): number {
  if (before === undefined || before.bytes === 0) return firstItems;
  const perItem = before.bytes / Math.max(1, before.items);
  return Math.max(1, Math.min(mostItems, Math.floor(pageBytes / perItem)));
}

export function overview(send: Ask): Overview {
  async function list<T, R>(
    resource: Resource,
    namespace: string | null,
    pick: (item: T) => R,
    selector: Record<string, string> = {},
  ): Promise<Listed<R>> {
    const items: R[] = [];
    const unreadable: string[] = [];
    const onUnreadable = (message: string) => unreadable.push(message);
    const request = { resource, namespace, selector, sizeAfter, onUnreadable };
    try {
      for await (const page of pages<T>(refusing(send), request, () => largestList, mostPages)) {
        items.push(...page.items.map(pick));
        page.held?.release();
      }
    } catch (error) {
      if (error instanceof Missing) return { kind: error.what };
      throw error;
    }
    return { kind: 'listed', items, unreadable };
  }

  return {
    listE2ESpecs: (namespace, pick) => list(e2eSpecResource, namespace, pick),
    findE2ESpec: (namespace, name, pick) =>
      list(e2eSpecResource, namespace, pick, { fieldSelector: `metadata.name=${name}` }),
    listCanaries: (namespace, pick) => list(canaryResource, namespace, pick),
  };
}

class Missing extends Error {
  readonly what: 'forbidden' | 'notInstalled';

  constructor(what: Missing['what']) {
    super(what);
    this.what = what;
  }
}

function refusing(send: Ask): Ask {
  return async (request) => {
    const response: ApiResponse = await send(request).catch((error: unknown) => {
      throw error instanceof HookError && error.kind === 'Forbidden' ? new Missing('forbidden') : error;
    });
    if (response.code === 403) throw new Missing('forbidden');
    if (response.code === 404) throw new Missing('notInstalled');
    return response;
  };
}
