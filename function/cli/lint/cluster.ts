/**
 * The Canaries and E2ESpecs that are in a cluster, as its API server has them.
 */
import { allInOrder } from '../../errors.ts';
import type { Inventory, Namespace } from '../../kube/inventory.ts';
import type { KubeConfigChoice } from '../../kube/kubeconfig.ts';
import type { Problem } from '../problem.ts';
import { openSession } from '../session.ts';
import type { Subject, Subjects } from './check.ts';

// Milliseconds, for all of it.
const patience = 120_000;

export interface InCluster {
  subjects: Subjects;
  /** Of namespaces that cannot be read. */
  problems: Problem[];
}

/** `namespaces`: those that are meant, all where there is none. Throws what keeps the cluster from being asked. */
export async function readCluster(namespaces: readonly string[], choice: KubeConfigChoice): Promise<InCluster> {
  const session = await openSession(choice);
  const subjects: Subjects = { canaries: [], e2eSpecs: [], namespaces: [], knowsAllSpecs: true };
  const messages = new Set<string>();
  const cluster = session.inventory({ endsAt: Date.now() + patience });
  for (const namespace of namespaces.length > 0 ? namespaces : [null]) {
    await readNamespace(subjects, cluster, namespace).catch((error: unknown) => messages.add(session.explained(error)));
  }
  return { subjects, problems: [...messages].map((message) => ({ message })) };
}

async function readNamespace(subjects: Subjects, cluster: Inventory, namespace: string | null): Promise<void> {
  const [canaries, e2eSpecs, namespaces] = await allInOrder([
    cluster.listCanaries(namespace),
    cluster.listE2ESpecs(namespace),
    cluster.listNamespaces(namespace),
  ]);
  refuseMissing(namespace, namespaces);
  subjects.canaries.push(...canaries.map(found));
  subjects.e2eSpecs.push(...e2eSpecs.map(found));
  subjects.namespaces.push(...(namespaces ?? []));
}

/** Of a namespace that is not there, the API server gives empty lists. */
function refuseMissing(namespace: string | null, namespaces: Namespace[] | undefined): void {
  if (namespace !== null && namespaces?.length === 0) throw new Error(`there is no namespace ${namespace}`);
}

function found<T extends { metadata: { namespace: string } }>(object: T): Subject<T> {
  return { object, namespace: object.metadata.namespace };
}
