/**
 * The verdict on a run, from the Job's conditions and what its pods and events tell.
 * Anything not proven passed is not a pass: `passed` is made here and nowhere else.
 */
import { withAdvice } from './advice.ts';
import type { Evidence } from './diagnosis.ts';
import { obstacle } from './diagnosis.ts';
import type { RunRecord } from './e2espec.ts';
import { ending } from './ending.ts';
import type { Job } from './wire.ts';

export type Verdict =
  | { kind: 'passed'; message: string }
  | { kind: 'failed'; reason: string; message: string }
  | { kind: 'inconclusive'; reason: string; message: string }
  | { kind: 'running'; reason: string; message: string };

export function failed(reason: string, message: string): Verdict {
  return { kind: 'failed', reason, message };
}

export function inconclusive(reason: string, message: string): Extract<Verdict, { kind: 'inconclusive' }> {
  return { kind: 'inconclusive', reason, message: withAdvice(reason, message) };
}

export function running(reason: string, message: string): Verdict {
  return { kind: 'running', reason, message };
}

function passed(message: string): Verdict {
  return { kind: 'passed', message };
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

/** Whether the pods and events have to be read for a verdict: a ready pod tells nothing that the Job does not. */
export function needsEvidence(job: Job): boolean {
  if (condition(job, 'Failed', 'FailureTarget')) return true;
  if (condition(job, 'Complete', 'SuccessCriteriaMet', 'Suspended')) return false;
  return !job.status?.ready;
}

/** `now` is the API server's time. */
export function judge(job: Job, evidence: Evidence, now: Date): Verdict {
  const failure = condition(job, 'Failed', 'FailureTarget');
  if (failure !== undefined) return judgeFailure(job, failure, evidence);
  if (condition(job, 'Complete', 'SuccessCriteriaMet')) return passed(`the test passed${tookOf(job)}`);
  return judgeRunning(job, evidence, now);
}

function judgeFailure(job: Job, failure: { reason: string; message: string }, evidence: Evidence): Verdict {
  const end = ending(evidence, failure);
  switch (end.kind) {
    case 'stillRunning':
      if (condition(job, 'Failed')) return failed(failure.reason, failure.message);
      return running(failure.reason, `${failure.message}; the test is being stopped`);
    case 'ran':
      return failed(end.reason, end.message);
    case 'neverRan':
      return inconclusive(end.reason, end.message);
  }
}

function judgeRunning(job: Job, evidence: Evidence, now: Date): Verdict {
  if (condition(job, 'Suspended')) return running('Suspended', `the Job is suspended${leftOf(job, now)}`);
  if (job.status?.ready) return running('Running', `the test runs${sinceOf(job, now)}${leftOf(job, now)}`);
  const found = obstacle(evidence, now);
  if (found === undefined) return running('Starting', `the test's pod is starting${leftOf(job, now)}`);
  if (found.isFinal) return inconclusive(found.reason, found.message);
  return running(found.reason, `${found.message}${leftOf(job, now)}`);
}

/** The verdict that a record of this very run keeps; `running` where it has none yet. */
export function recordedVerdict(record: RunRecord): Verdict {
  const { reason = record.verdict, message = '' } = record;
  switch (record.verdict) {
    case 'Passed':
      return passed(message);
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

function sinceOf(job: Job, now: Date): string {
  return job.status?.startTime === undefined ? '' : `, ${seconds(job.status.startTime, now)} s since its Job began`;
}

function leftOf(job: Job, now: Date): string {
  const deadline = job.spec?.activeDeadlineSeconds;
  if (deadline === undefined || job.status?.startTime === undefined) return '';
  return `; ${Math.max(0, deadline - seconds(job.status.startTime, now))} s left until its deadline`;
}

function seconds(from: string, to: Date): number {
  return Math.max(0, Math.round((to.getTime() - new Date(from).getTime()) / 1000));
}
