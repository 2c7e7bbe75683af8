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
  const warnings = events
    .filter((event) => event.type === 'Warning' && event.involvedObject.kind === kind && !hasHealed(event, events))
    .sort(latestFirst);
  const name = warnings.flatMap(({ message }) => /^Error: (\w+)$/.exec(message ?? '')?.[1] ?? [])[0];
  const explained = warnings.find(({ message }) => !/^Error: \w+$/.test(message ?? ''));
  if (explained === undefined) return name === undefined ? undefined : { reason: fromKubernetes(name), message: name };
  const { reason = 'Warning', message = '' } = explained;
  const word = reason === 'Failed' ? (name ?? reason) : reason;
  return { reason: fromKubernetes(word), message: firstLine(message) };
}

/** Whether a later Event says that this Warning is history. */
function hasHealed(warning: Event, events: Event[]): boolean {
  const { kind, fieldPath } = warning.involvedObject;
  if (kind === 'Job') return lastOf(events, ['SuccessfulCreate']) > lastTime(warning);
  // A pull that is tried again has not gone well yet.
  if (fieldPath !== undefined) return lastOf(eventsAt(events, fieldPath), steps.slice(2)) > lastTime(warning);
  // Of the whole pod: its containers come later, so that the same second is late enough.
  return lastOf(events, warning.reason === 'FailedScheduling' ? steps : steps.slice(1)) >= lastTime(warning);
}

/** Those about one container. `fieldPath`: as `spec.containers{e2e}`. */
function eventsAt(events: Event[], fieldPath: string): Event[] {
  return events.filter(({ involvedObject }) => involvedObject.fieldPath === fieldPath);
}

/** When one of these was told last, in milliseconds; minus infinity for never. */
export function lastOf(events: Event[], reasons: string[]): number {
  return Math.max(...events.filter(({ reason = '' }) => reasons.includes(reason)).map(lastTime));
}

export function latestFirst(a: Event, b: Event): number {
  const text = ({ reason = '', message = '' }: Event) => `${reason} ${message}`;
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
