/**
 * Writing a Job's status: counters that are absent at zero, conditions in the order they came.
 */
import type { Condition, JobStatus } from './workloads.ts';

export function setCount(status: JobStatus, field: 'active' | 'succeeded' | 'failed', value: number): void {
  if (value > 0) status[field] = value;
  else delete status[field];
}

export function addCondition(
  status: JobStatus,
  now: string,
  type: string,
  reason: string,
  message: string,
  value: 'True' | 'False' = 'True',
): void {
  const condition: Condition = { type, status: value, lastProbeTime: now, lastTransitionTime: now, reason, message };
  const at = (status.conditions ?? []).findIndex((one) => one.type === type);
  status.conditions =
    at < 0 ? [...(status.conditions ?? []), condition] : (status.conditions ?? []).with(at, condition);
}

/** The interim condition that has decided the Job's fate (KEP-3998, KEP-4368). */
export function decidedBy(status: JobStatus): Condition | undefined {
  return status.conditions?.find(
    ({ type, status: value }) => value === 'True' && (type === 'FailureTarget' || type === 'SuccessCriteriaMet'),
  );
}
