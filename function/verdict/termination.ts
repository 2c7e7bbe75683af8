/**
 * How a run came to its end: whether its test ran, and what it said last.
 */
import type { V1ContainerState, V1ContainerStateTerminated } from '@kubernetes/client-node';
import type { Event, Job, Pod, Wire } from '../api/kubernetes.ts';
import { testContainer } from '../api/labels.ts';
import { fromKubernetes, type Reason } from '../api/reasons.ts';
import type { Counts } from '../api/verdict.ts';
import { tail } from '../text.ts';
import { blockerOf } from './blockers.ts';
import { disruptionOf, newestFirst } from './conditions.ts';
import { endedBeforeDeadline, exitOf, initFailure, sidecarFailure, withOutput } from './containers.ts';
import { type Evidence, lastWarning } from './evidence.ts';
import { readTestResult, summarize } from './test-result.ts';

type Termination =
  /** `counts`: where the test has handed over a result. */
  | { kind: 'ran'; reason: Reason; message: string; counts?: Counts }
  | { kind: 'notStarted'; reason: Reason; message: string }
  | { kind: 'stillRunning' };

const notStartedReasons: readonly string[] = ['StartError', 'ContainerCannotRun', 'ContainerStatusUnknown'];

/** Whether the test has had a chance to say anything. */
export function hasStarted(job: Job, { pods, events }: Evidence): boolean {
  if (job.status?.ready || events.some(isStart)) return true;
  return pods.some((pod) => {
    const state = stateOf(pod);
    return state?.running !== undefined || (state?.terminated !== undefined && !isNotStarted(state.terminated));
  });
}

/** The test container never started, or its postStart hook may have killed it. */
export function testNotStarted(pod: Pod): boolean {
  const state = stateOf(pod)?.terminated;
  return state !== undefined && (isNotStarted(state) || (state.exitCode !== 0 && hasPostStartHook(pod)));
}

/** How the test's container of a pod ended; nothing where it has not, or where it never began. */
export function endOfTest(pod: Pod): Wire<V1ContainerStateTerminated> | undefined {
  const state = stateOf(pod)?.terminated;
  return state === undefined || isNotStarted(state) ? undefined : state;
}

/** How a run that the Job controller gave up came to its end. */
export function terminationOf(evidence: Evidence, failure: { reason: Reason; message: string }): Termination {
  // The Job controller does not count a pod that was evicted, and keeps it when it has ended.
  const pods = evidence.pods.filter((pod) => !disruptionOf(pod));
  const { events } = evidence;
  const ended = newestFirst(pods).flatMap((pod) => terminated(pod) ?? [])[0];
  if (ended !== undefined) return fromTermination(ended.state, ended.pod, events);
  if (pods.some((pod) => stateOf(pod)?.running)) return { kind: 'stillRunning' };
  const before = newestFirst(pods).flatMap((pod) => initFailure(pod) ?? [])[0];
  if (before !== undefined) return { kind: 'notStarted', ...before };
  if (events.some(isStart)) return { kind: 'ran', ...failure };
  // The Job controller emits a Warning for its own decision too; the cause came before it.
  const causes = events.filter(({ reason }) => reason !== failure.reason);
  const found = blockerOf({ pods, events: causes }, new Date(0)) ?? lastWarning(causes, 'Pod');
  if (found === undefined) return { kind: 'notStarted', ...failure };
  return {
    kind: 'notStarted',
    reason: found.reason,
    message: `${found.message.replace(/\.$/, '')} (${failure.message})`,
  };
}

function isStart({ reason, involvedObject }: Event): boolean {
  return reason === 'Started' && involvedObject.fieldPath === `spec.containers{${testContainer}}`;
}

function isHookFailure({ reason, involvedObject }: Event): boolean {
  return reason === 'FailedPostStartHook' && involvedObject.fieldPath === `spec.containers{${testContainer}}`;
}

function fromTermination(state: Wire<V1ContainerStateTerminated>, pod: Pod, events: Event[]): Termination {
  const reason = fromKubernetes(state.reason ?? 'Error');
  const { output, ...counted } = outputOf(state.message ?? '');
  const ran = (why: Reason, what: string): Termination => ({
    kind: 'ran',
    reason: why,
    message: withOutput(what, output),
    ...counted,
  });
  if (isNotStarted(state)) return notStartedBecause(reason, output, events);
  if (events.some(isHookFailure)) {
    const message = withOutput('the postStart hook failed, and with it the test', output);
    return { kind: 'notStarted', reason: 'FailedPostStartHook', message };
  }
  if (pod.status?.reason === 'DeadlineExceeded' && !endedBeforeDeadline(state, pod)) {
    return ran('DeadlineExceeded', 'the test ran into its deadline');
  }
  if (reason === 'OOMKilled') return ran(reason, 'the test ran out of memory; check spec.resources of the E2ESpec');
  const beside = state.exitCode === 0 && !state.signal ? sidecarFailure(pod) : undefined;
  return beside === undefined ? ran(reason, `the test ${exitOf(state)}`) : { kind: 'notStarted', ...beside };
}

function notStartedBecause(reason: Reason, output: string, events: Event[]): Termination {
  // A pod that reached its deadline before its image was there only knows that its container is not known.
  const cause = reason === 'ContainerStatusUnknown' ? lastWarning(events, 'Pod') : undefined;
  const { message } = cause ?? { message: output || "the test's container did not start" };
  return { kind: 'notStarted', reason: cause?.reason ?? reason, message };
}

function hasPostStartHook({ spec }: Pod): boolean {
  return spec?.containers?.some(({ name, lifecycle }) => name === testContainer && lifecycle?.postStart) ?? false;
}

// A pod deadline that comes before the image shows exit code 137 with startedAt null.
function isNotStarted(state: Wire<V1ContainerStateTerminated>): boolean {
  const startedAt = state.startedAt ? new Date(state.startedAt).getTime() : 0;
  return startedAt <= 0 || notStartedReasons.includes(state.reason ?? '');
}

/** What failed, where the test says it in figures; else the end of its output. */
function outputOf(message: string): { output: string; counts?: Counts } {
  const read = readTestResult(message);
  if (read.kind !== 'result') return { output: tail(message) };
  return { output: summarize(read.result), counts: read.result.counts };
}

function terminated(pod: Pod): { pod: Pod; state: Wire<V1ContainerStateTerminated> } | undefined {
  const state = stateOf(pod)?.terminated;
  return state && { pod, state };
}

function stateOf(pod: Pod): Wire<V1ContainerState> | undefined {
  return pod.status?.containerStatuses?.find(({ name }) => name === testContainer)?.state;
}
