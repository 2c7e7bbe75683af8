/**
 * How a run came to its end: whether its test ran, and what it said last.
 */
import type { V1ContainerState, V1ContainerStateTerminated, V1ContainerStatus } from '@kubernetes/client-node';
import { type Evidence, lastWarning, newestFirst, obstacle } from './diagnosis.ts';
import { testContainer } from './job/pod.ts';
import { type HandedOver, inWords, readResult } from './result.ts';
import type { Event, Job, Pod, Wire } from './wire.ts';
import { lastWords } from './words.ts';

export type Ending =
  | { kind: 'ran'; reason: string; message: string }
  | { kind: 'neverRan'; reason: string; message: string }
  | { kind: 'stillRunning' };

const noStart: readonly string[] = ['StartError', 'ContainerCannotRun', 'ContainerStatusUnknown'];

/** Whether the test has had a chance to say anything. */
export function hasStarted(job: Job, { pods, events }: Evidence): boolean {
  if (job.status?.ready || events.some(isStart)) return true;
  return pods.some((pod) => {
    const state = stateOf(pod);
    return state?.running !== undefined || (state?.terminated !== undefined && !isNeverStarted(state.terminated));
  });
}

/** Whether a pod ended without its test's container having begun. */
export function neverStarted(pod: Pod): boolean {
  const state = stateOf(pod)?.terminated;
  return state !== undefined && isNeverStarted(state);
}

/** What the test handed over about itself, by the newest pod in which it ended. */
export function handedOver({ pods }: Evidence): HandedOver {
  const ended = newestFirst(pods).flatMap((pod) => terminated(pod) ?? [])[0];
  return ended === undefined ? { kind: 'nothing' } : readResult(ended.state.message ?? '');
}

/** How a run that the Job controller gave up came to its end. */
export function ending({ pods, events }: Evidence, failure: { reason: string; message: string }): Ending {
  const ended = newestFirst(pods).flatMap((pod) => terminated(pod) ?? [])[0];
  if (ended !== undefined) return fromTermination(ended.state, ended.pod, events);
  if (pods.some((pod) => stateOf(pod)?.running)) return { kind: 'stillRunning' };
  const before = newestFirst(pods).flatMap(({ status }) => failedOf(status?.initContainerStatuses))[0];
  if (before !== undefined) return { kind: 'neverRan', ...before, message: `init ${before.message}` };
  if (events.some(isStart)) return { kind: 'ran', ...failure };
  // The Job controller tells its own decision as a Warning too; the cause came before it.
  const causes = events.filter(({ reason }) => reason !== failure.reason);
  const found = obstacle({ pods, events: causes }, new Date(0)) ?? lastWarning(causes, 'Pod');
  if (found === undefined) return { kind: 'neverRan', ...failure };
  return { kind: 'neverRan', reason: found.reason, message: `${found.message} (${failure.message})` };
}

function isStart({ reason, involvedObject }: Event): boolean {
  return reason === 'Started' && involvedObject.fieldPath === `spec.containers{${testContainer}}`;
}

function fromTermination(state: Wire<V1ContainerStateTerminated>, pod: Pod, events: Event[]): Ending {
  const reason = state.reason ?? 'Error';
  const words = ownWords(state.message ?? '');
  if (isNeverStarted(state)) {
    // A pod that reached its deadline before its image was there only knows that its container is not known.
    const cause = reason === 'ContainerStatusUnknown' ? lastWarning(events, 'Pod') : undefined;
    const { message } = cause ?? { message: words || "the test's container did not start" };
    return { kind: 'neverRan', reason: cause?.reason ?? reason, message };
  }
  if (pod.status?.reason === 'DeadlineExceeded') {
    return { kind: 'ran', reason: 'DeadlineExceeded', message: said('the test ran into its deadline', words) };
  }
  if (reason === 'OOMKilled') {
    return {
      kind: 'ran',
      reason,
      message: said('the test ran out of memory; check spec.resources of the E2ESpec', words),
    };
  }
  const beside = failedOf(pod.status?.containerStatuses)[0];
  if (state.exitCode === 0 && !state.signal && beside !== undefined) {
    return { kind: 'neverRan', ...beside, message: `${beside.message}; the test itself ended with 0` };
  }
  const how = state.signal ? `was killed by signal ${state.signal}` : `ended with exit code ${state.exitCode}`;
  return { kind: 'ran', reason, message: said(`the test ${how}`, words) };
}

// A pod deadline that comes before the image shows exit code 137 with startedAt null.
function isNeverStarted(state: Wire<V1ContainerStateTerminated>): boolean {
  const startedAt = state.startedAt ? new Date(state.startedAt).getTime() : 0;
  return startedAt <= 0 || noStart.includes(state.reason ?? '');
}

/** The containers that failed, in their own words. */
function failedOf(statuses: Wire<V1ContainerStatus>[] = []): { reason: string; message: string }[] {
  return statuses.flatMap(({ name, state }) => {
    const { exitCode = 0, reason = 'Error', message = '' } = state?.terminated ?? {};
    if (exitCode === 0) return [];
    return [{ reason, message: said(`container ${name} ended with exit code ${exitCode}`, lastWords(message)) }];
  });
}

/** What failed, where the test says it in figures; else the end of its output. */
function ownWords(message: string): string {
  const handed = readResult(message);
  return handed.kind === 'result' ? inWords(handed.result) : lastWords(message);
}

function said(what: string, words: string): string {
  return words === '' ? what : `${what}: ${words}`;
}

function terminated(pod: Pod): { pod: Pod; state: Wire<V1ContainerStateTerminated> } | undefined {
  const state = stateOf(pod)?.terminated;
  return state && { pod, state };
}

function stateOf(pod: Pod): Wire<V1ContainerState> | undefined {
  return pod.status?.containerStatuses?.find(({ name }) => name === testContainer)?.state;
}
