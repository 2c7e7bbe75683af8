/**
 * What to do about a run: the one place where a verdict, another attempt, a new start and what a person asked for are told
 * apart.
 */
import type { RunRecord } from '../api/e2espec.ts';
import type { Job } from '../api/kubernetes.ts';
import { revisionHash } from '../flagger/target.ts';
import { recordedVerdict } from '../verdict/judge.ts';
import { factsOf, notedOn, type TargetChange } from './annotations.ts';
import { afterEdit, afterLoss, first, fromJob, whenAwaited } from './attempts.ts';
import { manualStep } from './by-hand.ts';
import { deleting, ending, isAlive, isStuck } from './deletion.ts';
import { isEdited } from './order.ts';
import { alreadyExists } from './ownership.ts';
import type { RunState } from './state.ts';
import { answer, type Step, type StepInput } from './step.ts';
import { notedIn, sinceOf } from './target-note.ts';

/** Throws AlreadyExists where somebody else's Job has the run's name. */
export function nextStep(state: RunState, input: StepInput): Step {
  const asked = input.run.request ? undefined : manualStep(state, input);
  const step = asked ?? stepFrom(state, input);
  if (step.do !== 'start') return step;
  if (state.kind === 'jobDeleted') return whileEnding(state.record, input) ?? step;
  const former = step.previousJob;
  return former?.metadata?.deletionTimestamp === undefined ? step : whileDeleting(former, input);
}

/** A Job that somebody has deleted may be gone before its pods are. */
function whileEnding({ job: name, jobUID: uid }: RunRecord, { evidence, now }: StepInput): Step | undefined {
  const left = evidence.pods.filter(isAlive);
  if (left.length === 0) return undefined;
  const verdict = ending(left, now);
  const job: Job = { metadata: { ...(name && { name }), ...(uid && { uid }) } };
  return verdict.kind === 'running' ? answer(verdict) : { do: 'stuck', verdict, job };
}

function whileDeleting(job: Job, { evidence, now }: StepInput): Step {
  const verdict = deleting(job, evidence.pods, now);
  return isStuck(job, now) ? { do: 'stuck', verdict, job } : answer(verdict);
}

function stepFrom(state: RunState, input: StepInput): Step {
  const { run, spec } = input;
  switch (state.kind) {
    case 'foreign':
      throw alreadyExists(state.job, run);
    case 'terminating':
      return whileDeleting(state.job, input);
    case 'stale':
      return { do: 'start', next: first, previousJob: state.job };
    case 'absent':
      return { do: 'start', next: first };
    case 'jobAwaited':
      return whenChanged(state.record, input) ?? whenAwaited(state, input);
    case 'jobDeleted':
      return whenChanged(state.record, input) ?? afterLoss(state.record, input);
    case 'decided': {
      const { record, job } = state;
      const changed = whenChanged(record, input);
      if (changed !== undefined) return changed;
      // What was asked for under an id is answered under it; what is to be tested anew has another one.
      if (record.verdict === 'Inconclusive' && isEdited(record, spec) && run.request === undefined) {
        return { do: 'start', next: afterEdit(spec), ...(job && { previousJob: job }) };
      }
      return answer(recordedVerdict(record));
    }
    case 'present':
      return whenPresent(state.job, input);
  }
}

function whenPresent(job: Job, input: StepInput): Step {
  const step = targetStep(factsOf(job).target, notedOn(job), input, job) ?? fromJob(job, input);
  const isInconclusive = step.do === 'answer' && step.verdict.kind === 'inconclusive';
  // With the pods of a Job that is being deleted goes what would prove more.
  return isInconclusive && job.metadata?.deletionTimestamp !== undefined ? whileDeleting(job, input) : step;
}

/** By what is on record of a run that has no Job to look at. */
function whenChanged(record: RunRecord, input: StepInput): Step | undefined {
  return targetStep(record.target, notedIn(record), input);
}

function targetStep(
  tested: string | undefined,
  noted: Partial<TargetChange>,
  { target, now }: StepInput,
  job?: Job,
): Step | undefined {
  const seen = target && revisionHash(target);
  // A target that is gone is not what was tested either, but nothing that anybody went back to.
  if (tested === undefined || tested === seen) return undefined;
  return { do: 'targetChanged', job, seen, changedSince: seen === undefined ? undefined : sinceOf(noted, seen, now) };
}
