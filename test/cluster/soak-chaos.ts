/**
 * What goes wrong in a cluster while rollouts go on: one thing at a time, again and again, until it is stopped.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { evict } from './evict.ts';
import { kubectl } from './kubectl.ts';
import { alive } from './processes.ts';
import { namespaceOfFlagger } from './settings.ts';
import { readState } from './state.ts';

const OWN = 'remarkable.com/managed-by=e2e-verifier';
const API_SERVER_AWAY_MS = 20_000;

/** `weight`: how often, beside the others. Resolves to what was done, or to nothing when there was nothing to do it to. */
interface Trouble {
  weight: number;
  make(scene: Scene): Promise<string | undefined>;
}

/** What is there to be troubled: nothing of another suite's. */
export interface Scene {
  cluster: Kubernetes;
  namespaces: string[];
}

const troubles: Trouble[] = [
  { weight: 3, make: () => killPods('the verifier', 'default', 'serving.knative.dev/service=e2e-verifier') },
  { weight: 2, make: () => killPods('Flagger', namespaceOfFlagger, 'app=flagger') },
  {
    weight: 3,
    async make(scene) {
      const pod = any(await runningTests(scene));
      if (pod === undefined) return undefined;
      await evict({ namespace: pod.namespace, pod: pod.name });
      return `pod ${pod.name} is evicted`;
    },
  },
  {
    weight: 2,
    async make(scene) {
      const pod = any(await runningTests(scene));
      if (pod === undefined) return undefined;
      await scene.cluster.delete({ apiVersion: 'v1', kind: 'Pod', ...pod });
      return `pod ${pod.name} is deleted`;
    },
  },
  {
    weight: 1,
    async make(scene) {
      const job = any((await ownOf(scene, 'batch/v1', 'Job')).filter((each) => at(each, 'status', 'active') === 1));
      if (job === undefined) return undefined;
      await scene.cluster.delete({ apiVersion: 'batch/v1', kind: 'Job', ...nameOf(job) });
      return `Job ${job.metadata.name} is deleted`;
    },
  },
  { weight: 1, make: stopApiServer },
];

/** Resolves when `signal` says so. `tell` gets a line for each trouble. */
export async function chaos(scene: Scene, signal: AbortSignal, tell: (line: string) => void): Promise<void> {
  while (!signal.aborted) {
    await sleep(8000 + Math.random() * 20_000, undefined, { signal }).catch(() => undefined);
    const trouble = any(troubles.flatMap((each) => Array<Trouble>(each.weight).fill(each)));
    const told = signal.aborted ? undefined : await trouble?.make(scene).catch(String);
    if (told !== undefined) tell(told);
  }
}

async function killPods(whose: string, namespace: string, selector: string): Promise<string> {
  await kubectl(['-n', namespace, 'delete', 'pods', '--force', '--grace-period=0', '--wait=false', '-l', selector]);
  return `the pods of ${whose} are killed`;
}

/** Its connections stay, and nothing is answered. */
async function stopApiServer(): Promise<string | undefined> {
  const server = readState()?.processes.find(({ name }) => name === 'kube-apiserver');
  if (server === undefined || !alive(server)) return undefined;
  process.kill(server.pid, 'SIGSTOP');
  try {
    await sleep(API_SERVER_AWAY_MS);
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
  return `the API server was stopped for ${API_SERVER_AWAY_MS / 1000} s`;
}

async function runningTests(scene: Scene): Promise<{ namespace: string; name: string }[]> {
  const pods = await ownOf(scene, 'v1', 'Pod');
  return pods.filter((pod) => at(pod, 'status', 'phase') === 'Running').map(nameOf);
}

async function ownOf({ cluster, namespaces }: Scene, apiVersion: string, kind: string): Promise<KubernetesObject[]> {
  const found = await Promise.all(namespaces.map((namespace) => cluster.list({ apiVersion, kind, namespace }, OWN)));
  return found.flat();
}

function nameOf({ metadata: { namespace = '', name = '' } }: KubernetesObject): { namespace: string; name: string } {
  return { namespace, name };
}

function any<T>(items: T[]): T | undefined {
  return items[Math.floor(Math.random() * items.length)];
}
