/**
 * What the Job controller and a node do with a Job, done by hand: its pod, and how it ends.
 */
import { at } from './documents.ts';
import { resources } from './embedded/resources.ts';
import type { Hands } from './hands.ts';
import type { KubernetesObject } from './kubernetes.ts';

// Not the embedded API's own, so that nobody else moves the pod.
const node = 'a-node';

type State = Record<string, object>;

/** The pods of a Job. */
export function podsOf(hands: Hands, job: KubernetesObject): KubernetesObject[] {
  return hands
    .list(resources.pods)
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === job.metadata.uid));
}

/** A pod whose container waits. */
export function makePod(hands: Hands, job: KubernetesObject, reason = 'ContainerCreating'): KubernetesObject {
  const { name = '', uid = '' } = job.metadata;
  const template = at(job, 'spec', 'template') as { metadata: object; spec: object };
  const pod = hands.create(resources.pods, {
    metadata: {
      ...template.metadata,
      generateName: `${name}-`,
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true, blockOwnerDeletion: true }],
    },
    spec: { ...template.spec, nodeName: node },
  });
  hands.patch(resources.jobs, name, { status: { startTime: hands.time(), active: 1, ready: 0 } }, 'status');
  return tell(hands, pod, 'Pending', { waiting: { reason, message: `${reason}: of the test` } });
}

/** Its test runs. */
export function runPod(hands: Hands, job: KubernetesObject): KubernetesObject {
  const pod = livePod(hands, job) ?? makePod(hands, job);
  hands.patch(resources.jobs, job.metadata.name ?? '', { status: { active: 1, ready: 1 } }, 'status');
  return tell(hands, pod, 'Running', { running: { startedAt: hands.time() } });
}

/** Its test ends by itself, and with it the Job. */
export function endTest(hands: Hands, job: KubernetesObject, exitCode: number): void {
  const pod = livePod(hands, job) ?? makePod(hands, job);
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const times = { startedAt: hands.time(2), finishedAt: hands.time(1) };
  const message = exitCode === 0 ? '' : 'the checkout rejects an expired card';
  tell(hands, pod, exitCode === 0 ? 'Succeeded' : 'Failed', { terminated: { exitCode, reason, message, ...times } });
  endJob(hands, job, exitCode === 0);
}

/** Its pod is taken away, and the test ends with 0 when it is told to. */
export function evict(hands: Hands, job: KubernetesObject): void {
  const pod = livePod(hands, job) ?? runPod(hands, job);
  const times = { startedAt: hands.time(9), finishedAt: hands.time() };
  const disruption = { type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' };
  const conditions = [{ ...disruption, status: 'True', lastTransitionTime: hands.time(1) }];
  tell(hands, pod, 'Succeeded', { terminated: { exitCode: 0, reason: 'Completed', ...times } }, conditions);
  endJob(hands, job, true);
}

/** What is being deleted goes, as when the kubelet has stopped its containers. */
export function confirmDeletions(hands: Hands): void {
  for (const { metadata } of hands.list(resources.pods)) {
    if (metadata.deletionTimestamp) hands.remove(resources.pods, metadata.name ?? '', { gracePeriodSeconds: 0 });
  }
}

function livePod(hands: Hands, job: KubernetesObject): KubernetesObject | undefined {
  return podsOf(hands, job).find((pod) => !['Succeeded', 'Failed'].includes(String(at(pod, 'status', 'phase'))));
}

function tell(hands: Hands, pod: KubernetesObject, phase: string, state: State, more: object[] = []): KubernetesObject {
  const ready = 'running' in state;
  const container = { name: 'e2e', image: 'busybox', imageID: '', ready, restartCount: 0, state };
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: hands.time() };
  const conditions = [scheduled, ...more];
  const status = { phase, startTime: hands.time(), conditions, containerStatuses: [container] };
  return hands.patch(resources.pods, pod.metadata.name ?? '', { status }, 'status');
}

function endJob(hands: Hands, job: KubernetesObject, isComplete: boolean): void {
  const { name = '' } = job.metadata;
  const [interim, terminal] = isComplete ? ['SuccessCriteriaMet', 'Complete'] : ['FailureTarget', 'Failed'];
  const reason = isComplete ? 'CompletionsReached' : 'BackoffLimitExceeded';
  const time = hands.time();
  const condition = { status: 'True', reason, message: 'of the test', lastTransitionTime: time };
  const conditions = [interim, terminal].map((type) => ({ ...condition, type }));
  const counts = isComplete ? { succeeded: 1, completionTime: time } : { failed: 1 };
  hands.patch(resources.jobs, name, { status: { active: null, ready: 0, ...counts, conditions } }, 'status');
}
