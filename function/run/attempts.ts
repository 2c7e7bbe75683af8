/**
 * Which Job of a run comes next: the first, another try, or none because it is decided.
 */
import { type E2ESpec, type RunRecord, withDefaults } from '../api/e2espec.ts';
import { type Job, timestamp } from '../api/kubernetes.ts';
import type { Verdict } from '../api/verdict.ts';
import { inconclusive, judge, running } from '../verdict/judge.ts';
import { hasStarted } from '../verdict/termination.ts';
import { withLogUrl } from '../verdict/traces.ts';
import { factsOf } from './annotations.ts';
import { isEdited } from './order.ts';
import { jobRecord, waitingRecord } from './record.ts';
import type { RunState } from './state.ts';
import { type Attempt, answer, type Step, type StepInput } from './step.ts';
import { withoutNote } from './target-note.ts';
import { mayHaveExpired } from './ttl.ts';

/** The first of a run. */
export const first: Attempt = { attempt: 1, lostJobs: 0, message: '' };

export function whenAwaited(
  { record, job }: Extract<RunState, { kind: 'jobAwaited' }>,
  { spec, now }: StepInput,
): Step {
  const { attempt = 1, removed: lostJobs = 0, startedAt, reason, message = '' } = record;
  const why = reason === 'Deleting' ? message : `attempt ${attempt} of ${attemptsOf(spec)}`;
  const asItWas = { attempt, lostJobs, message: attempt === 1 ? '' : why };
  return {
    do: 'start',
    next: attempt > 1 && isEdited(record, spec) ? { ...afterEdit(spec), lostJobs } : asItWas,
    ...(job && { previousJob: job }),
    // From a time that is none, or is still to come, it would be waited for ever.
    ...(startedAt !== undefined && Date.parse(startedAt) <= now.getTime() && { waitingSince: startedAt }),
  };
}

export function fromJob(job: Job, input: StepInput): Step {
  const { run, spec, evidence, now, logUrlTemplate } = input;
  const verdict = withLogUrl(judge(job, evidence, now), job, logUrlTemplate);
  const { attempt, lostJobs, ...made } = factsOf(job);
  const wasEdited = isEdited({ ...made, ...(made.specUid !== undefined && { specUID: made.specUid }) }, spec);
  const isOpen = verdict.kind === 'running' || verdict.kind === 'inconclusive';
  if (wasEdited && isOpen && !hasStarted(job, evidence)) {
    return { do: 'start', next: { ...afterEdit(spec), lostJobs }, previousJob: job };
  }
  const attempts = attemptsOf(spec);
  if (verdict.kind === 'inconclusive' && attempt < attempts) {
    const message = `attempt ${attempt + 1} of ${attempts}; attempt ${attempt} could not run: ${verdict.reason}: ${verdict.message}`;
    return again(job, { attempt: attempt + 1, lostJobs, message }, input);
  }
  const complete = withNotes(verdict, attempt, attempts, wasEdited);
  const record = jobRecord(run, job, complete, now);
  const newer = wasEdited && { newerGeneration: spec.metadata.generation };
  return { ...answer(complete), record: { ...record, ...newer } };
}

/** How often a run may be begun. */
export function attemptsOf({ spec }: Pick<E2ESpec, 'spec'>): number {
  return 1 + withDefaults(spec).inconclusiveRetries;
}

// The number of tries stands on the Job alone, which is to go.
function again(job: Job, next: Attempt, { run, spec, now }: StepInput): Step {
  const { target } = factsOf(job);
  const counted = { attempt: next.attempt, removed: next.lostJobs };
  const record = waitingRecord(run, spec, running('Deleting', next.message), timestamp(now), now, counted);
  return { do: 'start', next, previousJob: job, record: { ...record, ...(target !== undefined && { target }) } };
}

function withNotes(verdict: Verdict, attempt: number, attempts: number, wasEdited: boolean): Verdict {
  const message = verdict.message + triesInWords(verdict, attempt, attempts);
  if (!wasEdited) return { ...verdict, message };
  const goesOn = verdict.kind === 'running' ? 'this run goes on as it began' : 'the test ran without the edit';
  return { ...verdict, message: `${message}; the E2ESpec was edited, but ${goesOn}` };
}

function triesInWords({ kind }: Verdict, attempt: number, attempts: number): string {
  if (kind === 'inconclusive' && attempts > 1) return ` (${attempts} attempts)`;
  return kind === 'running' && attempt > 1 ? `; attempt ${attempt} of ${attempts}` : '';
}

export function afterEdit(spec: E2ESpec): Attempt {
  const message = `the E2ESpec was edited (generation ${spec.metadata.generation}) before its test could run`;
  return { attempt: 1, lostJobs: 0, message };
}

// Tolerate one deletion (an accident, a manual re-run). A second makes the run inconclusive.
export function afterLoss(record: RunRecord, { run: { jobName, request }, spec, now }: StepInput): Step {
  const { attempt = 1, removed = 0 } = record;
  if (isEdited(record, spec)) return { do: 'start', next: { ...afterEdit(spec), lostJobs: removed } };
  const startAgain = (lostJobs: number, message: string): Step => ({
    do: 'start',
    next: { attempt, lostJobs, message: `${message} before its verdict was read; started again` },
  });
  if (mayHaveExpired(record, withDefaults(spec.spec), now)) {
    return startAgain(removed, `Job ${jobName} had come to the end of its ttlSecondsAfterFinished and was removed`);
  }
  const lostJobs = removed + 1;
  if (lostJobs === 1) return startAgain(lostJobs, `Job ${jobName} was removed`);
  const then = request === undefined ? 'start the rollout again' : 'ask for another run';
  const message = `Job ${jobName} was removed before its verdict was read, twice. Find out what deletes it, then ${then}`;
  const { kind: _, ...lost } = inconclusive('JobRemoved', message);
  const decided = { verdict: 'Inconclusive', removed: lostJobs, finishedAt: timestamp(now) } as const;
  return { ...answer({ kind: 'inconclusive', ...lost }), record: { ...withoutNote(record), ...lost, ...decided } };
}
