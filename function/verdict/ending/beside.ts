/**
 * The containers before and beside the test's own: how they fail or keep a pod.
 */
import type { V1ContainerStatus } from '@kubernetes/client-node';
import type { Pod, Wire } from '../../kube/wire.ts';
import { lastWords } from '../../record/words.ts';
import { isNativeSidecar } from '../diagnosis.ts';
import { endedBeforeDeadline, said } from './exit.ts';

interface Failure {
  reason: string;
  message: string;
}

/** What kept a pod from its end, or failed it, when its test had ended with 0. */
export function besideFailure(pod: Pod): Failure | undefined {
  if (pod.status?.reason === 'DeadlineExceeded') {
    const kept = pod.status.containerStatuses?.find(
      ({ state }) => state?.terminated && !endedBeforeDeadline(state.terminated, pod),
    );
    const message = `the test itself ended with 0, but container ${kept?.name} had not ended at the deadline`;
    return { reason: 'DeadlineExceeded', message };
  }
  const failed = failedOf(pod.status?.containerStatuses)[0];
  return failed && { ...failed, message: `${failed.message}; the test itself ended with 0` };
}

/** What failed a pod before its test began. */
export function initFailure({ spec, status }: Pod): Failure | undefined {
  if (status?.reason === 'DeadlineExceeded') {
    const left = status.initContainerStatuses?.find(
      ({ name, state }) => state?.terminated?.exitCode !== 0 && !isNativeSidecar(spec, name),
    );
    if (left?.state?.terminated === undefined) return undefined;
    const words = lastWords(left.state.terminated.message ?? '');
    return {
      reason: 'DeadlineExceeded',
      message: said(`init container ${left.name} had not ended at the deadline`, words),
    };
  }
  // A native sidecar is stopped when another container has failed the pod.
  const ones = status?.initContainerStatuses?.filter(({ name }) => !isNativeSidecar(spec, name));
  const failed = failedOf(ones)[0];
  return failed && { ...failed, message: `init ${failed.message}` };
}

/** The containers that failed, in their own words. */
function failedOf(statuses: Wire<V1ContainerStatus>[] = []): Failure[] {
  return statuses.flatMap(({ name, state }) => {
    const { exitCode = 0, reason = 'Error', message = '' } = state?.terminated ?? {};
    if (exitCode === 0) return [];
    return [{ reason, message: said(`container ${name} ended with exit code ${exitCode}`, lastWords(message)) }];
  });
}
