/**
 * When and by whom a pod was taken away: evicted, drained, preempted, deleted, refused by its node, or lost with it.
 */
import type { Job, Pod } from '../api/kubernetes.ts';
import { fromKubernetes, type Reason } from '../api/reasons.ts';
import { firstLine } from '../text.ts';
import { condition, disruptionOf } from './conditions.ts';

const never = Number.POSITIVE_INFINITY;

/** When it began to be taken away, in milliseconds: infinity where it was not, NaN where nobody knows. */
export function removalOf(pod: Pod, job: Job): number {
  const disruption = disruptionOf(pod);
  const deletion = deletionOf(pod);
  return Math.min(
    isOfDeadline(deletion, job) ? never : deletion,
    disruption ? Date.parse(disruption.lastTransitionTime ?? '') : never,
    kubeletsWord(pod) === undefined ? never : Number.NaN,
  );
}

/** When its time was over, in milliseconds: infinity where it was not, NaN where nobody knows. */
export function deadlineOf(pod: Pod, job: Job): number {
  const deletion = deletionOf(pod);
  return Math.min(isOfDeadline(deletion, job) ? deletion : never, podDeadline(pod));
}

/** The same by the kubelet's word alone. */
export function podDeadline({ spec, status }: Pod): number {
  return status?.reason === 'DeadlineExceeded' ? after(status.startTime, spec?.activeDeadlineSeconds) : never;
}

/** Who takes it away, in Kubernetes' words; nothing where nobody does. */
export function whyRemoved(pod: Pod, job: Job): string | undefined {
  const { metadata } = pod;
  const word = kubeletsWord(pod);
  if (word !== undefined) return `${word.reason}: ${word.message}`;
  const disruption = disruptionOf(pod);
  if (disruption !== undefined) return firstLine(disruption.message || disruption.reason || disruption.type);
  if (metadata?.deletionTimestamp === undefined) return undefined;
  const when = isLate(job) && Number.isNaN(deletionOf(pod)) ? ', at the deadline of its Job or before' : '';
  return `pod ${metadata.name} was deleted${when}`;
}

/** Why its node has refused it, evicted it, or is lost. At its own deadline a pod is the test's matter. */
export function kubeletsWord({ metadata, status }: Pod): { reason: Reason; message: string } | undefined {
  const { reason, message = 'its node does not say why' } = status ?? {};
  if (!reason || reason === 'DeadlineExceeded') return undefined;
  return { reason: fromKubernetes(reason), message: `pod ${metadata?.name}: ${firstLine(message)}` };
}

/** Kubernetes' times are whole seconds: within the same one nobody knows what came first. */
export function endedBefore(finishedAt: string | undefined, time: number): boolean {
  return Date.parse(finishedAt ?? '') < time;
}

// A grace of 0 says nothing: when the containers have ended, the kubelet deletes the pod a second time, and the time of
// the first deletion is overwritten. https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/kubelet/status/status_manager.go
function deletionOf({ metadata }: Pod): number {
  if (metadata?.deletionTimestamp === undefined) return never;
  return Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds || Number.NaN) * 1000;
}

/** Whether its Job's time was over when it was deleted: the Job controller does that itself. */
function isOfDeadline(deletion: number, job: Job): boolean {
  return isLate(job) && deletion >= after(job.status?.startTime, job.spec?.activeDeadlineSeconds);
}

function isLate(job: Job): boolean {
  return condition(job, 'Failed', 'FailureTarget')?.reason === 'DeadlineExceeded';
}

function after(time: string | undefined, seconds = Number.NaN): number {
  return Date.parse(time ?? '') + seconds * 1000;
}
