/**
 * How much of activeDeadlineSeconds is the test's: its pod ends a little earlier than its Job, so that its last words are kept.
 */
import type { CompleteSpec } from './e2espec.ts';

// A pod that reaches its own deadline stays, with its output; a Job that reaches its deadline deletes its pods.
const podDeadlineMargin = 5;

// A shell that is PID 1 ignores SIGTERM: with Kubernetes' 30 s it would still be running at the Job's deadline.
const terminationGrace = 2;

// What the kubelet needs to say that a pod has ended, so that its output is kept with a podTemplate's longer grace as well.
const endingMargin = 3;

// What a native sidecar is given once more where the test has used up the grace, `minimumGracePeriodInSeconds`:
// https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/kubelet/kuberuntime/kuberuntime_manager.go
const sidecarGrace = 2;

// What the shortest deadline of the definition leaves.
const shortestTest = 5;

/** Seconds. */
export function graceOf({ podTemplate }: CompleteSpec): number {
  const given: unknown = podTemplate?.spec?.terminationGracePeriodSeconds;
  return typeof given === 'number' ? given : terminationGrace;
}

/** Seconds. */
export function podDeadline(spec: CompleteSpec): number {
  const ending = graceOf(spec) + (hasNativeSidecar(spec) ? sidecarGrace : 0) + endingMargin;
  return spec.activeDeadlineSeconds - Math.max(podDeadlineMargin, ending);
}

function hasNativeSidecar({ podTemplate }: CompleteSpec): boolean {
  const given: unknown = podTemplate?.spec?.initContainers;
  return Array.isArray(given) && given.some((container) => container?.restartPolicy === 'Always');
}

/** Why a test would be killed before it could say anything, as a sentence; nothing where it has its time. */
export function shortTestProblem(spec: CompleteSpec): string | undefined {
  const left = podDeadline(spec);
  if (left >= shortestTest) return undefined;
  const needed = spec.activeDeadlineSeconds + shortestTest - left;
  return `activeDeadlineSeconds: ${spec.activeDeadlineSeconds} with a terminationGracePeriodSeconds of ${graceOf(spec)} leaves the test ${Math.max(0, left)} s. Use activeDeadlineSeconds: ${needed} or more, or a shorter grace`;
}
