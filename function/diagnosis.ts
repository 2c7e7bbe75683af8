/**
 * Why a run cannot get on, or how it ended: read from its pods and events, in Kubernetes' own words.
 */
import type { V1ContainerState, V1ContainerStateTerminated } from '@kubernetes/client-node';
import { testContainer } from './job/pod.ts';
import type { Event, Job, Pod, Wire } from './wire.ts';
import { lastWords } from './words.ts';

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

export type Ending =
  | { kind: 'ran'; reason: string; message: string }
  | { kind: 'neverRan'; reason: string; message: string }
  | { kind: 'stillRunning' };

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

const noStart: readonly string[] = ['StartError', 'ContainerCannotRun', 'ContainerStatusUnknown'];

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

/** Whether the test has had a chance to say anything. */
export function hasStarted(job: Job, { pods, events }: Evidence): boolean {
  if (job.status?.ready || events.some(isStart)) return true;
  return pods.some((pod) => {
    const state = stateOf(pod);
    return state?.running !== undefined || (state?.terminated !== undefined && !isNeverStarted(state.terminated));
  });
}

/** Whether a pod ended without its test's container having begun. */
export function neverStarted(pod: Pod): boolean {
  const state = stateOf(pod)?.terminated;
  return state !== undefined && isNeverStarted(state);
}

/** How a run that the Job controller gave up came to its end. */
export function ending({ pods, events }: Evidence, failure: { reason: string; message: string }): Ending {
  const ended = newestFirst(pods).flatMap((pod) => terminated(pod) ?? [])[0];
  if (ended !== undefined) return fromTermination(ended.state, ended.pod, events);
  if (pods.some((pod) => stateOf(pod)?.running)) return { kind: 'stillRunning' };
  if (events.some(isStart)) return { kind: 'ran', ...failure };
  // The Job controller tells its own decision as a Warning too; the cause came before it.
  const causes = events.filter(({ reason }) => reason !== failure.reason);
  const found = obstacle({ pods, events: causes }, new Date(0)) ?? lastWarning(causes, 'Pod');
  if (found === undefined) return { kind: 'neverRan', ...failure };
  return { kind: 'neverRan', reason: found.reason, message: `${found.message} (${failure.message})` };
}

function isStart({ reason, involvedObject }: Event): boolean {
  return reason === 'Started' && involvedObject.fieldPath === `spec.containers{${testContainer}}`;
}

function fromTermination(state: Wire<V1ContainerStateTerminated>, pod: Pod, events: Event[]): Ending {
  const reason = state.reason ?? 'Error';
  const words = lastWords(state.message ?? '');
  if (isNeverStarted(state)) {
    // A pod that reached its deadline before its image was there only knows that its container is not known.
    const cause = reason === 'ContainerStatusUnknown' ? lastWarning(events, 'Pod') : undefined;
    const { message } = cause ?? { message: words || "the test's container did not start" };
    return { kind: 'neverRan', reason: cause?.reason ?? reason, message };
  }
  if (pod.status?.reason === 'DeadlineExceeded') {
    return { kind: 'ran', reason: 'DeadlineExceeded', message: said('the test ran into its deadline', words) };
  }
  if (reason === 'OOMKilled') {
    return {
      kind: 'ran',
      reason,
      message: said('the test ran out of memory; check spec.resources of the E2ESpec', words),
    };
  }
  const how = state.signal ? `was killed by signal ${state.signal}` : `ended with exit code ${state.exitCode}`;
  return { kind: 'ran', reason, message: said(`the test ${how}`, words) };
}

// A pod deadline that comes before the image shows exit code 137 with startedAt null.
function isNeverStarted(state: Wire<V1ContainerStateTerminated>): boolean {
  const startedAt = state.startedAt ? new Date(state.startedAt).getTime() : 0;
  return startedAt <= 0 || noStart.includes(state.reason ?? '');
}

function said(what: string, words: string): string {
  return words === '' ? what : `${what}: ${words}`;
}

function terminated(pod: Pod): { pod: Pod; state: Wire<V1ContainerStateTerminated> } | undefined {
  const state = stateOf(pod)?.terminated;
  return state && { pod, state };
}

function stateOf(pod: Pod): Wire<V1ContainerState> | undefined {
  return pod.status?.containerStatuses?.find(({ name }) => name === testContainer)?.state;
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
function lastWarning(events: Event[], kind: 'Job' | 'Pod'): Obstacle | undefined {
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

function newestFirst(pods: Pod[]): Pod[] {
  const created = ({ metadata }: Pod): number => new Date(metadata?.creationTimestamp ?? 0).getTime();
  return [...pods].sort((a, b) => created(b) - created(a));
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
