/**
 * A container that cannot start: how long that is waited for.
 */
import type { Event, Pod } from '../../kube/wire.ts';
import { opening } from '../../record/words.ts';
import { lastWarning } from './events.ts';
import type { Obstacle } from './obstacle.ts';

const hopeless: readonly string[] = ['InvalidImageName', 'ErrImageNeverPull'];

// "Can the above errors be guaranteed to always fail?" No, so a registry hiccup or a Secret applied late gets a minute.
const graceful: readonly string[] = [
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
export function held(pod: Pod, events: Event[], now: Date): Obstacle | undefined {
  const waiting = firstWaiting(pod);
  if (waiting === undefined) return undefined;
  const known = waiting.reason && [...hopeless, ...graceful].includes(waiting.reason);
  const said = known ? waiting : lastWarning(events, 'Pod');
  if (said?.reason === undefined) return undefined;
  const isOverdue = graceful.includes(said.reason) && secondsSinceScheduled(pod, now) >= graceSeconds;
  const secrets = events.find(({ reason }) => reason === 'FailedToRetrieveImagePullSecret')?.message;
  return {
    reason: said.reason,
    message: `container ${waiting.container}: ${opening(said.message ?? said.reason)}${secrets && known ? `; ${secrets}` : ''}`,
    isFinal: hopeless.includes(said.reason) || isOverdue,
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
