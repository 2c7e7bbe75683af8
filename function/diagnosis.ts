/**
 * Why a run cannot get on: read from its pods and events, in Kubernetes' own words. How one ended: `ending.ts`.
 */
import { withAdvice } from './advice.ts';
import type { Evidence, Obstacle } from './diagnosis/obstacle.ts';
import { held } from './diagnosis/waiting.ts';
import { lastWarning, timeOf } from './diagnosis/warning.ts';
import { testContainer } from './job/pod.ts';
import type { Event, Pod } from './wire.ts';
import { opening } from './words.ts';

export type { Evidence } from './diagnosis/obstacle.ts';

/** What keeps a run that has no verdict from running, and where it heals what to do about it meanwhile. */
export function obstacle(evidence: Evidence, now: Date): Obstacle | undefined {
  const pod = newest(evidence.pods);
  const found = (pod && leaving(pod)) ?? inTheWay(evidence, now);
  const lost = lostPod(evidence);
  if (found?.isFinal) return found;
  if (found === undefined && lost === undefined) return undefined;
  const { reason, message } = found ?? { reason: 'Starting', message: 'the Job makes another pod' };
  const before = lost && `pod ${lost} was taken away before (evicted, drained, preempted or deleted)`;
  return { reason, message: [withAdvice(reason, message), before].filter(Boolean).join('; '), isFinal: false };
}

/** The bare fact, as Kubernetes tells it. */
export function inTheWay({ pods, events }: Evidence, now: Date): Obstacle | undefined {
  const pod = newest(pods);
  if (pod === undefined) return lastWarning(events, 'Job');
  return unscheduled(pod) ?? held(pod, events, now) ?? unfinished(pod) ?? cutOff(pod);
}

/** The name of a pod of this run that is not there any more: the Job controller keeps those that failed. */
function lostPod({ pods, events }: Evidence): string | undefined {
  const there = new Set(pods.map(({ metadata }) => metadata?.name));
  return createdPods(events).findLast((name) => !there.has(name));
}

/** The pods that the Job's events say were created, oldest first. */
function createdPods(events: Event[]): string[] {
  return events
    .filter(({ reason }) => reason === 'SuccessfulCreate')
    .sort((a, b) => timeOf(a) - timeOf(b))
    .flatMap(({ message }) => /^Created pod: (\S+)$/.exec(message ?? '')?.[1] ?? []);
}

export function isDisrupted(pod: Pod): boolean {
  return conditionOf(pod, 'DisruptionTarget', 'True') !== undefined;
}

// https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions
function leaving(pod: Pod): Obstacle | undefined {
  const disruption = conditionOf(pod, 'DisruptionTarget', 'True');
  if (disruption !== undefined) {
    const { reason = 'DisruptionTarget', message = reason } = disruption;
    return {
      reason,
      message: `its pod is taken away (${opening(message)}); the Job makes another one`,
      isFinal: false,
    };
  }
  if (pod.metadata?.deletionTimestamp === undefined) return undefined;
  return { reason: 'Terminating', message: `pod ${pod.metadata.name} is being deleted`, isFinal: false };
}

function unscheduled(pod: Pod): Obstacle | undefined {
  const found = conditionOf(pod, 'PodScheduled', 'False');
  if (found === undefined) return undefined;
  const { reason = 'Unschedulable', message = 'no node takes the pod' } = found;
  return { reason, message: opening(message), isFinal: false };
}

/** A container that the test waits for, or one that is waited for when the test has ended. */
function unfinished({ spec, status }: Pod): Obstacle | undefined {
  const isSidecar = (name: string) => isNativeSidecar(spec, name);
  const first = status?.initContainerStatuses?.find(
    ({ name, state, started }) => state?.running && (!isSidecar(name) || !started),
  );
  if (first !== undefined) {
    const message = `init container ${first.name} has not ${isSidecar(first.name) ? 'started' : 'ended'} yet`;
    return { reason: 'PodInitializing', message, isFinal: false };
  }
  const test = status?.containerStatuses?.find(({ name }) => name === testContainer)?.state?.terminated;
  const left = status?.containerStatuses?.find(({ state }) => state?.running);
  if (test === undefined || left === undefined) return undefined;
  const message = `the test itself ended with exit code ${test.exitCode}, container ${left.name} still runs`;
  return { reason: 'ContainersNotReady', message, isFinal: false };
}

// The node controller makes a pod unready whose node does not answer, and knows nothing of its containers.
// https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller
function cutOff(pod: Pod): Obstacle | undefined {
  if (!conditionOf(pod, 'ContainersReady', 'True') || !conditionOf(pod, 'Ready', 'False')) return undefined;
  const message = `node ${pod.spec?.nodeName} does not answer; the pod is given up when it stays away`;
  return { reason: 'NodeNotReady', message, isFinal: false };
}

/** Whether an init container goes on beside the test. */
export function isNativeSidecar(spec: Pod['spec'], name: string): boolean {
  return spec?.initContainers?.some((each) => each.name === name && each.restartPolicy === 'Always') ?? false;
}

function conditionOf({ status }: Pod, type: string, is: 'True' | 'False') {
  return status?.conditions?.find((each) => each.type === type && each.status === is);
}

function newest(pods: Pod[]): Pod | undefined {
  return newestFirst(pods)[0];
}

export function newestFirst(pods: Pod[]): Pod[] {
  const created = ({ metadata }: Pod): number => new Date(metadata?.creationTimestamp ?? 0).getTime();
  return [...pods].sort((a, b) => created(b) - created(a));
}
