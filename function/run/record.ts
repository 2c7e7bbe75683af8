/**
 * One record of E2ESpec.status: what was decided on a run, for good. What a new record does to the others: `history.ts`.
 */
import type { E2ESpec, RecordedVerdict, RunRecord, Status } from '../api/e2espec.ts';
import { type Job, timestamp } from '../api/kubernetes.ts';
import type { Verdict } from '../api/verdict.ts';
import { oneLine } from '../text.ts';
import { secondsOf } from '../verdict/seconds.ts';
import { factsOf } from './annotations.ts';
import type { Run } from './id.ts';
import { shownId } from './requested.ts';
import { requestOf, type Skip } from './requests.ts';

const longestReason = 128;

type Identity = Pick<RunRecord, 'canary' | 'canaryUID' | 'rollout' | 'checksum' | 'hook'>;

export function identityOf(run: Run): Identity {
  const { canary, canaryUid, checksum, rollout, metadataHash } = run;
  return { canary, canaryUID: canaryUid, checksum, rollout, hook: metadataHash };
}

export function isSameRun(a: Identity, b: Identity): boolean {
  return isSameRollout(a, b) && a.checksum === b.checksum && a.hook === b.hook;
}

/** Two that do not say which Canary they are of are not of the same one. */
export function isSameRollout(a: Identity, b: Identity): boolean {
  const isKnown = Boolean(a.canaryUID) && Boolean(a.rollout);
  return isKnown && a.canary === b.canary && a.canaryUID === b.canaryUID && a.rollout === b.rollout;
}

/** The record that answers for this run, if there is one. */
export function recordOf(status: Status | undefined, run: Run): RunRecord | undefined {
  const identity = identityOf(run);
  return status?.runs?.find((record) => isSameRun(record, identity) && isCurrent(record));
}

/** Whether both say the same of the same try of a run. */
export function isSameNews(a: RunRecord, b: RunRecord): boolean {
  return isSameRun(a, b) && a.verdict === b.verdict && a.jobUID === b.jobUID;
}

/** Whether it may answer: what was superseded, cancelled or never tested does not. */
export function isCurrent({ verdict }: RunRecord): boolean {
  return verdict !== 'Superseded' && verdict !== 'Cancelled' && verdict !== 'PromotedUnverified';
}

export function isFinal({ verdict }: RunRecord): boolean {
  return isPass({ verdict }) || verdict === 'Failed' || verdict === 'Inconclusive';
}

export function isPass({ verdict }: Pick<RunRecord, 'verdict'>): boolean {
  return verdict === 'Passed' || verdict === 'Skipped';
}

const recordedVerdicts: Record<Verdict['kind'], RecordedVerdict> = {
  passed: 'Passed',
  failed: 'Failed',
  inconclusive: 'Inconclusive',
  running: 'Running',
};

/** The record of what a Job of this run has come to. `now` is the API server's time. */
export function jobRecord(run: Run, job: Job, verdict: Verdict, now: Date): RunRecord {
  const { metadata, status } = job;
  const { attempt, lostJobs, specUid, specGeneration, target, requestedAt } = factsOf(job);
  return {
    ...identityOf(run),
    attempt,
    job: run.jobName,
    jobUID: metadata?.uid ?? '',
    ...verdictFields(verdict),
    startedAt: status?.startTime ?? metadata?.creationTimestamp ?? timestamp(now),
    ...endFields(job, verdict, now),
    ...(specUid !== undefined && { specUID: specUid }),
    specGeneration,
    ...(target !== undefined && { target }),
    ...(lostJobs > 0 && { removed: lostJobs }),
    ...(requestedAt !== undefined && { requestedAt }),
    ...modeFields(run),
    ...triggerFields(run),
  };
}

/** The same record, with what its Job has come to since. */
export function decidedRecord(record: RunRecord, job: Job, verdict: Verdict, now: Date): RunRecord {
  const { reason: _, ...rest } = record;
  return { ...rest, ...verdictFields(verdict), ...endFields(job, verdict, now) };
}

/** When the test ended: by its own container, else by its Job, else now that it is seen. */
function endFields(job: Job, { kind, ran }: Verdict, now: Date): Pick<RunRecord, 'finishedAt' | 'durationSeconds'> {
  if (kind === 'running') return {};
  if (ran !== undefined) return { finishedAt: ran.finishedAt, durationSeconds: secondsOf(ran) };
  return { finishedAt: endOf(job) ?? timestamp(now) };
}

const terminal: readonly string[] = ['Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget'];

/** When the Job controller saw the end: the first of its terminal conditions, not the poll that came across it. */
function endOf({ status }: Job): string | undefined {
  if (status?.completionTime !== undefined) return status.completionTime;
  const times = (status?.conditions ?? []).flatMap(({ type, status: is, lastTransitionTime }) =>
    is === 'True' && terminal.includes(type) ? (lastTransitionTime ?? []) : [],
  );
  return times.sort()[0];
}

/** What is counted of a run: a record keeps it where no Job does. */
type Counted = Pick<RunRecord, 'attempt' | 'removed'>;

/** The record of a run that has no Job yet: its target is not ready, or a former Job has to go. `since`, `now`: RFC 3339 and the API server's time. */
export function waitingRecord(
  run: Run,
  spec: E2ESpec,
  verdict: Verdict,
  since: string,
  now: Date,
  { attempt = 1, removed = 0 }: Counted = {},
): RunRecord {
  return {
    ...identityOf(run),
    ...(attempt > 1 && { attempt }),
    ...(removed > 0 && { removed }),
    ...verdictFields(verdict),
    startedAt: since,
    ...(verdict.kind !== 'running' && { finishedAt: timestamp(now) }),
    ...requestFields(spec, run),
    ...modeFields(run),
    ...triggerFields(run),
  };
}

/** The record of a run that a person lets through without its test. `target`: hash of what is let through. */
export function skipRecord(run: Run, spec: E2ESpec, skip: Skip, target: string | undefined, now: Date): RunRecord {
  return {
    ...identityOf(run),
    verdict: 'Skipped',
    message: oneLine(`skipped by hand: ${skip.reason}`),
    finishedAt: timestamp(now),
    ...requestFields(spec, run),
    ...(target !== undefined && { target }),
    skip: skip.value,
    ...modeFields(run),
  };
}

function modeFields({ mode }: Run): Pick<RunRecord, 'mode'> {
  return mode === undefined ? {} : { mode };
}

function triggerFields({ request }: Run): Pick<RunRecord, 'trigger' | 'id'> {
  return request === undefined ? {} : { trigger: 'request', id: shownId(request.id) };
}

function verdictFields(verdict: Verdict): Partial<RunRecord> & Pick<RunRecord, 'verdict'> {
  const { kind, reason, message, counts, links, logUrl } = verdict;
  return {
    verdict: recordedVerdicts[kind],
    ...(reason !== 'Passed' && { reason: reason.slice(0, longestReason) }),
    message: oneLine(message),
    ...(counts && { counts }),
    ...(links && { links }),
    ...(logUrl !== undefined && { logUrl }),
  };
}

function requestFields(spec: E2ESpec, run: Run): Pick<RunRecord, 'specUID' | 'specGeneration' | 'requestedAt'> {
  const requestedAt = run.request === undefined ? requestOf(spec) : undefined;
  const { uid: specUID, generation: specGeneration } = spec.metadata;
  return { specUID, specGeneration, ...(requestedAt !== undefined && { requestedAt }) };
}
