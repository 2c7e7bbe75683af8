/**
 * What a Job's pods mean for the Job: failed beyond its limit, past its deadline, done (syncJob's evaluation order,
 * pkg/controller/job/job_controller.go and pod_failure_policy.go).
 */
import type { Job, Pod, PodFailurePolicyRule } from './workloads.ts';

export interface Finding {
  type: 'FailureTarget' | 'SuccessCriteriaMet';
  reason: string;
  message: string;
}

export interface Tally {
  succeeded: number;
  failed: number;
  active: number;
}

export function findingOf(job: Job, pods: Pod[], tally: Tally, now: Date): Finding | undefined {
  const { backoffLimit, completions, activeDeadlineSeconds } = job.spec;
  const failJob = pods.map((pod) => failJobMessage(job, pod)).find(Boolean);
  if (failJob !== undefined) return { type: 'FailureTarget', reason: 'PodFailurePolicy', message: failJob };
  if (tally.failed > backoffLimit || restartsBeyond(job, pods)) {
    return {
      type: 'FailureTarget',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    };
  }
  const started = job.status.startTime === undefined || job.spec.suspend ? undefined : Date.parse(job.status.startTime);
  if (
    activeDeadlineSeconds !== undefined &&
    started !== undefined &&
    now.getTime() - started >= activeDeadlineSeconds * 1000
  ) {
    return {
      type: 'FailureTarget',
      reason: 'DeadlineExceeded',
      message: 'Job was active longer than specified deadline',
    };
  }
  // without completions any success ends the Job, once its other pods have ended too
  const complete =
    completions === undefined ? tally.succeeded > 0 && tally.active === 0 : tally.succeeded >= completions;
  if (!complete || job.spec.suspend) return undefined;
  return {
    type: 'SuccessCriteriaMet',
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
  };
}

/** With restartPolicy OnFailure the restarts are what is limited. */
function restartsBeyond(job: Job, pods: Pod[]): boolean {
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return false;
  const restarts = pods
    .filter((pod) => pod.status.phase === 'Running' || pod.status.phase === 'Pending')
    .flatMap((pod) => [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])])
    .reduce((sum, status) => sum + status.restartCount, 0);
  return job.spec.backoffLimit === 0 ? restarts > 0 : restarts >= job.spec.backoffLimit;
}

/** The first rule that matches a failed pod decides. */
export function matchedRule(
  job: Job,
  pod: Pod,
): { rule: PodFailurePolicyRule; index: number; message: string } | undefined {
  const rules = job.spec.podFailurePolicy?.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const found = exitCodeMatch(rule, pod) ?? conditionMatch(rule, pod);
    if (found !== undefined) return { rule, index, message: `${found} matching ${rule.action} rule at index ${index}` };
  }
  return undefined;
}

function exitCodeMatch({ onExitCodes }: PodFailurePolicyRule, pod: Pod): string | undefined {
  if (!onExitCodes) return undefined;
  const statuses = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])];
  for (const { name, state } of statuses) {
    const exitCode = state.terminated?.exitCode ?? 0;
    if (exitCode === 0 || (onExitCodes.containerName !== undefined && onExitCodes.containerName !== name)) continue;
    if (onExitCodes.values.includes(exitCode) === (onExitCodes.operator === 'In')) {
      return `Container ${name} for pod ${pod.metadata.namespace}/${pod.metadata.name} failed with exit code ${exitCode}`;
    }
  }
  return undefined;
}

function conditionMatch({ onPodConditions }: PodFailurePolicyRule, pod: Pod): string | undefined {
  const found = (onPodConditions ?? []).find(({ type, status }) =>
    (pod.status.conditions ?? []).some((condition) => condition.type === type && condition.status === status),
  );
  return found && `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${found.type}`;
}

function failJobMessage(job: Job, pod: Pod): string | undefined {
  if (pod.status.phase !== 'Failed') return undefined;
  const matched = matchedRule(job, pod);
  return matched?.rule.action === 'FailJob' ? matched.message : undefined;
}
