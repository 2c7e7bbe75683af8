/**
 * What there is where a name is of nothing: the nearest, or some; or not even the namespace.
 */
import { HookError } from '../../errors.ts';
import type { Inventory } from '../../kube/inventory.ts';
import { isSlipOf, looksLike } from '../../looks-like.ts';

const mostNamed = 10;

export function listed(names: readonly string[]): string {
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return names.slice(0, mostNamed).join(', ') + more;
}

/** A sentence. */
export function nearest(name: string, names: readonly string[]): string {
  const near = names.find((each) => looksLike(each, name) || isSlipOf(each, name));
  if (near !== undefined) return `Did you mean ${near}?`;
  return names.length === 0
    ? 'There is none there.'
    : `There ${names.length === 1 ? 'is' : 'are'} ${listed([...names].sort())}.`;
}

export type Names = Pick<Inventory, 'listE2ESpecs' | 'listCanaries' | 'listNamespaces'>;

/** That there is none of that name, and what there is instead, as far as it may be known. `besides`: what else may be done there. */
export async function missing(
  kind: 'E2ESpec' | 'Canary',
  { name, namespace }: { name: string; namespace: string },
  { listE2ESpecs, listCanaries, listNamespaces }: Names,
  besides?: string,
): Promise<string> {
  const list = kind === 'E2ESpec' ? listE2ESpecs : listCanaries;
  const found = await unlessRefused<{ metadata: { name: string } }[]>(list(namespace));
  const isThere = found?.length !== 0 || (await unlessRefused(listNamespaces(namespace)))?.length !== 0;
  if (!isThere) return `there is no namespace ${namespace}. -n NAMESPACE names another one`;
  const instead =
    found &&
    nearest(
      name,
      found.map(({ metadata }) => metadata.name),
    );
  return [`there is no ${kind} ${name} in namespace ${namespace}.`, instead ?? [], besides ?? []].flat().join(' ');
}

async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof HookError) return undefined;
    throw error;
  });
}
