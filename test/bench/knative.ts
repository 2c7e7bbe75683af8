/**
 * Functions at no pods, in this checkout's cluster: Knative Services that differ in their image alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeImage } from '../../knative/build/image.ts';
import { importImage, localImage } from '../cluster/images.ts';
import { kubectl } from '../cluster/kubectl.ts';
import type { ClusterState } from '../cluster/state.ts';
import { at } from '../support/documents.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import type { Order } from './caller.ts';
import type { Answered } from './requests.ts';

const namespace = 'default';
const kind = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', namespace };
const patience = 120_000;

export interface Container {
  image: string;
  args?: string[];
}

/** The image of the deployed verifier, an empty function beside the same Node, and Flagger's loadtester. */
export async function containers(kubernetes: Kubernetes, first: NonNullable<ClusterState['first']>) {
  const file = join(import.meta.dirname, 'bare.cjs');
  const empty = `dev.local/bench-empty:${createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12)}`;
  await importImage(first, nodeImage(empty, file, [{ path: 'app/bare.cjs', content: readFileSync(file) }]));
  return {
    verifier: { image: String(at(await deployed(kubernetes), 'spec', 'template', 'spec', 'containers', 0, 'image')) },
    empty: { image: empty },
    loadtester: { image: localImage('loadtester'), args: ['-port=8080'] },
  };
}

async function deployed(kubernetes: Kubernetes): Promise<KubernetesObject> {
  const found = await kubernetes.get({ ...kind, name: 'e2e-verifier' });
  if (found === undefined) throw new Error('the function is not deployed: npm run cluster deploy');
  return found;
}

/** As the verifier is deployed, but for the image and how soon it goes back to zero. */
export async function deploy(kubernetes: Kubernetes, name: string, container: Container): Promise<void> {
  const spec = structuredClone((await deployed(kubernetes))['spec']) as {
    template: { metadata: { annotations: Record<string, string> }; spec: { containers: Record<string, unknown>[] } };
  };
  Object.assign(spec.template.metadata.annotations, {
    'autoscaling.knative.dev/window': '6s',
    'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '0s',
  });
  spec.template.spec.containers = spec.template.spec.containers.map((each) => ({ ...each, ...container }));
  const labels = { 'networking.knative.dev/visibility': 'cluster-local' };
  await kubernetes.delete({ ...kind, name });
  await kubernetes.apply({ ...kind, metadata: { namespace, name, labels }, spec });
  await until(`${name} is ready`, async () => isTrue(await kubernetes.get({ ...kind, name }), 'Ready', 'True'));
}

export async function remove(kubernetes: Kubernetes, name: string): Promise<void> {
  await kubernetes.delete({ ...kind, name });
}

/** Its pods are gone, and calls are held by the activator. */
export async function untilAtZero(kubernetes: Kubernetes, name: string): Promise<void> {
  const selector = `serving.knative.dev/service=${name}`;
  const scaled = { apiVersion: 'autoscaling.internal.knative.dev/v1alpha1', kind: 'PodAutoscaler', namespace };
  const proxied = { apiVersion: 'networking.internal.knative.dev/v1alpha1', kind: 'ServerlessService', namespace };
  await until(`${name} is at zero`, async () => {
    const pods = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, selector);
    const autoscalers = await kubernetes.list(scaled, selector);
    const services = await kubernetes.list(proxied, selector);
    const isScaled =
      pods.every(({ metadata }) => metadata.deletionTimestamp !== undefined) &&
      autoscalers.every((each) => isTrue(each, 'Active', 'False')) &&
      services.every((each) => at(each, 'spec', 'mode') === 'Proxy');
    // A pod that drains for half a minute may still answer: the call would not be one from zero.
    if (isScaled && pods.length > 0) await kubectl([...deleteAtOnce, '-n', namespace, '-l', selector]);
    return isScaled && pods.length === 0;
  });
}

const deleteAtOnce = ['delete', 'pods', '--force', '--grace-period=0', '--wait=false'];

function isTrue(object: KubernetesObject | undefined, type: string, status: string): boolean {
  const conditions = at(object, 'status', 'conditions');
  return (
    Array.isArray(conditions) && conditions.some((each) => at(each, 'type') === type && at(each, 'status') === status)
  );
}

export async function until(goal: string, isReached: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patience;
  while (!(await isReached())) {
    if (Date.now() > end) throw new Error(`not within ${patience / 1000} s: ${goal}`);
    await sleep(500);
  }
}

export interface Caller {
  post(name: string, path: string, payload: object): Promise<Answered>;
  end(): Promise<void>;
}

/** Calls through Kourier, and so through the activator, from inside the cluster's network. */
export async function callerInside(kubernetes: Kubernetes, first: NonNullable<ClusterState['first']>): Promise<Caller> {
  const gateway = { apiVersion: 'v1', kind: 'Service', namespace: 'kourier-system', name: 'kourier-internal' };
  const address = String(at(await kubernetes.get(gateway), 'spec', 'clusterIP'));
  const inside = ['--target', String(first.pid), '--net', process.execPath, join(import.meta.dirname, 'caller.ts')];
  const child: ChildProcess = spawn('nsenter', inside, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(child, 'message');
  return {
    async post(name, path, payload) {
      const answer = once(child, 'message');
      const host = `${name}.${namespace}.svc.cluster.local`;
      child.send({ address, host, path, body: JSON.stringify(payload) } satisfies Order);
      const [answered] = await answer;
      return answered;
    },
    async end() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
