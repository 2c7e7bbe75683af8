/**
 * In which namespaces the verifier lacks its rights, as far as whoever asks may see. What cannot be read is no finding.
 */
import type { Canary } from '../../api/canary.ts';
import { allInOrder, HookError } from '../../errors.ts';
import type { Bindings } from '../../kube/bindings.ts';
import type { Session } from '../session.ts';
import { type Account, mayServe, missingRole, type Unserved, verifierOf } from './served.ts';

// Milliseconds, and tries: it is said beside what was asked for, which does not wait for it.
const patience = 5000;
const tries = 1;

/** `canaries`: of one namespace or, where that is `null`, of all. */
export async function unservedAmong(
  canaries: readonly Canary[],
  namespace: string | null,
  session: Pick<Session, 'bindings'>,
): Promise<Unserved[]> {
  const called = calledBy(canaries);
  if (called.length === 0) return [];
  const reader = session.bindings({ endsAt: Date.now() + patience, tries });
  try {
    return await look(called, namespace, reader);
  } catch (error) {
    if (error instanceof HookError) return [];
    throw error;
  }
}

interface Called {
  namespace: string;
  account: Account;
}

/** Each once, of however many Canaries. */
function calledBy(canaries: readonly Canary[]): Called[] {
  const all = canaries.flatMap((canary): Called[] => {
    const account = verifierOf(canary);
    return account === undefined ? [] : [{ namespace: canary.metadata.namespace, account }];
  });
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}

async function look(called: readonly Called[], namespace: string | null, reader: Bindings): Promise<Unserved[]> {
  if (namespace !== null) {
    const here = await reader.listRoleBindings(namespace);
    if (called.every(({ account }) => here.some((each) => mayServe(each, account)))) return [];
  }
  const [roles, ofCluster] = await allInOrder([reader.listRoleBindings(null), reader.listClusterRoleBindings()]);
  return called.flatMap((each) => {
    const role = missingRole(each.account, each.namespace, { roles, ofCluster });
    return role === undefined ? [] : [{ ...each, role }];
  });
}
