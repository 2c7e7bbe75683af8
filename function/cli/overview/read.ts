/**
 * Reads the tests of a namespace, or of all, with a person's rights.
 */
import type { Canary } from '../../api/canary.ts';
import type { E2ESpec } from '../../api/e2espec.ts';
import { allInOrder, HookError } from '../../errors.ts';
import type { Inventory } from '../../kube/inventory.ts';
import { CannotRun } from '../problem.ts';
import { unservedAmong } from '../rights/read.ts';
import { lackedBy, type Unserved } from '../rights/served.ts';
import type { Session } from '../session.ts';
import { type Overview, overviewOf } from './rows.ts';

// Milliseconds, for all of it.
const patience = 60_000;

export function soon(): { endsAt: number } {
  return { endsAt: Date.now() + patience };
}

export interface Found extends Overview {
  canaries: Canary[];
  e2eSpecs: E2ESpec[];
  /** Tests run without it, too. */
  hasFlagger: boolean;
}

/** `null`: all namespaces. */
export async function readOverview(session: Session, namespace: string | null): Promise<Found> {
  const inventory = session.inventory(soon());
  const [canaries, e2eSpecs] = await allInOrder([
    canariesOf(inventory, namespace),
    inventory.listTests(namespace),
  ] as const);
  if (e2eSpecs.length === 0 && !canaries?.length) await refuseMissing(inventory, namespace);
  const known = canaries ?? [];
  return { canaries: known, e2eSpecs, hasFlagger: canaries !== undefined, ...overviewOf(known, e2eSpecs) };
}

/** With what the verifier lacks in each namespace. */
export async function withRights(
  found: Found,
  namespace: string | null,
  session: Session,
): Promise<Found & { unserved: Unserved[] }> {
  const unserved = await unservedAmong(found.canaries, namespace, session);
  const rows = found.rows.map((row) => {
    const lacking = row.canary && lackedBy(row.canary, unserved);
    return lacking === undefined ? row : { ...row, unserved: lacking };
  });
  return { ...found, rows, unserved };
}

/** Nothing where Flagger is not installed. */
async function canariesOf(inventory: Inventory, namespace: string | null): Promise<Canary[] | undefined> {
  try {
    return await inventory.listCanaries(namespace);
  } catch (error) {
    if (error instanceof HookError && error.kind === 'NotFound') return undefined;
    throw error;
  }
}

/** Of a namespace that is not there, the API server gives empty lists. */
async function refuseMissing(inventory: Inventory, namespace: string | null): Promise<void> {
  if (namespace === null) return;
  const found = await inventory.listNamespaces(namespace);
  if (found?.length === 0) throw new CannotRun(`there is no namespace ${namespace}. -n NAMESPACE names another`);
}
