/**
 * Why a run cannot get on: read from its pods and events, in Kubernetes' own words. How one ended: `ending.ts`.
 */
import type { Event, Pod } from './wire.ts';

/** What is known of a Job besides its conditions. Events are the Job's and, where asked for, its pod's. */
export interface Evidence {
  pods: Pod[];
  events: Event[];
}

/** Something in the way. `isFinal`: waiting longer will not help. */
export interface Obstacle {
  reason: string;
  message: string;
  isFinal: boolean;
}

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

/** What keeps a run that has no verdict from running. */
export function obstacle({ pods, events }: Evidence, now: Date): Obstacle | undefined {
  const pod = newest(pods);
  if (pod === undefined) return lastWarning(events, 'Job');
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled !== undefined) {
    const { reason = 'Unschedulable', message = 'no node takes the pod' } = unscheduled;
    return { reason, message: firstLine(message), isFinal: false };
  }
  const waiting = firstWaiting(pod);
  if (waiting === undefined) return undefined;
  const known = waiting.reason && [...hopeless, ...graceful].includes(waiting.reason);
  const said = known ? waiting : lastWarning(events, 'Pod');
  if (said?.reason === undefined) return undefined;
  const isOverdue = graceful.includes(said.reason) && secondsSinceScheduled(pod, now) >= graceSeconds;
  return {
    reason: said.reason,
    message: `container ${waiting.container}: ${firstLine(said.message ?? said.reason)}`,
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

/** The last Warning; the kubelet follows the one that explains by one that only names ("Error: ErrImagePull"). */
export function lastWarning(events: Event[], kind: 'Job' | 'Pod'): Obstacle | undefined {
  const warnings = events
    .filter(({ type, involvedObject }) => type === 'Warning' && involvedObject.kind === kind)
    .sort((a, b) => timeOf(b) - timeOf(a));
  const name = warnings.flatMap(({ message }) => /^Error: (\w+)$/.exec(message ?? '')?.[1] ?? [])[0];
  const explained = warnings.find(({ message }) => !/^Error: \w+$/.test(message ?? ''));
  if (explained === undefined) return name === undefined ? undefined : { reason: name, message: name, isFinal: false };
  const { reason = 'Warning', message = '' } = explained;
  return { reason: reason === 'Failed' ? (name ?? reason) : reason, message: firstLine(message), isFinal: false };
}

function timeOf({ lastTimestamp, eventTime, metadata }: Event): number {
  return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}

function newest(pods: Pod[]): Pod | undefined {
  return newestFirst(pods)[0];
}

export function newestFirst(pods: Pod[]): Pod[] {
  const created = ({ metadata }: Pod): number => new Date(metadata?.creationTimestamp ?? 0).getTime();
  return [...pods].sort((a, b) => created(b) - created(a));
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
