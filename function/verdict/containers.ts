/**
 * The containers of a pod: how one ended, and how those before and beside the test's own fail or keep their pod.
 */
import type { V1ContainerStateTerminated, V1ContainerStatus } from '@kubernetes/client-node';
import type { Pod, Wire } from '../api/kubernetes.ts';
import { fromKubernetes, type Reason } from '../api/reasons.ts';
import { tail } from '../text.ts';
import { endedBefore, podDeadline } from './removal.ts';

interface Failure {
  reason: Reason;
  message: string;
}

/** What kept a pod from its end, or failed it, when its test had ended by itself with 0. */
export function sidecarFailure(pod: Pod): Failure | undefined {
  if (pod.status?.reason === 'DeadlineExceeded') {
    const kept = pod.status.containerStatuses?.find(
      ({ state }) => !endedBefore(state?.terminated?.finishedAt, podDeadline(pod)),
    );
    const which = kept === undefined ? 'another container' : `container ${kept.name}`;
    const message = `the test itself ended with 0, but ${which} had not ended at the deadline`;
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
    const output = tail(left.state.terminated.message ?? '');
    return {
      reason: 'DeadlineExceeded',
      message: withOutput(`init container ${left.name} had not ended at the deadline`, output),
    };
  }
  // A native sidecar is stopped when another container has failed the pod.
  const ones = status?.initContainerStatuses?.filter(({ name }) => !isNativeSidecar(spec, name));
  const failed = failedOf(ones)[0];
  return failed && { ...failed, message: `init ${failed.message}` };
}

/** The containers that failed, each with the end of its output. */
function failedOf(statuses: Wire<V1ContainerStatus>[] = []): Failure[] {
  return statuses.flatMap(({ name, state }) => {
    const { exitCode = 0, reason = 'Error', message = '' } = state?.terminated ?? {};
    if (exitCode === 0) return [];
    return [
      {
        reason: fromKubernetes(reason),
        message: withOutput(`container ${name} ended with exit code ${exitCode}`, tail(message)),
      },
    ];
  });
}

/** Whether an init container goes on beside the test. */
export function isNativeSidecar(spec: Pod['spec'], name: string): boolean {
  return spec?.initContainers?.some((each) => each.name === name && each.restartPolicy === 'Always') ?? false;
}

// Exit codes over 128 are signals: container runtimes and shells say 128 + n.
// https://tldp.org/LDP/abs/html/exitcodes.html
const signals: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};

/** `ended with exit code 3`. */
export function exitOf({ exitCode, signal }: Wire<V1ContainerStateTerminated>): string {
  if (signal) return `was killed by signal ${signal}${signals[signal] ? ` (${signals[signal]})` : ''}`;
  const name = signals[exitCode - 128];
  return `ended with exit code ${exitCode}${name === undefined ? '' : ` (${name})`}`;
}

/** What happened, and the end of the container's output where it had any. */
export function withOutput(what: string, output: string): string {
  return output === '' ? what : `${what}: ${output}`;
}
