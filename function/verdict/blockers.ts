/**
 * Why an undecided run is not progressing, in Kubernetes' own words. How one ended: `termination.ts`.
 */
import type { Pod } from '../api/kubernetes.ts';
import { fromKubernetes, withAdvice } from '../api/reasons.ts';
import { firstLine } from '../text.ts';
import { disruptionOf, newest, podCondition } from './conditions.ts';
import { isNativeSidecar } from './containers.ts';
import { type Blocker, createdPods, type Evidence } from './evidence.ts';
import { stateOf } from './proof.ts';
import { kubeletsWord } from './removal.ts';
import { containerWaiting } from './waiting.ts';
import { lastTime, lastWarning } from './warnings.ts';

/** With advice where it heals: what to do meanwhile. */
export function currentBlocker(evidence: Evidence, now: Date): Blocker | undefined {
  const pod = newest(evidence.pods);
  const found = (pod && podDisrupted(pod)) ?? blockerOf(evidence, now);
  const lost = lostPod(evidence, now);
  if (found?.isFinal) return found;
  if (found === undefined && lost === undefined) return undefined;
  const { reason, message } = found ?? { reason: 'Starting', message: 'the Job makes another pod' };
  const before = lost && `pod ${lost} was taken away before (evicted, drained, preempted or deleted)`;
  return { reason, message: [withAdvice(reason, message), before].filter(Boolean).join('; '), isFinal: false };
}

/** The bare fact, without advice. */
export function blockerOf({ pods, events }: Evidence, now: Date): Blocker | undefined {
  const pod = newest(pods);
  if (pod === undefined) {
    const warning = lastWarning(events, 'Job');
    return warning && { ...warning, isFinal: false };
  }
  return unscheduled(pod) ?? containerWaiting(pod, events, now) ?? notReady(pod) ?? nodeUnreachable(pod);
}

/** The name of a pod of this run that is not there any more: the Job controller keeps those that failed. */
function lostPod({ pods, events }: Evidence, now: Date): string | undefined {
  const there = new Set(pods.map(({ metadata }) => metadata?.name));
  const settled = events.filter((event) => now.getTime() - lastTime(event) >= justCreatedMs);
  return createdPods(settled).find((name) => !there.has(name));
}

// Pods and events are read at the same time: an Event can name a pod that is not in the list yet.
const justCreatedMs = 5000;

function podDisrupted(pod: Pod): Blocker | undefined {
  const disruption = disruptionOf(pod);
  if (disruption !== undefined) {
    const { reason = 'DisruptionTarget', message = reason } = disruption;
    return {
      reason: fromKubernetes(reason),
      message: `its pod is taken away (${firstLine(message)}); the Job makes another one`,
      isFinal: false,
    };
  }
  const word = kubeletsWord(pod);
  if (word !== undefined) return { ...word, isFinal: false };
  if (pod.metadata?.deletionTimestamp === undefined) return undefined;
  return { reason: 'Terminating', message: `pod ${pod.metadata.name} is being deleted`, isFinal: false };
}

function unscheduled(pod: Pod): Blocker | undefined {
  const found = podCondition(pod, 'PodScheduled', 'False');
  if (found === undefined) return undefined;
  const { reason = 'Unschedulable', message = 'no node accepts the pod' } = found;
  return { reason: fromKubernetes(reason), message: firstLine(message), isFinal: false };
}

/** A container before or beside the test that keeps its pod from being ready or from ending. */
function notReady(pod: Pod): Blocker | undefined {
  const { spec, status } = pod;
  const isSidecar = (name: string) => isNativeSidecar(spec, name);
  const first = status?.initContainerStatuses?.find(
    ({ name, state, started }) => state?.running && (!isSidecar(name) || !started),
  );
  if (first !== undefined) {
    const message = `init container ${first.name} has not ${isSidecar(first.name) ? 'started' : 'ended'} yet`;
    return { reason: 'PodInitializing', message, isFinal: false };
  }
  const test = stateOf(pod);
  const left = status?.containerStatuses?.find(({ state }) => state?.running || state?.waiting);
  const unready = podCondition(pod, 'ContainersReady', 'False');
  if (test?.terminated !== undefined && left !== undefined) {
    const { running, waiting } = left.state ?? {};
    const still = running ? 'still runs' : `still waits (${waiting?.message ?? waiting?.reason})`;
    const message = `the test itself ended with exit code ${test.terminated.exitCode}, container ${left.name} ${still}`;
    return { reason: 'ContainersNotReady', message, isFinal: false };
  }
  if (test?.terminated !== undefined) return sidecarAtWork(pod, test.terminated.exitCode);
  if (test?.running === undefined || unready === undefined) return undefined;
  // Without a message the kubelet says it of a pod that it has begun to end.
  const { message = 'its pod is being stopped' } = unready;
  return { reason: 'ContainersNotReady', message: `the test runs; ${message}`, isFinal: false };
}

/** A native sidecar has its grace when the test has ended, and the pod ends with it. */
function sidecarAtWork({ spec, status }: Pod, exitCode: number): Blocker | undefined {
  const found = status?.initContainerStatuses?.find(({ name, state }) => state?.running && isNativeSidecar(spec, name));
  if (found === undefined) return undefined;
  const message = `the test itself ended with exit code ${exitCode}, sidecar ${found.name} has not ended yet`;
  return { reason: 'Running', message, isFinal: false };
}

// The node controller makes a pod unready whose node does not answer, and knows nothing of its containers.
// https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller
function nodeUnreachable(pod: Pod): Blocker | undefined {
  const unready = podCondition(pod, 'Ready', 'False');
  // With a reason it is the kubelet that says so: a readiness gate.
  if (unready === undefined || unready.reason || !podCondition(pod, 'ContainersReady', 'True')) return undefined;
  const message = `node ${pod.spec?.nodeName} does not answer; the pod is given up if the node stays away`;
  return { reason: 'NodeNotReady', message, isFinal: false };
}
