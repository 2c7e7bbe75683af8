/**
 * What a verdict is made from besides the Job, and what Events say.
 */
import type { Event, Job, Pod } from '../api/kubernetes.ts';
import { fromKubernetes, type Reason } from '../api/reasons.ts';
import { firstLine } from '../text.ts';
import { condition } from './conditions.ts';

/** Events are the Job's and, where they are asked for, its pod's. */
export interface Evidence {
  pods: Pod[];
  events: Event[];
}

/** Why an undecided run is not progressing. `isFinal`: waiting longer will not help. */
export interface Blocker {
  reason: Reason;
  message: string;
  isFinal: boolean;
}

/** What has to be read for a verdict besides the Job. A ready pod adds nothing to what the Job says. */
export function requiredReads(job: Job): 'nothing' | 'pods' | 'podsAndEvents' {
  if (condition(job, 'Failed', 'FailureTarget')) return 'podsAndEvents';
  if (condition(job, 'Complete', 'SuccessCriteriaMet')) return 'pods';
  return condition(job, 'Suspended') || job.status?.ready ? 'nothing' : 'podsAndEvents';
}

/** The last Warning; the kubelet emits the explanation first, then a bare "Error: ErrImagePull". */
export function lastWarning(events: Event[], kind: 'Job' | 'Pod'): Blocker | undefined {
  const warnings = events
    .filter(({ type, involvedObject }) => type === 'Warning' && involvedObject.kind === kind)
    .sort((a, b) => timeOf(b) - timeOf(a));
  const name = warnings.flatMap(({ message }) => /^Error: (\w+)$/.exec(message ?? '')?.[1] ?? [])[0];
  const explained = warnings.find(({ message }) => !/^Error: \w+$/.test(message ?? ''));
  if (explained === undefined)
    return name === undefined ? undefined : { reason: fromKubernetes(name), message: name, isFinal: false };
  const { reason = 'Warning', message = '' } = explained;
  const word = reason === 'Failed' ? (name ?? reason) : reason;
  return { reason: fromKubernetes(word), message: firstLine(message), isFinal: false };
}

/** The pods that the Job controller has made, in the order of the Events. */
export function createdPods(events: Event[]): string[] {
  return events
    .filter(({ reason }) => reason === 'SuccessfulCreate')
    .flatMap(({ message }) => /^Created pod: (\S+)$/.exec(message ?? '')?.[1] ?? []);
}

export function timeOf({ lastTimestamp, eventTime, metadata }: Event): number {
  return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}
