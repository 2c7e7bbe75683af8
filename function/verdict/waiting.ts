/**
 * A container that cannot start: how long that is waited for.
 */
import type { V1ContainerStatus } from '@kubernetes/client-node';
import type { Event, Pod, Wire } from '../api/kubernetes.ts';
import { testContainer } from '../api/labels.ts';
import { fromKubernetes } from '../api/reasons.ts';
import { firstLine } from '../text.ts';
import { podCondition } from './conditions.ts';
import type { Blocker } from './evidence.ts';
import { stateOf } from './proof.ts';
import { firstTime, lastOf, lastTime, lastWarning, steps } from './warnings.ts';

const terminalWaitingReasons: readonly string[] = ['InvalidImageName', 'ErrImageNeverPull'];

// "Can the above errors be guaranteed to always fail?" No, so a registry hiccup or a Secret applied late gets a minute.
/** By the step of the pod that does not go well. */
const retryableWaitingReasons: Record<string, string> = {
  FailedMount: 'Pulling',
  FailedAttachVolume: 'Pulling',
  ErrImagePull: 'Pulled',
  ImagePullBackOff: 'Pulled',
  ImageInspectError: 'Pulled',
  RegistryUnavailable: 'Pulled',
  SignatureValidationFailed: 'Pulled',
  CreateContainerConfigError: 'Created',
  CreateContainerError: 'Created',
  RunContainerError: 'Started',
  PostStartHookError: 'Started',
};
const graceSeconds = 60;

/** For how many seconds a container may wait for this reason; nothing where its Job's deadline alone ends it. */
export function graceOf(reason: string): number | undefined {
  return Object.hasOwn(retryableWaitingReasons, reason) ? graceSeconds : undefined;
}

interface Waiting {
  container: string;
  isInit: boolean;
  reason?: string;
  message?: string;
}

/** A container that cannot start; not beside a test that has ended, which says more. */
export function containerWaiting(pod: Pod, events: Event[], now: Date): Blocker | undefined {
  const waiting = stateOf(pod)?.terminated ? undefined : firstWaiting(pod);
  if (waiting === undefined) return undefined;
  const known = isKnown(waiting.reason);
  const cause = known ? waiting : presentWarning(pod, waiting, events);
  if (cause?.reason === undefined) return undefined;
  const secrets = events.find(({ reason }) => reason === 'FailedToRetrieveImagePullSecret')?.message;
  return {
    reason: fromKubernetes(cause.reason),
    message: `container ${waiting.container}: ${firstLine(cause.message ?? cause.reason)}${secrets && known ? `; ${secrets}` : ''}`,
    isFinal: terminalWaitingReasons.includes(cause.reason) || isOverdue(pod, waiting, cause.reason, events, now),
  };
}

function isKnown(reason = ''): boolean {
  return terminalWaitingReasons.includes(reason) || Object.hasOwn(retryableWaitingReasons, reason);
}

/** What says why comes first, then what comes first in the pod: the kubelet sorts statuses by name. */
function firstWaiting({ spec, status }: Pod): Waiting | undefined {
  const inits = spec?.initContainers?.map(({ name }) => name) ?? [];
  const rank = ({ container, isInit, reason }: Waiting) => {
    const place = isInit ? inits.indexOf(container) : inits.length + Number(container !== testContainer);
    return `${isKnown(reason) ? 0 : 1} ${String(place).padStart(4, '0')} ${container}`;
  };
  return [...waitingOf(status?.initContainerStatuses, true), ...waitingOf(status?.containerStatuses, false)].sort(
    (a, b) => (rank(a) < rank(b) ? -1 : 1),
  )[0];
}

function waitingOf(statuses: Wire<V1ContainerStatus>[] = [], isInit: boolean): Waiting[] {
  return statuses.flatMap(({ name, state }) => (state?.waiting ? [{ container: name, isInit, ...state.waiting }] : []));
}

/** What the container waits for, where it does not say so itself: what its pod warns of, and has not got over. */
function presentWarning(
  pod: Pod,
  { container }: Waiting,
  events: Event[],
): Pick<Blocker, 'reason' | 'message'> | undefined {
  const ready = timeOf(podCondition(pod, 'PodReadyToStartContainers', 'True'));
  const own = new Set(events.filter((event) => isAbout(event, container)));
  const pulling = lastOf([...own], ['Pulling']);
  const isPresent = (event: Event): boolean => {
    if (event.type !== 'Warning') return true;
    if (event.involvedObject.fieldPath === undefined) {
      return event.reason !== 'FailedScheduling' && !(lastTime(event) <= ready);
    }
    return own.has(event) && pulling <= lastTime(event);
  };
  return lastWarning(events.filter(isPresent), 'Pod');
}

function isOverdue(pod: Pod, waiting: Waiting, reason: string, events: Event[], now: Date): boolean {
  const step = Object.hasOwn(retryableWaitingReasons, reason) ? retryableWaitingReasons[reason] : undefined;
  if (step === undefined) return false;
  return now.getTime() - since(pod, waiting, step, events) >= graceSeconds * 1000;
}

/** When this waiting began, in milliseconds: not before its turn, nor before the first Warning since it last went well. */
function since(pod: Pod, { container, isInit }: Waiting, step: string, events: Event[]): number {
  const isOfPod = step === 'Pulling';
  const own = isOfPod ? events : events.filter((event) => isAbout(event, container));
  const index = steps.indexOf(step);
  const healed = lastOf(own, steps.slice(index));
  const before = own.filter(({ reason }) => !isOfPod && reason === steps[index - 1]).map(firstTime);
  const warnings = own.filter(
    (event) =>
      event.type === 'Warning' &&
      (!isOfPod || retryableWaitingReasons[event.reason ?? ''] === step) &&
      lastTime(event) > healed,
  );
  const first = warnings.length === 0 ? [] : [Math.min(...warnings.map(firstTime))];
  return Math.max(
    turnOf(pod, isInit, isOfPod),
    healed,
    ...(before.length === 0 ? [] : [Math.min(...before)]),
    ...first,
  );
}

/** When the container's turn came at the earliest, in milliseconds, by what the pod says. */
function turnOf(pod: Pod, isInit: boolean, isOfPod: boolean): number {
  const inits = pod.status?.initContainerStatuses?.flatMap(({ state }) => [
    Date.parse(state?.terminated?.finishedAt ?? ''),
    Date.parse(state?.running?.startedAt ?? ''),
  ]);
  const scheduled = timeOf(podCondition(pod, 'PodScheduled', 'True'));
  const times = [
    scheduled || Date.parse(pod.metadata?.creationTimestamp ?? ''),
    ...(inits ?? []),
    ...(isInit ? [] : [timeOf(podCondition(pod, 'Initialized', 'True'))]),
    ...(isOfPod ? [] : [timeOf(podCondition(pod, 'PodReadyToStartContainers', 'True'))]),
  ].filter((time) => !Number.isNaN(time));
  return times.length === 0 ? Number.NaN : Math.max(...times);
}

/** Of a container, or of the whole pod and without another's name. */
function isAbout({ reason, involvedObject: { fieldPath } }: Event, container: string): boolean {
  return fieldPath === undefined ? reason === 'Failed' : fieldPath.endsWith(`{${container}}`);
}

function timeOf(condition: ReturnType<typeof podCondition>): number {
  return Date.parse(condition?.lastTransitionTime ?? '');
}
