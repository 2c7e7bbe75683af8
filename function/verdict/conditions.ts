/**
 * The conditions of Jobs and pods.
 */
import type { Job, Pod } from '../api/kubernetes.ts';
import { fromKubernetes, type Reason } from '../api/reasons.ts';

type ConditionType = 'Complete' | 'SuccessCriteriaMet' | 'Failed' | 'FailureTarget' | 'Suspended';

// Never by position or by counters: from Kubernetes 1.31 an interim condition comes before the terminal one.
// https://github.com/kubernetes/enhancements/tree/master/keps/sig-apps/3998-job-success-completion-policy
export function condition(job: Job, ...types: ConditionType[]): { reason: Reason; message: string } | undefined {
  const found = job.status?.conditions?.find(
    ({ type, status }) => status === 'True' && types.some((wanted) => wanted === type),
  );
  if (found === undefined) return undefined;
  const { type, reason = type, message = reason } = found;
  return { reason: fromKubernetes(reason), message };
}

const decisive = ['Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget'] as const;

/** Whether the Job controller has decided, if only for itself: its pods may still be stopping. */
export function isDecided(job: Job): boolean {
  return condition(job, ...decisive) !== undefined;
}

/** By which conditions it has: an interim one is followed by another when the pods have stopped. */
export function decisionsOf(job: Job): string[] {
  return decisive.filter((type) => condition(job, type) !== undefined);
}

export function newest(pods: Pod[]): Pod | undefined {
  return newestFirst(pods)[0];
}

/** By their times alone: the order of a list says nothing, and creation is told in whole seconds. */
export function newestFirst(pods: Pod[]): Pod[] {
  return pods
    .map((pod) => ({ pod, age: ageOf(pod) }))
    .sort((a, b) => (a.age < b.age ? 1 : -1))
    .map(({ pod }) => pod);
}

/** RFC 3339 in UTC and without fractions sorts as text, and before any word: what its node has not seen yet is newer. */
function ageOf({ metadata, status }: Pod): string {
  return `${metadata?.creationTimestamp} ${status?.startTime ?? 'unseen'} ${metadata?.name}`;
}

export function podCondition({ status }: Pod, type: string, is: 'True' | 'False') {
  return status?.conditions?.find((each) => each.type === type && each.status === is);
}

/** https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions */
export function disruptionOf(pod: Pod) {
  return podCondition(pod, 'DisruptionTarget', 'True');
}
