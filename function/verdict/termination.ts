/**
 * How a run that the Job controller gave up came to its end, and what its test said last.
 */
import type { Event, Job, Pod } from '../api/kubernetes.ts';
import { fromKubernetes } from '../api/reasons.ts';
import { firstLine, tail } from '../text.ts';
import { blockerOf } from './blockers.ts';
import { disruptionOf, newestFirst } from './conditions.ts';
import { initFailure, sidecarFailure } from './containers.ts';
import { createdPods, type Evidence } from './evidence.ts';
import { atDeadline, type Cause, type Failure, failedBy, hookFailed } from './last-words.ts';
import { isGood, isNotStarted, isStart, type Proof, proofOf, stateOf } from './proof.ts';
import { kubeletsWord } from './removal.ts';
import { lastWarning } from './warnings.ts';

type Termination =
  | Failure
  /** Nothing proves that its test would have failed. */
  | ({ kind: 'inconclusive' } & Cause)
  | { kind: 'stillRunning' };

type ProofOf<K extends Proof['kind']> = Extract<Proof, { kind: K }>;

/** Whether the test has had a chance to say anything. */
export function hasStarted(job: Job, { pods, events }: Evidence): boolean {
  if (job.status?.ready || events.some(isStart)) return true;
  return pods.some((pod) => {
    const { running, terminated } = stateOf(pod) ?? {};
    return running !== undefined || (terminated !== undefined && !isNotStarted(terminated));
  });
}

/** A pod alone says that a test has failed; Events are words. `failure`: of the Job. */
export function terminationOf(job: Job, evidence: Evidence, failure: Cause): Termination {
  const proofs = newestFirst(evidence.pods).map((pod) => proofOf(pod, job, evidence.events));
  if (proofs.some(({ kind }) => kind === 'running')) return { kind: 'stillRunning' };
  const isWhole = !lacksTries(job, proofs, failure);
  // The Job controller makes another pod for one that was evicted, and keeps both.
  const last = proofs.filter(isEnd).find(({ kind, pod }) => !(kind === 'takenAway' && disruptionOf(pod)));
  if (last !== undefined) {
    const end = endOf(last, evidence.events, failure);
    return end.kind === 'failed' && !isWhole ? lost(evidence.events, failure) : end;
  }
  const taken = proofs.find((proof) => proof.kind === 'takenAway');
  if (taken !== undefined) return takenAway(taken.why);
  const hasNotBegun = proofs.length > 0 ? isWhole : sayNoStart(evidence.events, failure);
  return hasNotBegun ? notBegun(evidence, failure) : lost(evidence.events, failure);
}

/** Whether the backoffLimit was reached with pods that are gone: nobody knows what their tests would have said. */
function lacksTries({ status }: Job, proofs: Proof[], { reason }: Cause): boolean {
  return reason !== 'DeadlineExceeded' && (status?.failed ?? 0) > proofs.filter(isEnd).length;
}

type ProofOfEnd = Exclude<Proof, { kind: 'waiting' | 'running' }>;

function isEnd(proof: Proof): proof is ProofOfEnd {
  return proof.kind !== 'waiting' && proof.kind !== 'running';
}

function endOf(proof: ProofOfEnd, events: Event[], failure: Cause): Termination {
  switch (proof.kind) {
    case 'ended':
      return isGood(proof.end) ? beside(proof.pod, failure) : failedBy(proof.end);
    case 'atDeadline':
      return atDeadline(proof.end);
    case 'takenAway':
      return takenAway(proof.why);
    case 'hookFailed':
      return { kind: 'inconclusive', ...hookFailed(proof.end) };
    case 'notStarted':
      return { kind: 'inconclusive', ...notStarted(proof, events, failure) };
  }
}

/** What failed its Job where the test itself ended with 0. */
function beside(pod: Pod, failure: Cause): Termination {
  const message = `${failure.message.replace(/\.$/, '')}; the test itself ended with 0`;
  return { kind: 'inconclusive', ...(sidecarFailure(pod) ?? { reason: failure.reason, message }) };
}

function takenAway(why: string): Termination {
  const message = `the test was taken away before it ended by itself (${why})`;
  return { kind: 'inconclusive', reason: 'PodDisrupted', message };
}

function notStarted({ pod, end }: ProofOf<'notStarted'>, events: Event[], failure: Cause): Cause {
  const word = kubeletsWord(pod);
  if (word !== undefined) return word;
  if (end === undefined) return initFailure(pod) ?? causeOf({ pods: [pod], events }, failure);
  // A pod that reached its deadline before its image was there only knows that its container is not known.
  const cause = end.reason === 'ContainerStatusUnknown' ? lastWarning(events, 'Pod') : undefined;
  const message = tail(end.message ?? '') || "the test's container did not start";
  return cause ?? { reason: fromKubernetes(end.reason ?? 'Error'), message };
}

/** Whether the Events of a run whose pod is gone say that its test had not begun: else nobody knows. */
function sayNoStart(events: Event[], { reason }: Cause): boolean {
  const pods = createdPods(events).length;
  const hasWords =
    events.some(({ involvedObject }) => involvedObject.kind === 'Pod') || (events.length > 0 && pods === 0);
  return reason === 'DeadlineExceeded' && pods <= 1 && hasWords && !events.some(isStart);
}

function notBegun(evidence: Evidence, failure: Cause): Termination {
  return { kind: 'inconclusive', ...causeOf(evidence, failure) };
}

function causeOf({ pods, events }: Evidence, failure: Cause): Cause {
  // The Job controller emits a Warning for its own decision too; the cause came before it.
  const causes = events.filter(({ reason }) => reason !== failure.reason);
  const found = blockerOf({ pods, events: causes }, new Date(0)) ?? lastWarning(causes, 'Pod');
  if (found === undefined) return failure;
  return { reason: found.reason, message: `${found.message.replace(/\.$/, '')} (${failure.message})` };
}

/** The Job controller keeps the pods that failed, unless its own deadline has come. */
function lost(events: Event[], { reason, message }: Cause): Termination {
  const [name] = createdPods(events);
  const pod = name === undefined ? 'its pod' : `pod ${name}`;
  const gone = reason === 'DeadlineExceeded' ? "was removed at its Job's deadline" : 'was deleted';
  return {
    kind: 'inconclusive',
    reason: 'ResultLost',
    message: `${pod} ${gone}, and with it what its test said (${firstLine(message)})`,
  };
}
