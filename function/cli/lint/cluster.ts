/**
 * The Canaries and E2ESpecs that are in a cluster, as its API server has them.
 */
import type { Canary } from '../../api/canary.ts';
import { allInOrder } from '../../errors.ts';
import type { Inventory, Namespace } from '../../kube/inventory.ts';
import type { Finding } from '../../lint/rules.ts';
import { type ClusterOptions, choiceOf } from '../options.ts';
import type { Problem } from '../problem.ts';
import { unservedAmong } from '../rights/read.ts';
import { commandFor, lackedBy, type Unserved, unservedInWords } from '../rights/served.ts';
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
export async function readCluster(namespaces: readonly string[], choice: ClusterOptions): Promise<InCluster> {
  const session = await openSession(choiceOf(choice));
  const subjects: Subjects = { canaries: [], e2eSpecs: [], namespaces: [], knowsAllSpecs: true };
  const messages = new Set<string>();
  const unserved: Unserved[] = [];
  const cluster = session.inventory({ endsAt: Date.now() + patience });
  for (const namespace of namespaces.length > 0 ? namespaces : [null]) {
    const read = readNamespace(subjects, cluster, namespace);
    const canaries = await read.catch((error: unknown) => {
      messages.add(session.explained(error));
      return [];
    });
    unserved.push(...(await unservedAmong(canaries, namespace, session)));
  }
  const lacking = (canary: Canary) => {
    const found = lackedBy(canary, unserved);
    return found === undefined ? [] : [findingOf(canary, `${unservedInWords(found)}. ${commandFor(found, choice)}`)];
  };
  return { subjects: { ...subjects, lacking }, problems: [...messages].map((message) => ({ message })) };
}

function findingOf({ metadata: { name } }: Canary, message: string): Finding {
  return { severity: 'error', at: { kind: 'Canary', name, path: [] }, message };
}

async function readNamespace(subjects: Subjects, cluster: Inventory, namespace: string | null): Promise<Canary[]> {
  const [canaries, e2eSpecs, namespaces] = await allInOrder([
    cluster.listCanaries(namespace),
    cluster.listE2ESpecs(namespace),
    cluster.listNamespaces(namespace),
  ]);
  refuseMissing(namespace, namespaces);
  subjects.canaries.push(...canaries.map(found));
  subjects.e2eSpecs.push(...e2eSpecs.map(found));
  subjects.namespaces.push(...(namespaces ?? []));
  return canaries;
}

/** Of a namespace that is not there, the API server gives empty lists. */
function refuseMissing(namespace: string | null, namespaces: Namespace[] | undefined): void {
  if (namespace !== null && namespaces?.length === 0) throw new Error(`there is no namespace ${namespace}`);
}

function found<T extends { metadata: { namespace: string } }>(object: T): Subject<T> {
  return { object, namespace: object.metadata.namespace };
}
