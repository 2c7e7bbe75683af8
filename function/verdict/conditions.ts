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

export function newestFirst(pods: Pod[]): Pod[] {
  const created = ({ metadata }: Pod): number => new Date(metadata?.creationTimestamp ?? 0).getTime();
  return [...pods].sort((a, b) => created(b) - created(a));
}

export function podCondition({ status }: Pod, type: string, is: 'True' | 'False') {
  return status?.conditions?.find((each) => each.type === type && each.status === is);
}

/** https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions */
export function disruptionOf(pod: Pod) {
  return podCondition(pod, 'DisruptionTarget', 'True');
}
