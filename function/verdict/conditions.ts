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
  return found && { reason: fromKubernetes(found.reason ?? found.type), message: found.message ?? '' };
}

/** Whether the Job controller has decided, if only for itself: its pods may still be stopping. */
export function isDecided(job: Job): boolean {
  return condition(job, 'Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget') !== undefined;
}

export function newest(pods: Pod[]): Pod | undefined {
  return newestFirst(pods)[0];
}

/** By their times alone: the order of a list says nothing, and creation is told in whole seconds. */
export function newestFirst(pods: Pod[]): Pod[] {
  return pods
    .map((pod) => ({ pod, times: [pod.metadata?.creationTimestamp, pod.status?.startTime, pod.metadata?.name] }))
    .sort((a, b) => compare(b.times, a.times))
    .map(({ pod }) => pod);
}

/** RFC 3339 in UTC and without fractions sorts as text. */
function compare([one = '', ...others]: (string | undefined)[], [other = '', ...rest]: (string | undefined)[]): number {
  if (one !== other) return one < other ? -1 : 1;
  return others.length === 0 ? 0 : compare(others, rest);
}

export function podCondition({ status }: Pod, type: string, is: 'True' | 'False') {
  return status?.conditions?.find((each) => each.type === type && each.status === is);
}

/** https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions */
export function disruptionOf(pod: Pod) {
  return podCondition(pod, 'DisruptionTarget', 'True');
}
