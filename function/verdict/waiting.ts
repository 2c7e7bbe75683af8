/**
 * A container that cannot start: how long that is waited for.
 */
import type { Event, Pod } from '../api/kubernetes.ts';
import { fromKubernetes } from '../api/reasons.ts';
import { firstLine } from '../text.ts';
import { type Blocker, lastWarning } from './evidence.ts';

const terminalWaitingReasons: readonly string[] = ['InvalidImageName', 'ErrImageNeverPull'];

// "Can the above errors be guaranteed to always fail?" No, so a registry hiccup or a Secret applied late gets a minute.
const retryableWaitingReasons: readonly string[] = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PostStartHookError',
  'FailedMount',
  'FailedAttachVolume',
];
const graceSeconds = 60;

/** A container that cannot start. */
export function containerWaiting(pod: Pod, events: Event[], now: Date): Blocker | undefined {
  const waiting = firstWaiting(pod);
  if (waiting === undefined) return undefined;
  const known = waiting.reason && [...terminalWaitingReasons, ...retryableWaitingReasons].includes(waiting.reason);
  const cause = known ? waiting : lastWarning(events, 'Pod');
  if (cause?.reason === undefined) return undefined;
  const isOverdue = retryableWaitingReasons.includes(cause.reason) && secondsSinceScheduled(pod, now) >= graceSeconds;
  const secrets = events.find(({ reason }) => reason === 'FailedToRetrieveImagePullSecret')?.message;
  return {
    reason: fromKubernetes(cause.reason),
    message: `container ${waiting.container}: ${firstLine(cause.message ?? cause.reason)}${secrets && known ? `; ${secrets}` : ''}`,
    isFinal: terminalWaitingReasons.includes(cause.reason) || isOverdue,
  };
}

function firstWaiting(pod: Pod): { container: string; reason?: string; message?: string } | undefined {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return statuses.flatMap(({ name, state }) => (state?.waiting ? [{ container: name, ...state.waiting }] : []))[0];
}

function secondsSinceScheduled(pod: Pod, now: Date): number {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.lastTransitionTime;
  const since = scheduled ?? pod.metadata?.creationTimestamp;
  return since === undefined ? 0 : (now.getTime() - new Date(since).getTime()) / 1000;
}
