/**
 * The verdict on a run, from the Job's conditions and from what its pods and events say.
 * Anything not proven passed is not a pass: `passed` is made here and nowhere else.
 */
import type { RunRecord } from '../api/e2espec.ts';
import type { Job } from '../api/kubernetes.ts';
import { fromKubernetes, type Reason, withAdvice } from '../api/reasons.ts';
import type { Verdict } from '../api/verdict.ts';
import { currentBlocker } from './blockers.ts';
import { condition, newestFirst } from './conditions.ts';
import type { Evidence } from './evidence.ts';
import { atDeadline, type Failure, failedBy, hookFailed } from './last-words.ts';
import { type End, isGood, type Proof, proofOf, spanOf } from './proof.ts';
import { secondsBetween, secondsOf } from './seconds.ts';
import { terminationOf } from './termination.ts';
import { failuresInWords, passedCount, readTestResult, summarize } from './test-result.ts';
import { withTraces } from './traces.ts';

export function failed(reason: Reason, message: string): Verdict {
  return { kind: 'failed', reason, message };
}

export function inconclusive(reason: Reason, message: string): Verdict {
  return { kind: 'inconclusive', reason, message: withAdvice(reason, message) };
}

export function running(reason: Reason, message: string): Verdict {
  return { kind: 'running', reason, message };
}

const onRetryReason = 'PassedOnRetry';

function passed(message: string, reason: 'Passed' | typeof onRetryReason | 'Skipped' = 'Passed'): Verdict {
  return { kind: 'passed', reason, message };
}

/** `now` is the API server's time. */
export function judge(job: Job, evidence: Evidence, now: Date): Verdict {
  return withTraces(verdictOn(job, evidence, now), evidence.pods);
}

function verdictOn(job: Job, evidence: Evidence, now: Date): Verdict {
  const failure = condition(job, 'Failed', 'FailureTarget');
  if (failure !== undefined) return judgeFailure(job, failure, evidence);
  if (condition(job, 'Complete', 'SuccessCriteriaMet')) return judgeSuccess(job, evidence);
  return judgeRunning(job, evidence, now);
}

/** Needs a pod that proves it; the result that the test handed over may still say otherwise. One is enough. */
function judgeSuccess(job: Job, { pods, events }: Evidence): Verdict {
  const proofs = newestFirst(pods).map((pod) => proofOf(pod, job, events));
  const proven = proofs.find(isPass);
  if (proven !== undefined) return judgeResult(proven.end, proofs.flatMap(failureOf).at(-1));
  const taken = proofs.find((proof) => proof.kind === 'takenAway');
  if (taken?.end !== undefined && isGood(taken.end)) {
    return inconclusive('PodDisrupted', `the test ended with 0 while its pod was taken away (${taken.why})`);
  }
  const [hooked] = proofs.flatMap((proof) => (proof.kind === 'hookFailed' ? [hookFailed(proof.end)] : []));
  if (hooked !== undefined) return inconclusive(hooked.reason, hooked.message);
  const left =
    pods.length === 0 ? 'its pod is gone, and with it the proof of a pass' : 'none of its pods proves a pass';
  return inconclusive('ResultLost', `the Job is complete, but ${left}`);
}

function isPass(proof: Proof): proof is Extract<Proof, { kind: 'ended' }> {
  return proof.kind === 'ended' && isGood(proof.end) && proof.pod.status?.phase === 'Succeeded';
}

/** How a pod's test has failed by itself; nothing where it has not. */
function failureOf(proof: Proof): Failure | [] {
  if (proof.kind === 'atDeadline') return atDeadline(proof.end);
  return proof.kind === 'ended' && !isGood(proof.end) ? failedBy(proof.end) : [];
}

/** `former`: what failed at the first try. */
function judgeResult(end: End, former: Failure | undefined): Verdict {
  const ran = spanOf(end);
  const verdict = resultOf(end, ran === undefined ? '' : ` in ${secondsOf(ran)} s`);
  const told = former === undefined ? verdict : onRetry(verdict, `the first try failed: ${former.message}`);
  return { ...told, ...(ran && { ran }) };
}

/** A pass that was none at once. */
function onRetry(verdict: Verdict, how: string): Verdict {
  if (verdict.kind !== 'passed') return verdict;
  return { ...verdict, ...passed(`${verdict.message}; ${how}`, onRetryReason) };
}

function resultOf({ message = '' }: End, time: string): Verdict {
  const read = readTestResult(message);
  switch (read.kind) {
    case 'nothing':
      return passed(`the test passed${time}`);
    case 'unreadable':
      return inconclusive('ResultUnreadable', `the test ended with exit code 0, but ${read.message}`);
    case 'result': {
      const { counts, flaky } = read.result;
      if (counts.failed > 0) return { ...failed('TestsFailed', summarize(read.result, time)), counts };
      if (passedCount(counts) <= 0) {
        return {
          ...inconclusive(
            'NoTestsRun',
            `none of ${counts.total} tests ran${failuresInWords(read.result)}; exit code 0 alone is not a pass`,
          ),
          counts,
        };
      }
      const skipped = counts.skipped ? `, ${counts.skipped} skipped` : '';
      const verdict = {
        ...passed(`${passedCount(counts)} of ${counts.total} tests passed${time}${skipped}`),
        counts,
      };
      return flaky > 0 ? onRetry(verdict, `${flaky} of them not at the first try`) : verdict;
    }
  }
}

function judgeFailure(job: Job, failure: { reason: Reason; message: string }, evidence: Evidence): Verdict {
  const end = terminationOf(job, evidence, failure);
  switch (end.kind) {
    case 'stillRunning':
      return running(failure.reason, `${failure.message}; the test is being stopped`);
    case 'failed': {
      const { counts, ran } = end;
      return { ...failed(end.reason, end.message), ...(counts && { counts }), ...(ran && { ran }) };
    }
    case 'inconclusive':
      return inconclusive(end.reason, end.message);
  }
}

function judgeRunning(job: Job, evidence: Evidence, now: Date): Verdict {
  if (condition(job, 'Suspended')) return running('Suspended', `the Job is suspended${timesOf(job, now)}`);
  if (job.status?.ready) return running('Running', `the test runs${timesOf(job, now)}`);
  const found = currentBlocker(evidence, now);
  if (found === undefined) return running('Starting', `the test's pod is starting${timesOf(job, now)}`);
  if (found.isFinal) return inconclusive(found.reason, found.message);
  return running(found.reason, `${found.message}${timesOf(job, now)}`);
}

const lostResults: readonly string[] = ['ResultLost', 'PodDisrupted'];

/** Whether the test may have run and its proof is lost: that says nothing against the revision, so it never rolls back by itself. */
export function isLostResult({ kind, reason }: Verdict): boolean {
  return kind === 'inconclusive' && lostResults.includes(reason);
}

/** The verdict that a record of this very run keeps; `running` where it has none yet. */
export function recordedVerdict(record: RunRecord): Verdict {
  const { message = '', links, logUrl } = record;
  const traces = { ...(links && { links }), ...(logUrl !== undefined && { logUrl }) };
  // As it was recorded, whichever word it was.
  const reason = fromKubernetes(record.reason ?? record.verdict);
  switch (record.verdict) {
    case 'Passed':
      return { ...passed(message, record.reason === onRetryReason ? onRetryReason : 'Passed'), ...traces };
    case 'Skipped':
      return passed(message, 'Skipped');
    case 'Failed':
      return { ...failed(reason, message), ...traces };
    case 'Inconclusive':
      return { kind: 'inconclusive', reason, message, ...traces };
    default:
      return running(reason, message);
  }
}

/** Since when it goes on, and how long it may. A suspended Job has no time. */
function timesOf({ spec, status }: Job, now: Date): string {
  if (status?.startTime === undefined) return '';
  const since = secondsBetween(status.startTime, now);
  const deadline = spec?.activeDeadlineSeconds;
  const left = deadline === undefined ? '' : `, ${Math.max(0, deadline - since)} s left until its deadline`;
  return `; ${since} s since its Job began${left}`;
}
