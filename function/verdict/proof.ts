/**
 * What one pod proves of its test: the only place where that is decided, for a pass as for a failure. Neither the Job nor
 * an exit code does: a test that is taken away may end with 0 on SIGTERM, and that completes its Job as well,
 * https://github.com/kubernetes/kubernetes/issues/120182
 */
import type { V1ContainerState, V1ContainerStateTerminated } from '@kubernetes/client-node';
import type { Event, Job, Pod, Wire } from '../api/kubernetes.ts';
import { testContainer } from '../api/labels.ts';
import type { Span } from '../api/verdict.ts';
import { condition } from './conditions.ts';
import { deadlineOf, endedBefore, kubeletsWord, removalOf, whyRemoved } from './removal.ts';

export type End = Wire<V1ContainerStateTerminated>;

export type Proof =
  /** Its test ended by itself. */
  | { kind: 'ended'; pod: Pod; end: End }
  /** Its test had not ended at its deadline. `end`: once it has been stopped. */
  | { kind: 'atDeadline'; pod: Pod; end: End | undefined }
  /** Its test had begun, or nobody knows, and it was taken away or lost sight of. `why`: in Kubernetes' words. */
  | { kind: 'takenAway'; pod: Pod; end: End | undefined; why: string }
  /** The pod has ended, and its test had never begun. */
  | { kind: 'notStarted'; pod: Pod; end: End | undefined }
  /** Its test was stopped because the hook beside it failed. */
  | { kind: 'hookFailed'; pod: Pod; end: End }
  | { kind: 'running'; pod: Pod }
  | { kind: 'waiting'; pod: Pod };

/** `events`: that its test began, or that its postStart hook failed, stands nowhere else. */
export function proofOf(pod: Pod, job: Job, events: Event[]): Proof {
  const { terminated: end, running } = stateOf(pod) ?? {};
  if (end !== undefined) return proofOfEnd(pod, end, job, events);
  const isOver = pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
  if (running === undefined) return isOver ? { kind: 'notStarted', pod, end } : { kind: 'waiting', pod };
  if (condition(job, 'Failed') && deadlineOf(pod, job) < removalOf(pod, job)) return { kind: 'atDeadline', pod, end };
  return isOver || condition(job, 'Failed') ? takenAway(pod, job, end) : { kind: 'running', pod };
}

function proofOfEnd(pod: Pod, end: End, job: Job, events: Event[]): Proof {
  if (isNotStarted(end)) {
    const mayHaveRun = end.reason === 'ContainerStatusUnknown' && (whyRemoved(pod, job) || events.some(isStart));
    return mayHaveRun ? takenAway(pod, job, end) : { kind: 'notStarted', pod, end };
  }
  if (events.some(isHookFailure)) return { kind: 'hookFailed', pod, end };
  if (end.reason === lostByRuntime) return takenAway(pod, job, end);
  const [removal, deadline] = [removalOf(pod, job), deadlineOf(pod, job)];
  if (endedBefore(end.finishedAt, Math.min(removal, deadline))) return { kind: 'ended', pod, end };
  if (hadRunOut(end, deadline, removal)) return { kind: 'atDeadline', pod, end };
  return takenAway(pod, job, end, Number.isFinite(deadline) ? 'its deadline came in the same second' : undefined);
}

function takenAway(
  pod: Pod,
  job: Job,
  end: End | undefined,
  otherwise = 'its node lost sight of its container',
): Proof {
  return { kind: 'takenAway', pod, end, why: whyRemoved(pod, job) ?? otherwise };
}

/** Whether its time was over before anything else stopped it. What ended with 0 may have done so in the last second. */
function hadRunOut(end: End, deadline: number, removal: number): boolean {
  if (isGood(end)) return deadline < removal && Date.parse(end.finishedAt ?? '') > deadline;
  return deadline < removal || (Number.isNaN(deadline) && endedBefore(end.finishedAt, removal));
}

/** When a test ran, as its container tells; nothing where it does not. */
export function spanOf({ startedAt, finishedAt }: End): Span | undefined {
  const isKnown = Date.parse(startedAt ?? '') > 0 && Date.parse(finishedAt ?? '') > 0;
  return isKnown && startedAt !== undefined && finishedAt !== undefined ? { startedAt, finishedAt } : undefined;
}

/** Exit code 0, and no signal. */
export function isGood({ exitCode, signal }: End): boolean {
  return exitCode === 0 && !signal;
}

/** Whether its Events say more of its test than the pod does. */
export function isSilent(pod: Pod): boolean {
  const end = stateOf(pod)?.terminated;
  return (
    pod.status?.phase === 'Pending' ||
    (end !== undefined && isNotStarted(end)) ||
    hasWaitedInVain(pod) ||
    mayHideHook(pod)
  );
}

/** It was ended while its container waited, as for a Secret that is not there, and its kubelet says no word of it. */
function hasWaitedInVain(pod: Pod): boolean {
  const { terminated, running } = stateOf(pod) ?? {};
  const isOver = pod.status?.phase === 'Failed' && kubeletsWord(pod) === undefined;
  return isOver && terminated === undefined && running === undefined;
}

/** When its postStart hook fails, the test is stopped, and its Events alone say so. */
export function mayHideHook(pod: Pod): boolean {
  const end = stateOf(pod)?.terminated;
  const hasHook = pod.spec?.containers?.some(({ name, lifecycle }) => name === testContainer && lifecycle?.postStart);
  return end !== undefined && !isNotStarted(end) && hasHook === true;
}

export function isStart({ reason, involvedObject }: Event): boolean {
  return reason === 'Started' && involvedObject.fieldPath === `spec.containers{${testContainer}}`;
}

function isHookFailure({ reason, involvedObject }: Event): boolean {
  return reason === 'FailedPostStartHook' && involvedObject.fieldPath === `spec.containers{${testContainer}}`;
}

export function stateOf(pod: Pod): Wire<V1ContainerState> | undefined {
  return pod.status?.containerStatuses?.find(({ name }) => name === testContainer)?.state;
}

const notStartedReasons: readonly string[] = ['StartError', 'ContainerCannotRun', 'ContainerStatusUnknown'];

// A pod deadline that comes before the image shows exit code 137 with startedAt null.
export function isNotStarted({ startedAt, reason }: End): boolean {
  return !(Date.parse(startedAt ?? '') > 0) || notStartedReasons.includes(reason ?? '');
}

// What containerd says, with exit code 255, of a container that ended while nobody looked: its node was restarted.
// https://github.com/containerd/containerd/blob/v2.1.0/internal/cri/server/restart.go
const lostByRuntime = 'Unknown';
