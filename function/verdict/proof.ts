/**
 * Whether the pod of a complete Job proves that its test has passed. The Job alone does not: a test that is taken away
 * and ends with 0 on SIGTERM completes it as well, https://github.com/kubernetes/kubernetes/issues/120182
 */
import type { Pod } from '../api/kubernetes.ts';
import { disruptionOf } from './conditions.ts';
import { endOfTest } from './termination.ts';

type Proof =
  /** Its test ended by itself, with exit code 0. */
  | { kind: 'proven'; pod: Pod }
  /** It was being taken away when its test ended with 0. `why`: in Kubernetes' words. */
  | { kind: 'disrupted'; why: string }
  /** No pod is there whose test ended with 0. */
  | { kind: 'lost' };

/** One proven pod is enough: those before it are history. */
export function proofOf(pods: Pod[]): Proof {
  const succeeded = pods.flatMap((pod) => {
    const end = endOfTest(pod);
    return pod.status?.phase === 'Succeeded' && end?.exitCode === 0 && !end.signal ? [{ pod, end }] : [];
  });
  const proven = succeeded.find(({ pod, end }) => endedBefore(end.finishedAt, removalOf(pod)));
  if (proven !== undefined) return { kind: 'proven', pod: proven.pod };
  const [taken] = succeeded;
  if (taken === undefined) return { kind: 'lost' };
  return { kind: 'disrupted', why: disruptionOf(taken.pod)?.message ?? `pod ${taken.pod.metadata?.name} was deleted` };
}

/** When it began to be taken away, in milliseconds: infinity where it was not, NaN where nobody knows. */
function removalOf(pod: Pod): number {
  const disruption = disruptionOf(pod);
  return Math.min(deletionOf(pod), disruption ? Date.parse(disruption.lastTransitionTime ?? '') : forever);
}

const forever = Number.POSITIVE_INFINITY;

// A grace of 0 says nothing: when the containers have ended, the kubelet deletes the pod a second time, and the time of
// the first deletion is overwritten. https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/kubelet/status/status_manager.go
function deletionOf({ metadata }: Pod): number {
  if (metadata?.deletionTimestamp === undefined) return forever;
  const grace = metadata.deletionGracePeriodSeconds || Number.NaN;
  return Date.parse(metadata.deletionTimestamp) - grace * 1000;
}

// Kubernetes' times are whole seconds: within the same one nobody knows what came first.
function endedBefore(finishedAt: string | undefined, removal: number): boolean {
  return Date.parse(finishedAt ?? '') < removal;
}
