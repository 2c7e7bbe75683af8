/**
 * E2ESpecs that are in none of the files, as the cluster has them.
 */
import type { Spec } from '../../api/e2espec.ts';
import { HookError } from '../../errors.ts';
import { type ClusterOptions, choiceOf, type NamespaceOption } from '../options.ts';
import { CannotRun, messageOf } from '../problem.ts';
import { openSession, type Session } from '../session.ts';

export interface Wanted {
  name: string;
  /** As the Canary's file has it. */
  namespace: string | undefined;
}

export interface FromCluster {
  name: string;
  spec: Spec;
  /** A sentence. */
  says: string;
}

// Milliseconds, and tries: files are read without a cluster as well.
const patience = 5000;
const tries = 1;

/** Each that is there. Throws CannotRun where somebody has named the cluster, and it cannot be asked; else there are none. */
export async function specsInCluster(
  wanted: readonly Wanted[],
  asked: ClusterOptions & NamespaceOption,
): Promise<Map<Wanted, FromCluster>> {
  const found = new Map<Wanted, FromCluster>();
  if (wanted.length === 0) return found;
  const isNamed = (asked.namespace ?? asked.context ?? asked.kubeconfig) !== undefined;
  const refuse = (message: string): undefined => {
    if (isNamed) throw new CannotRun(message);
  };
  const session = await openSession(choiceOf(asked)).catch((error: unknown) => refuse(messageOf(error)));
  if (session === undefined) return found;
  try {
    for (const each of wanted) {
      const spec = await specOf(each, asked.namespace ?? each.namespace ?? session.namespace, session);
      if (spec !== undefined) found.set(each, spec);
    }
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    refuse(session.explained(error));
  }
  return found;
}

async function specOf({ name }: Wanted, namespace: string, session: Session): Promise<FromCluster | undefined> {
  const { value } = await session.kube({ endsAt: Date.now() + patience, tries }).getE2ESpec(namespace, name);
  const says = `E2ESpec ${name} is taken from namespace ${namespace} of the cluster (context ${session.context}).`;
  return value && { name, spec: value.spec, says };
}
