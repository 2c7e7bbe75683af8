/**
 * What becomes of a test when its node is silent or lost. They take the whole node along, so they are made
 * one at a time, by name, on a cluster that is thrown away afterwards: `npm run fixtures -- node-lost`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Spec } from '../../../function/api/e2espec.ts';
import { at } from '../documents.ts';
import { isDisrupted, isOver, type Scenario, sh } from '../scenario.ts';

/** The kubelet of the only node: silent, and back again. */
export interface Kubelet {
  silence(): void;
  wake(): void;
}

// The node controller waits 50 s for a silent node, and Kubernetes five minutes for it to come back.
const impatient = (spec: Spec): Spec => ({
  ...spec,
  podTemplate: {
    spec: {
      tolerations: [
        { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
      ],
    },
  },
});

const polite = sh('trap "exit 0" TERM; echo looking at the checkout; sleep 600 & wait');
const rude = sh('trap "exit 7" TERM; echo looking at the checkout; sleep 600 & wait');

/** Silent until its pod is deleted; then it comes back and carries that out. */
function untilDeleted(kubelet: Kubelet): NonNullable<Scenario['disturb']> {
  return async ({ kubernetes, namespace, pod }) => {
    kubelet.silence();
    try {
      const key = { apiVersion: 'v1', kind: 'Pod', namespace, name: pod };
      const isDeleted = async () => at(await kubernetes.get(key), 'metadata', 'deletionTimestamp') !== undefined;
      for (let second = 0; second < 110 && !(await isDeleted()); second++) await sleep(1000);
    } finally {
      kubelet.wake();
    }
  };
}

export function nodeScenarios(kubelet: Kubelet): Record<string, Scenario> {
  const silence = async () => kubelet.silence();
  const wake = async () => kubelet.wake();
  return {
    'node-silent': {
      spec: impatient(polite),
      disturb: silence,
      isMoment: ({ job, pods }) =>
        job.status?.ready === 0 &&
        pods.some(({ status }) =>
          status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'False'),
        ),
      tidy: wake,
    },
    'node-lost': {
      spec: impatient(polite),
      disturb: silence,
      isMoment: ({ pods }) => pods.some(isDisrupted),
      tidy: wake,
    },
    'node-back-and-ended-with-0': { spec: impatient(polite), disturb: untilDeleted(kubelet), isMoment: isOver },
    'node-back-and-ended-with-an-error': {
      spec: impatient(rude),
      disturb: untilDeleted(kubelet),
      isMoment: ({ job, events }) =>
        job.status?.ready === 1 && events.filter(({ reason }) => reason === 'SuccessfulCreate').length > 1,
    },
  };
}
