/**
 * What to do about a run: the one place where a verdict, another attempt and a new start are told apart. Pure.
 */
import type { E2ESpec, RunRecord } from '../e2espec.ts';
import type { Fault } from '../fault.ts';
import type { Job } from '../kube/wire.ts';
import { describeRun } from '../record.ts';
import { annotation, attemptOf, type Run, removedOf, specGenerationOf } from '../run.ts';
import { revisionHash, type Target } from '../target.ts';
import type { Evidence } from '../verdict/diagnosis.ts';
import { hasStarted } from '../verdict/ending.ts';
import { inconclusive, judge, recordedVerdict, running, type Verdict } from '../verdict.ts';
import { askedByHand, withNote } from './by-hand.ts';
import type { Standing } from './standing.ts';

/** The Job to create next. `why` is told to whoever asks meanwhile; empty for the first of a run. */
export interface Attempt {
  attempt: number;
  removed: number;
  why: string;
}

export type Step =
  /** `record`: what E2ESpec.status is to say from now on. */
  | { do: 'answer'; verdict: Verdict; record?: RunRecord }
  | { do: 'refuse'; fault: Fault }
  /** The canary is not what this run tests. `since`: when that was first seen; nothing at first sight. */
  | { do: 'disown'; fault: Fault; job: Job | undefined; since: Date | undefined }
  /** `former`: the Job that has the name and must go first. `since`: the target is waited for, RFC 3339. */
  | { do: 'start'; next: Attempt; former?: Job; since?: string; isAskedFor?: true }
  /** Let through by hand, once `record` is written. */
  | { do: 'skip'; record: RunRecord };

export interface Seen {
  run: Run;
  spec: E2ESpec;
  target: Target | undefined;
  evidence: Evidence;
  /** The API server's time. */
  now: Date;
}

export function nextStep(standing: Standing, seen: Seen): Step {
  return askedByHand(standing, seen) ?? withNote(stepFrom(standing, seen), seen);
}

function stepFrom(standing: Standing, seen: Seen): Step {
  const { run, spec } = seen;
  switch (standing.kind) {
    case 'foreign':
      return { do: 'refuse', fault: nameTaken(standing.job) };
    case 'leaving':
      return answer(running('Deleting', `Job ${run.jobName} of a former run is being deleted`));
    case 'stale':
      return { do: 'start', next: first, former: standing.job };
    case 'absent':
      return { do: 'start', next: first };
    case 'awaited': {
      const { startedAt } = standing.record;
      return { do: 'start', next: first, ...(startedAt !== undefined && { since: startedAt }) };
    }
    case 'lost':
      return afterLoss(standing.record, run);
    case 'recorded': {
      const { record, job } = standing;
      if (record.verdict === 'Inconclusive' && record.specGeneration !== spec.metadata.generation) {
        return { do: 'start', next: afterEdit(spec), ...(job && { former: job }) };
      }
      return whenTargetChanged(record.target, job, seen) ?? answer(recordedVerdict(record));
    }
    case 'present':
      return whenTargetChanged(targetOf(standing.job), standing.job, seen) ?? fromJob(standing.job, seen);
  }
}

const first: Attempt = { attempt: 1, removed: 0, why: '' };

function fromJob(job: Job, { run, spec, evidence, now }: Seen): Step {
  const verdict = judge(job, evidence, now);
  const isEdited = specGenerationOf(job) !== spec.metadata.generation;
  const isOpen = verdict.kind === 'running' || verdict.kind === 'inconclusive';
  if (isEdited && isOpen && !hasStarted(job, evidence)) {
    return { do: 'start', next: { ...afterEdit(spec), removed: removedOf(job) }, former: job };
  }
  const attempt = attemptOf(job);
  const attempts = 1 + (spec.spec.inconclusiveRetries ?? 2);
  if (verdict.kind === 'inconclusive' && attempt < attempts) {
    const why = `attempt ${attempt + 1} of ${attempts}; attempt ${attempt} could not run: ${verdict.reason}: ${verdict.message}`;
    return { do: 'start', next: { attempt: attempt + 1, removed: removedOf(job), why }, former: job };
  }
  const told = withNotes(verdict, attempt, attempts, isEdited);
  return { ...answer(told), record: describeRun(run, job, told, now) };
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
  const why = `the E2ESpec was edited (generation ${spec.metadata.generation}) before its test could run`;
  return { attempt: 1, removed: 0, why };
}

// Once is an accident or a kubectl delete to run again; twice is somebody who removes Jobs faster than verdicts are read.
function afterLoss(record: RunRecord, { jobName }: Run): Step {
  const removed = (record.removed ?? 0) + 1;
  const message = `Job ${jobName} was removed before its verdict was read`;
  if (removed === 1)
    return { do: 'start', next: { attempt: record.attempt ?? 1, removed, why: `${message}; started again` } };
  const verdict = inconclusive(
    'JobRemoved',
    `${message}, twice. Find out what deletes it, then start the rollout again`,
  );
  return {
    ...answer(verdict),
    record: { ...record, reason: verdict.reason, message: verdict.message, verdict: 'Inconclusive', removed },
  };
}

function targetOf({ metadata }: Job): string | undefined {
  return metadata?.annotations?.[annotation.target];
}

function whenTargetChanged(tested: string | undefined, job: Job | undefined, { target }: Seen): Step | undefined {
  // A target that is gone is not what was tested either.
  if (tested === undefined || (target !== undefined && tested === revisionHash(target))) return undefined;
  const message = 'the canary changed since this run began; its verdict says nothing about what runs now';
  const since = job?.metadata?.annotations?.[annotation.targetChangedAt];
  const fault: Fault = { kind: 'targetChanged', message };
  return { do: 'disown', fault, job, since: since === undefined ? undefined : new Date(since) };
}

export function nameTaken({ metadata }: Job): Fault {
  const owner = metadata?.ownerReferences?.[0];
  const whose = owner ? `${owner.kind} ${owner.name}` : 'nobody';
  const message = `Job ${metadata?.name} exists and is not of this run (it belongs to ${whose}). Delete or rename it: kubectl delete job ${metadata?.name} -n ${metadata?.namespace}`;
  return { kind: 'nameTaken', message };
}

function answer(verdict: Verdict): Extract<Step, { do: 'answer' }> {
  return { do: 'answer', verdict };
}
