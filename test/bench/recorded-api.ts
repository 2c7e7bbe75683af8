/**
 * What the API server says of one canary, as it stands at two moments: the test runs and its pod is ready; and its
 * verdict is on record. Made by the verifier itself on the embedded API, so it is what a cluster would hold.
 */
import { type CanaryPayload, playCanary } from '../support/canary.ts';
import { startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { applySpec, lasting, passing, until } from '../support/environment.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { startVerifier, type Verifier } from '../support/verifier.ts';

export interface Moment {
  /** Of a poll. */
  status: number;
  payload: CanaryPayload;
  objects: Record<string, KubernetesObject>;
  /** The paths of the objects, as a call reads them: each list at once, one list after another. */
  reads: string[][];
  /** One of them, for its own namespace. */
  path: string;
}

export interface Moments {
  running: Moment;
  recorded: Moment;
}

/** What is polled: it reads what /pre-rollout does, and is never held. */
export const pollPath = '/confirm-promotion';

/** Stands in the paths for the namespace. */
export const anyNamespace = '*';

export async function moments(): Promise<Moments> {
  const kubernetes = await startEmbeddedKubernetes();
  const verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
  try {
    return {
      running: await runningMoment(kubernetes, verifier, lasting),
      recorded: await momentOf(kubernetes, verifier, 'recorded', passing, ({ status }) => status === 200),
    };
  } finally {
    await verifier.stop();
    await kubernetes.stop();
  }
}

/** Of a run of this spec, whose pod is ready. */
export function runningMoment(
  kubernetes: Kubernetes,
  verifier: Verifier,
  spec: Record<string, unknown>,
): Promise<Moment> {
  return momentOf(kubernetes, verifier, 'running', spec, ({ body }) => body.includes('the test runs'));
}

async function momentOf(
  kubernetes: Kubernetes,
  verifier: Verifier,
  name: string,
  spec: Record<string, unknown>,
  hasCome: (answered: { status: number; body: string }) => boolean,
): Promise<Moment> {
  const namespace = await kubernetes.namespace();
  await applySpec({ kubernetes, namespace }, spec, name);
  const canary = await playCanary(kubernetes, { namespace, name });
  await canary.begin('one');
  const payload = canary.payload();
  await until(() => verifier.post('/pre-rollout', payload), hasCome);
  const { status } = await verifier.post(pollPath, payload);
  const objects: Record<string, KubernetesObject> = {};
  const add = async (apiVersion: string, kind: string, plural: string, object: string): Promise<string> => {
    const found = await kubernetes.get({ apiVersion, kind, namespace, name: object });
    if (found === undefined) throw new Error(`there is no ${kind} ${object}`);
    const path = `/apis/${apiVersion}/namespaces/${anyNamespace}/${plural}/${object}`;
    objects[path] = found;
    return path;
  };
  const first = [
    await add('flagger.app/v1beta1', 'Canary', 'canaries', name),
    await add('remarkable.com/v1', 'E2ESpec', 'e2especs', name),
    await add('batch/v1', 'Job', 'jobs', `e2e-${name}-${payload.checksum}`),
  ];
  const path = (first[0] ?? '').replace(anyNamespace, namespace);
  return {
    status,
    payload,
    objects,
    path,
    reads: [first, [await add('apps/v1', 'Deployment', 'deployments', `app-${name}`)]],
  };
}
