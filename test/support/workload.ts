/**
 * The pods of a canary's target, as Flagger treats them: scaled up for a rollout, waited for, scaled to zero after it.
 * https://github.com/fluxcd/flagger/tree/v1.44.0/pkg/canary
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubernetes, KubernetesObject, ObjectKey } from './kubernetes.ts';

export interface Workload {
  scaleUp(): Promise<void>;
  scaleToZero(): Promise<void>;
  /** Until every pod that it wants is of its newest revision, and available. */
  untilRolledOut(): Promise<void>;
}

/** Nothing for a target that has no pods of its own, such as a Service. */
export async function workloadOf(kubernetes: Kubernetes, canary: ObjectKey): Promise<Workload | undefined> {
  const spec = (await kubernetes.get(canary))?.['spec'] as { targetRef: Omit<ObjectKey, 'namespace'> };
  const key: ObjectKey = { ...spec.targetRef, namespace: canary.namespace };
  const scale = scales[key.kind];
  if (scale === undefined) return undefined;
  return {
    async scaleUp() {
      await kubernetes.patch(key, { spec: scale(true) });
    },
    async scaleToZero() {
      await kubernetes.patch(key, { spec: scale(false) });
      // Else the pods that go would be taken for those of the next rollout.
      await untilIt(kubernetes, key, 'is scaled to zero', isIdle);
    },
    untilRolledOut: () => untilIt(kubernetes, key, 'is rolled out', isRolledOut),
  };
}

const scales: Record<string, (up: boolean) => object> = {
  Deployment: (up) => ({ replicas: up ? 1 : 0 }),
  DaemonSet: (up) => ({ template: { spec: { nodeSelector: { 'flagger.app/scale-to-zero': up ? null : 'true' } } } }),
};

const enoughSeconds = 120;

async function untilIt(
  kubernetes: Kubernetes,
  key: ObjectKey,
  what: string,
  isSo: (found: Rollout) => boolean,
): Promise<void> {
  const limit = Date.now() + enoughSeconds * 1000;
  for (let pause = 50; ; pause = Math.min(2 * pause, 400)) {
    const found = (await kubernetes.get(key)) as Rollout | undefined;
    if (found && isSo(found)) return;
    const said = JSON.stringify(found?.status);
    if (Date.now() > limit) throw new Error(`${key.kind} ${key.name}: not so that it ${what}: ${said}`);
    await sleep(pause);
  }
}

interface Rollout extends KubernetesObject {
  spec: { replicas?: number };
  status?: Record<string, number | undefined>;
}

function isRolledOut({ kind, metadata, spec, status = {} }: Rollout): boolean {
  const { observedGeneration = 0, updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = status;
  if ((metadata.generation ?? 0) > observedGeneration) return false;
  if (kind === 'DaemonSet') return Math.min(updatedNumberScheduled, numberAvailable) >= desiredNumberScheduled;
  return updatedReplicas >= (spec.replicas ?? 1) && replicas <= updatedReplicas && availableReplicas >= updatedReplicas;
}

function isIdle({ metadata, status = {} }: Rollout): boolean {
  const { observedGeneration = 0, replicas = 0, currentNumberScheduled = 0 } = status;
  return (metadata.generation ?? 0) <= observedGeneration && replicas + currentNumberScheduled === 0;
}
