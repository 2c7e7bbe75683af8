/**
 * Why a run cannot get on: read from its pods and events, in Kubernetes' own words. How one ended: `ending.ts`.
 */
import { testContainer } from '../job/pod.ts';
import type { Event, Pod } from '../kube/wire.ts';
import { opening } from '../record/words.ts';
import { withAdvice } from './advice.ts';
import { createdPods, lastWarning, timeOf } from './diagnosis/events.ts';
import type { Obstacle } from './diagnosis/obstacle.ts';
import { held } from './diagnosis/waiting.ts';

/** What is known of a Job besides its conditions. Events are the Job's and, where asked for, its pod's. */
export interface Evidence {
  pods: Pod[];
  events: Event[];
}

/** What keeps a run that has no verdict from running, and where it heals what to do about it meanwhile. */
export function obstacle(evidence: Evidence, now: Date): Obstacle | undefined {
  const pod = newest(evidence.pods);
  const found = (pod && leaving(pod)) ?? inTheWay(evidence, now);
  const lost = lostPod(evidence, now);
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
function lostPod({ pods, events }: Evidence, now: Date): string | undefined {
  const there = new Set(pods.map(({ metadata }) => metadata?.name));
  const settled = events.filter((event) => now.getTime() - timeOf(event) >= justCreatedMs);
  return createdPods(settled).find((name) => !there.has(name));
}

// Pods and events are read at once: a pod can be told of and not be in the list yet.
const justCreatedMs = 5000;

/** https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions */
export function disruptionOf(pod: Pod) {
  return conditionOf(pod, 'DisruptionTarget', 'True');
}

function leaving(pod: Pod): Obstacle | undefined {
  const disruption = disruptionOf(pod);
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

/** A container before or beside the test that keeps its pod from being ready or from ending. */
function unfinished(pod: Pod): Obstacle | undefined {
  const { spec, status } = pod;
  const isSidecar = (name: string) => isNativeSidecar(spec, name);
  const first = status?.initContainerStatuses?.find(
    ({ name, state, started }) => state?.running && (!isSidecar(name) || !started),
  );
  if (first !== undefined) {
    const message = `init container ${first.name} has not ${isSidecar(first.name) ? 'started' : 'ended'} yet`;
    return { reason: 'PodInitializing', message, isFinal: false };
  }
  const test = status?.containerStatuses?.find(({ name }) => name === testContainer)?.state;
  const left = status?.containerStatuses?.find(({ state }) => state?.running);
  const unready = conditionOf(pod, 'ContainersReady', 'False');
  if (test?.terminated !== undefined && left !== undefined) {
    const message = `the test itself ended with exit code ${test.terminated.exitCode}, container ${left.name} still runs`;
    return { reason: 'ContainersNotReady', message, isFinal: false };
  }
  if (test?.running === undefined || unready === undefined) return undefined;
  return { reason: 'ContainersNotReady', message: `the test runs; ${unready.message}`, isFinal: false };
}

// The node controller makes a pod unready whose node does not answer, and knows nothing of its containers.
// https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller
function cutOff(pod: Pod): Obstacle | undefined {
  const unready = conditionOf(pod, 'Ready', 'False');
  // With a reason it is the kubelet that says so: a readiness gate.
  if (unready === undefined || unready.reason || !conditionOf(pod, 'ContainersReady', 'True')) return undefined;
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
