/**
 * What to do about a run: the one place where a verdict, another attempt, a new start and what a person asked for are told
 * apart.
 */
import { type E2ESpec, type RunRecord, withDefaults } from '../api/e2espec.ts';
import type { Job, Target } from '../api/kubernetes.ts';
import { annotation } from '../api/labels.ts';
import type { Verdict } from '../api/verdict.ts';
import { HookError } from '../errors.ts';
import { revisionHash } from '../flagger/target.ts';
import type { Evidence } from '../verdict/evidence.ts';
import { inconclusive, judge, recordedVerdict, running } from '../verdict/judge.ts';
import { hasStarted } from '../verdict/termination.ts';
import { factsOf, targetChangedAt } from './annotations.ts';
import type { Run } from './id.ts';
import { jobRecord, skipRecord } from './record.ts';
import { requestOf, skipOf, unusedSkipMessage } from './requests.ts';
import type { RunState } from './state.ts';

/** The Job to create next. `message` is for whoever asks meanwhile; empty for the first of a run. */
interface Attempt {
  attempt: number;
  lostJobs: number;
  message: string;
}

export type Step =
  /** `record`: what E2ESpec.status is to say from now on. */
  | { do: 'answer'; verdict: Verdict; record?: RunRecord }
  /** The canary is not what this run tests. `changedSince`: when that was first seen; nothing the first time. */
  | { do: 'targetChanged'; job: Job | undefined; changedSince: Date | undefined }
  /** `previousJob`: has the name and must go first. `waitingSince`: for the target, RFC 3339. */
  | { do: 'start'; next: Attempt; previousJob?: Job; waitingSince?: string; requestedByUser?: true }
  /** Let through by hand, once `record` is written. */
  | { do: 'skip'; record: RunRecord };

export interface StepInput {
  run: Run;
  spec: E2ESpec;
  target: Target | undefined;
  evidence: Evidence;
  /** The API server's time. */
  now: Date;
}

/** Throws AlreadyExists where somebody else's Job has the run's name. */
export function nextStep(state: RunState, input: StepInput): Step {
  return manualStep(state, input) ?? withUnusedSkip(stepFrom(state, input), input);
}

function stepFrom(state: RunState, input: StepInput): Step {
  const { run, spec } = input;
  switch (state.kind) {
    case 'foreign':
      throw alreadyExists(state.job);
    case 'terminating':
      return answer(running('Deleting', `Job ${run.jobName} of a former run is being deleted`));
    case 'stale':
      return { do: 'start', next: first, previousJob: state.job };
    case 'absent':
      return { do: 'start', next: first };
    case 'waitingForTarget': {
      const { startedAt } = state.record;
      return { do: 'start', next: first, ...(startedAt !== undefined && { waitingSince: startedAt }) };
    }
    case 'jobDeleted':
      return afterLoss(state.record, run);
    case 'decided': {
      const { record, job } = state;
      if (record.verdict === 'Inconclusive' && record.specGeneration !== spec.metadata.generation) {
        return { do: 'start', next: afterEdit(spec), ...(job && { previousJob: job }) };
      }
      return whenTargetChanged(record.target, job, input) ?? answer(recordedVerdict(record));
    }
    case 'present':
      return whenTargetChanged(factsOf(state.job).target, state.job, input) ?? fromJob(state.job, input);
  }
}

const first: Attempt = { attempt: 1, lostJobs: 0, message: '' };

function fromJob(job: Job, { run, spec, evidence, now }: StepInput): Step {
  const verdict = judge(job, evidence, now);
  const { attempt, lostJobs, specGeneration } = factsOf(job);
  const isEdited = specGeneration !== spec.metadata.generation;
  const isOpen = verdict.kind === 'running' || verdict.kind === 'inconclusive';
  if (isEdited && isOpen && !hasStarted(job, evidence)) {
    return { do: 'start', next: { ...afterEdit(spec), lostJobs }, previousJob: job };
  }
  const attempts = 1 + withDefaults(spec.spec).inconclusiveRetries;
  if (verdict.kind === 'inconclusive' && attempt < attempts) {
    const message = `attempt ${attempt + 1} of ${attempts}; attempt ${attempt} could not run: ${verdict.reason}: ${verdict.message}`;
    return { do: 'start', next: { attempt: attempt + 1, lostJobs, message }, previousJob: job };
  }
  const complete = withNotes(verdict, attempt, attempts, isEdited);
  return { ...answer(complete), record: jobRecord(run, job, complete, now) };
}

function withNotes(verdict: Verdict, attempt: number, attempts: number, isEdited: boolean): Verdict {
  if (verdict.kind === 'inconclusive' && attempts > 1) {
    return { ...verdict, message: `${verdict.message} (${attempts} attempts)` };
  }
  if (verdict.kind !== 'running') return verdict;
  const which = attempt > 1 ? `; attempt ${attempt} of ${attempts}` : '';
  const edited = isEdited ? '; the E2ESpec was edited, this run goes on as it began' : '';
  return { ...verdict, message: verdict.message + which + edited };
}

function afterEdit(spec: E2ESpec): Attempt {
  const message = `the E2ESpec was edited (generation ${spec.metadata.generation}) before its test could run`;
  return { attempt: 1, lostJobs: 0, message };
}

// Tolerate one deletion (an accident, a manual re-run). A second makes the run inconclusive.
function afterLoss(record: RunRecord, { jobName }: Run): Step {
  const lostJobs = (record.removed ?? 0) + 1;
  const message = `Job ${jobName} was removed before its verdict was read`;
  if (lostJobs === 1) {
    return { do: 'start', next: { attempt: record.attempt ?? 1, lostJobs, message: `${message}; started again` } };
  }
  const verdict = inconclusive(
    'JobRemoved',
    `${message}, twice. Find out what deletes it, then start the rollout again`,
  );
  return {
    ...answer(verdict),
    record: { ...record, reason: verdict.reason, message: verdict.message, verdict: 'Inconclusive', removed: lostJobs },
  };
}

function whenTargetChanged(tested: string | undefined, job: Job | undefined, { target }: StepInput): Step | undefined {
  // A target that is gone is not what was tested either.
  if (tested === undefined || (target !== undefined && tested === revisionHash(target))) return undefined;
  return { do: 'targetChanged', job, changedSince: targetChangedAt(job) };
}

export function alreadyExists({ metadata }: Job): HookError {
  const owner = metadata?.ownerReferences?.[0];
  const whose = owner ? `${owner.kind} ${owner.name}` : 'nobody';
  const message = `Job ${metadata?.name} exists and is not of this run (it belongs to ${whose}). Delete or rename it: kubectl delete job ${metadata?.name} -n ${metadata?.namespace}`;
  return new HookError('AlreadyExists', message);
}

function answer(verdict: Verdict): Extract<Step, { do: 'answer' }> {
  return { do: 'answer', verdict };
}

/** What a person asked for comes before what the run says by itself. */
function manualStep(state: RunState, { run, spec, target, now }: StepInput): Step | undefined {
  const skip = skipOf(spec, run);
  if (skip !== undefined) {
    return { do: 'skip', record: skipRecord(run, spec, skip, target && revisionHash(target), now) };
  }
  const request = requestOf(spec);
  const begun = begunRun(state);
  if (request === undefined || begun === undefined || begun.requestedAt === request) return undefined;
  const message = `run again, as annotation ${annotation.requestedAt} (${request}) asks for`;
  const next = { attempt: 1, lostJobs: 0, message };
  return { do: 'start', next, ...(begun.job && { previousJob: begun.job }), requestedByUser: true };
}

/** What was begun, and by which request; nothing where nothing was, or where something else comes first. */
function begunRun(state: RunState): { requestedAt: string | undefined; job: Job | undefined } | undefined {
  switch (state.kind) {
    case 'present':
      return { requestedAt: factsOf(state.job).requestedAt, job: state.job };
    case 'decided':
      return { requestedAt: state.record.requestedAt, job: state.job };
    case 'jobDeleted':
      return { requestedAt: state.record.requestedAt, job: undefined };
    case 'foreign':
    case 'stale':
    case 'terminating':
    case 'waitingForTarget':
    case 'absent':
      return undefined;
  }
}

/** Tells the person who asks now why a skip does nothing here; the record keeps what the run says. */
function withUnusedSkip(step: Step, { run, spec }: StepInput): Step {
  const message = unusedSkipMessage(spec, run);
  if (message === undefined || step.do !== 'answer' || step.verdict.kind === 'passed') return step;
  return { ...step, verdict: { ...step.verdict, message: `${step.verdict.message}; ${message}` } };
}
