/**
 * What a verdict is made from besides the Job, and what Events say.
 */
import type { Event, Job, Pod } from '../api/kubernetes.ts';
import type { Reason } from '../api/reasons.ts';
import { condition } from './conditions.ts';
import { latestFirst } from './warnings.ts';

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

/**
 * What has to be read for a verdict besides the Job. A ready pod adds nothing to what the Job says, and what has ended
 * needs no Events unless its pod is silent or gone.
 */
export function requiredReads(job: Job): 'nothing' | 'pods' | 'podsAndEvents' {
  if (condition(job, 'Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget')) return 'pods';
  return condition(job, 'Suspended') || job.status?.ready ? 'nothing' : 'podsAndEvents';
}

/** The pods that this very Job has made: their label is anybody's. */
export function ownPods({ metadata }: Job, pods: Pod[]): Pod[] {
  return pods.filter((pod) =>
    pod.metadata?.ownerReferences?.some(
      ({ kind, uid, controller }) => controller && kind === 'Job' && uid !== '' && uid === metadata?.uid,
    ),
  );
}

/** The pods that the Job controller has made, the newest first. */
export function createdPods(events: Event[]): string[] {
  return events
    .filter(({ reason, involvedObject }) => reason === 'SuccessfulCreate' && involvedObject.kind === 'Job')
    .sort(latestFirst)
    .flatMap(({ message }) => /^Created pod: (\S+)$/.exec(message ?? '')?.[1] ?? []);
}
