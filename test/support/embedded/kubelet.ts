/**
 * The node's agent: a worker for each pod bound to the node, and the last step of a pod's deletion.
 */
import type { ContainerLog } from './container-log.ts';
import { deleteObject } from './deletion.ts';
import { type NodeParts, type PodWorker, startPodWorker } from './pod-worker.ts';
import { NODE } from './recorder.ts';
import { resources } from './resources.ts';
import { isFinishedPod, type Pod } from './workloads.ts';

export interface Kubelet {
  /** Nothing while the container has not begun, or when its kubelet has forgotten it. */
  log(namespace: string, pod: string, container: string | undefined): ContainerLog | undefined;
  stop(): Promise<void>;
}

export function startKubelet(parts: NodeParts): Kubelet {
  const { store, clock } = parts;
  const workers = new Map<string, PodWorker>();
  let stopped = false;

  const current = (pod: Pod) => {
    const found = store.get(resources.pods, pod.metadata.namespace, pod.metadata.name) as Pod | undefined;
    return found?.metadata.uid === pod.metadata.uid ? found : undefined;
  };
  /** The containers have ended: nothing is left to wait for but finalizers. */
  const confirmDeletion = (pod: Pod) => {
    const found = current(pod);
    if (found?.metadata.deletionTimestamp && found.metadata.deletionGracePeriodSeconds) {
      deleteObject(store, clock, resources.pods, found, { gracePeriodSeconds: 0 });
    }
  };
  const start = (pod: Pod) => {
    const worker = startPodWorker(parts, pod);
    workers.set(pod.metadata.uid, worker);
    void worker.done.then(() => {
      if (!stopped) confirmDeletion(pod);
    });
  };
  store.subscribe(({ type, resource, object }) => {
    if (resource !== resources.pods || stopped) return;
    const pod = object as Pod;
    const worker = workers.get(pod.metadata.uid);
    if (type === 'DELETED') {
      worker?.terminate(0);
    } else if (worker && pod.metadata.deletionTimestamp !== undefined) {
      worker.terminate(pod.metadata.deletionGracePeriodSeconds ?? 0);
      if (isFinishedPod(pod)) clock.after(0, () => confirmDeletion(pod));
    } else if (!worker && pod.spec.nodeName === NODE && !isFinishedPod(pod)) start(pod);
  });

  return {
    log(namespace, name, container) {
      const pod = store.get(resources.pods, namespace, name);
      return pod && workers.get(pod.metadata.uid)?.log(container);
    },
    async stop() {
      stopped = true;
      const running = [...workers.values()];
      for (const worker of running) worker.kill();
      await Promise.all(running.map((worker) => worker.done));
    },
  };
}
