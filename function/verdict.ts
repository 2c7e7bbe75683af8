/**
 * The verdict on a run, from the Job's conditions and what its pods and events tell.
 * Anything not proven passed is not a pass: `passed` is made here and nowhere else.
 */
import type { RunRecord } from './e2espec.ts';
import type { Job, Pod } from './kube/wire.ts';
import { opening } from './record/words.ts';
import { withAdvice } from './verdict/advice.ts';
import { type Evidence, obstacle } from './verdict/diagnosis.ts';
import { ending, endOfTest } from './verdict/ending.ts';
import { proofOf } from './verdict/proof.ts';
import { type Counts, inWords, passes, readResult } from './verdict/result.ts';

export interface Verdict {
  kind: 'passed' | 'failed' | 'inconclusive' | 'running';
  /** One word, Kubernetes' own where it has one. */
  reason: string;
  message: string;
  /** Of the single tests, where the test has handed over a result. */
  counts?: Counts;
}

export function failed(reason: string, message: string): Verdict {
  return { kind: 'failed', reason, message };
}

export function inconclusive(reason: string, message: string): Verdict {
  return { kind: 'inconclusive', reason, message: withAdvice(reason, message) };
}

export function running(reason: string, message: string): Verdict {
  return { kind: 'running', reason, message };
}

function passed(message: string, reason: 'Passed' | 'Skipped' = 'Passed'): Verdict {
  return { kind: 'passed', reason, message };
}

type ConditionType = 'Complete' | 'SuccessCriteriaMet' | 'Failed' | 'FailureTarget' | 'Suspended';

// Never by position or by counters: from Kubernetes 1.31 an interim condition comes before the terminal one.
// https://github.com/kubernetes/enhancements/tree/master/keps/sig-apps/3998-job-success-completion-policy
export function condition(job: Job, ...types: ConditionType[]): { reason: string; message: string } | undefined {
  const found = job.status?.conditions?.find(
    ({ type, status }) => status === 'True' && types.some((wanted) => wanted === type),
  );
  return found && { reason: found.reason ?? found.type, message: found.message ?? '' };
}

/** What has to be read for a verdict besides the Job: a ready pod tells nothing that the Job does not. */
export function evidenceNeeded(job: Job): 'nothing' | 'pods' | 'podsAndEvents' {
  if (condition(job, 'Failed', 'FailureTarget')) return 'podsAndEvents';
  if (condition(job, 'Complete', 'SuccessCriteriaMet')) return 'pods';
  return condition(job, 'Suspended') || job.status?.ready ? 'nothing' : 'podsAndEvents';
}

/** `now` is the API server's time. */
export function judge(job: Job, evidence: Evidence, now: Date): Verdict {
  const failure = condition(job, 'Failed', 'FailureTarget');
  if (failure !== undefined) return judgeFailure(job, failure, evidence);
  if (condition(job, 'Complete', 'SuccessCriteriaMet')) return judgeSuccess(job, evidence);
  return judgeRunning(job, evidence, now);
}

/** Needs a pod that proves it; what the pod's test handed over may still say otherwise. */
function judgeSuccess(job: Job, { pods }: Evidence): Verdict {
  const proof = proofOf(pods);
  switch (proof.kind) {
    case 'lost':
      return inconclusive('ResultLost', 'the Job is complete, but its pod is gone, and with it the proof of a pass');
    case 'disrupted':
      return inconclusive('PodDisrupted', `the test ended with 0 while its pod was taken away (${opening(proof.why)})`);
    case 'proven':
      return judgeResult(job, proof.pod);
  }
}

function judgeResult(job: Job, pod: Pod): Verdict {
  const handed = readResult(endOfTest(pod)?.message ?? '');
  switch (handed.kind) {
    case 'nothing':
      return passed(`the test passed${tookOf(job)}`);
    case 'unreadable':
      return inconclusive('ResultUnreadable', `the test ended with exit code 0, but ${handed.message}`);
    case 'result': {
      const { counts } = handed.result;
      if (counts.failed > 0) return { ...failed('TestsFailed', inWords(handed.result)), counts };
      if (passes(counts) <= 0) {
        return {
          ...inconclusive('NoTestsRun', `none of ${counts.total} tests ran; exit code 0 alone is no pass`),
          counts,
        };
      }
      const skipped = counts.skipped ? `, ${counts.skipped} skipped` : '';
      return { ...passed(`${passes(counts)} of ${counts.total} tests passed${tookOf(job)}${skipped}`), counts };
    }
  }
}

function judgeFailure(job: Job, failure: { reason: string; message: string }, evidence: Evidence): Verdict {
  const end = ending(evidence, failure);
  switch (end.kind) {
    case 'stillRunning':
      if (condition(job, 'Failed')) return failed(failure.reason, failure.message);
      return running(failure.reason, `${failure.message}; the test is being stopped`);
    case 'ran':
      return { ...failed(end.reason, end.message), ...(end.counts && { counts: end.counts }) };
    case 'neverRan':
      return inconclusive(end.reason, end.message);
  }
}

function judgeRunning(job: Job, evidence: Evidence, now: Date): Verdict {
  if (condition(job, 'Suspended')) return running('Suspended', `the Job is suspended${timesOf(job, now)}`);
  if (job.status?.ready) return running('Running', `the test runs${timesOf(job, now)}`);
  const found = obstacle(evidence, now);
  if (found === undefined) return running('Starting', `the test's pod is starting${timesOf(job, now)}`);
  if (found.isFinal) return inconclusive(found.reason, found.message);
  return running(found.reason, `${found.message}${timesOf(job, now)}`);
}

const lostResults: readonly string[] = ['ResultLost', 'PodDisrupted'];

/** Whether the test ended with 0 and its proof is lost: that says nothing against the revision, so it never rolls back by itself. */
export function isLostResult({ kind, reason }: Verdict): boolean {
  return kind === 'inconclusive' && lostResults.includes(reason);
}

/** The verdict that a record of this very run keeps; `running` where it has none yet. */
export function recordedVerdict(record: RunRecord): Verdict {
  const { reason = record.verdict, message = '' } = record;
  switch (record.verdict) {
    case 'Passed':
      return passed(message);
    case 'Skipped':
      return passed(message, 'Skipped');
    case 'Failed':
      return failed(reason, message);
    case 'Inconclusive':
      return { kind: 'inconclusive', reason, message };
    default:
      return running(reason, message);
  }
}

function tookOf(job: Job): string {
  const { startTime, completionTime } = job.status ?? {};
  if (startTime === undefined || completionTime === undefined) return '';
  return ` in ${seconds(startTime, new Date(completionTime))} s`;
}

/** Since when it goes on, and how long it may. A suspended Job has no time. */
function timesOf({ spec, status }: Job, now: Date): string {
  if (status?.startTime === undefined) return '';
  const since = seconds(status.startTime, now);
  const deadline = spec?.activeDeadlineSeconds;
  const left = deadline === undefined ? '' : `, ${Math.max(0, deadline - since)} s left until its deadline`;
  return `; ${since} s since its Job began${left}`;
}

function seconds(from: string, to: Date): number {
  return Math.max(0, Math.round((to.getTime() - new Date(from).getTime()) / 1000));
}
