/**
 * What Events tell.
 */
import type { Event } from '../../kube/wire.ts';
import { opening } from '../../record/words.ts';
import type { Obstacle } from './obstacle.ts';

/** The last Warning; the kubelet follows the one that explains by one that only names ("Error: ErrImagePull"). */
export function lastWarning(events: Event[], kind: 'Job' | 'Pod'): Obstacle | undefined {
  const warnings = events
    .filter(({ type, involvedObject }) => type === 'Warning' && involvedObject.kind === kind)
    .sort((a, b) => timeOf(b) - timeOf(a));
  const name = warnings.flatMap(({ message }) => /^Error: (\w+)$/.exec(message ?? '')?.[1] ?? [])[0];
  const explained = warnings.find(({ message }) => !/^Error: \w+$/.test(message ?? ''));
  if (explained === undefined) return name === undefined ? undefined : { reason: name, message: name, isFinal: false };
  const { reason = 'Warning', message = '' } = explained;
  return { reason: reason === 'Failed' ? (name ?? reason) : reason, message: opening(message), isFinal: false };
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
