/**
 * What Events warn of, and whether it has healed since. In the order of their times: that of a list says nothing.
 */
import type { Event } from '../api/kubernetes.ts';
import { fromKubernetes, type Reason } from '../api/reasons.ts';
import { firstLine } from '../text.ts';

/** The steps of a pod, as its Events call them: each says that all before it have gone well. */
export const steps = ['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started'];

/** The last Warning that has not healed; the kubelet emits the explanation first, then a bare "Error: ErrImagePull". */
export function lastWarning(events: Event[], kind: 'Job' | 'Pod'): { reason: Reason; message: string } | undefined {
  const hasHealed = healedBy(events);
  const warnings = events
    .filter((event) => event.type === 'Warning' && event.involvedObject.kind === kind && !hasHealed(event))
    .sort(latestFirst);
  const name = warnings.flatMap(({ message }) => /^Error: (\w+)$/.exec(message ?? '')?.[1] ?? [])[0];
  const explained = warnings.find(({ message }) => !/^Error: \w+$/.test(message ?? ''));
  if (explained === undefined) return name === undefined ? undefined : { reason: fromKubernetes(name), message: name };
  const { reason = 'Warning', message = '' } = explained;
  const word = reason === 'Failed' ? (name ?? reason) : reason;
  return { reason: fromKubernetes(word), message: firstLine(message) };
}

/** Whether a later of these Events says that a Warning is history. Each is looked at once, however many there are. */
function healedBy(events: Event[]): (warning: Event) => boolean {
  const created = lastOf(events, ['SuccessfulCreate']);
  const scheduled = lastOf(events, steps);
  const begun = lastOf(events, steps.slice(1));
  // A pull that is tried again has not gone well yet.
  const ready = lastAt(events, steps.slice(2));
  return (warning) => {
    const { kind, fieldPath } = warning.involvedObject;
    if (kind === 'Job') return created > lastTime(warning);
    if (fieldPath !== undefined) return (ready.get(fieldPath) ?? never) > lastTime(warning);
    // Of the whole pod: its containers come later, so that the same second is late enough.
    return (warning.reason === 'FailedScheduling' ? scheduled : begun) >= lastTime(warning);
  };
}

const never = Number.NEGATIVE_INFINITY;

/** When one of these was told last of each container. By the container, as `spec.containers{e2e}`. */
function lastAt(events: Event[], reasons: string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const event of events) {
    const { reason = '', involvedObject } = event;
    const { fieldPath } = involvedObject;
    if (fieldPath === undefined || !reasons.includes(reason)) continue;
    times.set(fieldPath, Math.max(times.get(fieldPath) ?? never, lastTime(event)));
  }
  return times;
}

/** When one of these was told last, in milliseconds; minus infinity for never. */
export function lastOf(events: Event[], reasons: string[]): number {
  return Math.max(...events.filter(({ reason = '' }) => reasons.includes(reason)).map(lastTime));
}

export function latestFirst(a: Event, b: Event): number {
  const text = ({ reason, message }: Event) => `${reason} ${message}`;
  return lastTime(b) - lastTime(a) || (text(a) < text(b) ? -1 : 1);
}

/** The kubelet tells the same thing again in the same Event. */
export function firstTime({ firstTimestamp, eventTime, metadata, lastTimestamp }: Event): number {
  return timeOf(firstTimestamp ?? eventTime ?? metadata.creationTimestamp ?? lastTimestamp);
}

export function lastTime({ lastTimestamp, eventTime, metadata }: Event): number {
  return timeOf(lastTimestamp ?? eventTime ?? metadata.creationTimestamp);
}

function timeOf(time: string | undefined): number {
  return Date.parse(time ?? '') || 0;
}
