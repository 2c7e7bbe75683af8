/**
 * How a run came to its end: whether its test ran, and what it said last.
 */
import type { V1ContainerState, V1ContainerStateTerminated } from '@kubernetes/client-node';
import { testContainer } from '../job/pod.ts';
import type { Event, Job, Pod, Wire } from '../kube/wire.ts';
import { lastWords } from '../record/words.ts';
import { lastWarning } from './diagnosis/events.ts';
import { disruptionOf, type Evidence, inTheWay, newestFirst } from './diagnosis.ts';
import { besideFailure, initFailure } from './ending/beside.ts';
import { endedBeforeDeadline, exitOf, said } from './ending/exit.ts';
import { type Counts, inWords, readResult } from './result.ts';

export type Ending =
  /** `counts`: where the test has handed over a result. */
  | { kind: 'ran'; reason: string; message: string; counts?: Counts }
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

/** Whether a pod ended without its test's container having begun, or with one that its postStart hook may have ended. */
export function neverStarted(pod: Pod): boolean {
  const state = stateOf(pod)?.terminated;
  return state !== undefined && (isNeverStarted(state) || (state.exitCode !== 0 && hasPostStartHook(pod)));
}

/** How the test's container of a pod ended; nothing where it has not, or where it never began. */
export function endOfTest(pod: Pod): Wire<V1ContainerStateTerminated> | undefined {
  const state = stateOf(pod)?.terminated;
  return state === undefined || isNeverStarted(state) ? undefined : state;
}

/** How a run that the Job controller gave up came to its end. */
export function ending(evidence: Evidence, failure: { reason: string; message: string }): Ending {
  // The Job controller does not count a pod that was evicted, and keeps it when it has ended.
  const pods = evidence.pods.filter((pod) => !disruptionOf(pod));
  const { events } = evidence;
  const ended = newestFirst(pods).flatMap((pod) => terminated(pod) ?? [])[0];
  if (ended !== undefined) return fromTermination(ended.state, ended.pod, events);
  if (pods.some((pod) => stateOf(pod)?.running)) return { kind: 'stillRunning' };
  const before = newestFirst(pods).flatMap((pod) => initFailure(pod) ?? [])[0];
  if (before !== undefined) return { kind: 'neverRan', ...before };
  if (events.some(isStart)) return { kind: 'ran', ...failure };
  // The Job controller tells its own decision as a Warning too; the cause came before it.
  const causes = events.filter(({ reason }) => reason !== failure.reason);
  const found = inTheWay({ pods, events: causes }, new Date(0)) ?? lastWarning(causes, 'Pod');
  if (found === undefined) return { kind: 'neverRan', ...failure };
  return {
    kind: 'neverRan',
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

function fromTermination(state: Wire<V1ContainerStateTerminated>, pod: Pod, events: Event[]): Ending {
  const reason = state.reason ?? 'Error';
  const { words, ...counted } = ownWords(state.message ?? '');
  const ran = (why: string, what: string): Ending => ({
    kind: 'ran',
    reason: why,
    message: said(what, words),
    ...counted,
  });
  if (isNeverStarted(state)) return neverBegan(reason, words, events);
  if (events.some(isHookFailure)) {
    const message = said('the postStart hook failed, and with it the test', words);
    return { kind: 'neverRan', reason: 'FailedPostStartHook', message };
  }
  if (pod.status?.reason === 'DeadlineExceeded' && !endedBeforeDeadline(state, pod)) {
    return ran('DeadlineExceeded', 'the test ran into its deadline');
  }
  if (reason === 'OOMKilled') return ran(reason, 'the test ran out of memory; check spec.resources of the E2ESpec');
  const beside = state.exitCode === 0 && !state.signal ? besideFailure(pod) : undefined;
  return beside === undefined ? ran(reason, `the test ${exitOf(state)}`) : { kind: 'neverRan', ...beside };
}

function neverBegan(reason: string, words: string, events: Event[]): Ending {
  // A pod that reached its deadline before its image was there only knows that its container is not known.
  const cause = reason === 'ContainerStatusUnknown' ? lastWarning(events, 'Pod') : undefined;
  const { message } = cause ?? { message: words || "the test's container did not start" };
  return { kind: 'neverRan', reason: cause?.reason ?? reason, message };
}

function hasPostStartHook({ spec }: Pod): boolean {
  return spec?.containers?.some(({ name, lifecycle }) => name === testContainer && lifecycle?.postStart) ?? false;
}

// A pod deadline that comes before the image shows exit code 137 with startedAt null.
function isNeverStarted(state: Wire<V1ContainerStateTerminated>): boolean {
  const startedAt = state.startedAt ? new Date(state.startedAt).getTime() : 0;
  return startedAt <= 0 || noStart.includes(state.reason ?? '');
}

/** What failed, where the test says it in figures; else the end of its output. */
function ownWords(message: string): { words: string; counts?: Counts } {
  const handed = readResult(message);
  if (handed.kind !== 'result') return { words: lastWords(message) };
  return { words: inWords(handed.result), counts: handed.result.counts };
}

function terminated(pod: Pod): { pod: Pod; state: Wire<V1ContainerStateTerminated> } | undefined {
  const state = stateOf(pod)?.terminated;
  return state && { pod, state };
}

function stateOf(pod: Pod): Wire<V1ContainerState> | undefined {
  return pod.status?.containerStatuses?.find(({ name }) => name === testContainer)?.state;
}
