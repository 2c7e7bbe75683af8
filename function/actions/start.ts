/**
 * Starts a run: deletes the previous Job, or running Jobs of other revisions and creates the Job. Or lets it through
 * without its test, because a person asked for it.
 */
import type { Status } from '../api/e2espec.ts';
import type { Job } from '../api/kubernetes.ts';
import type { Verdict } from '../api/verdict.ts';
import { allInOrder, HookError } from '../errors.ts';
import { jobManifest } from '../job/manifest.ts';
import type { Kube } from '../kube/client.ts';
import { QuotaError } from '../kube/response.ts';
import { canarySelector } from '../run/annotations.ts';
import { withRecord } from '../run/history.ts';
import type { Run } from '../run/id.ts';
import { alreadyExists, isOfAnotherRevision, ownership } from '../run/ownership.ts';
import { isFinal, recordOf } from '../run/record.ts';
import type { Step } from '../run/step.ts';
import { condition } from '../verdict/conditions.ts';
import { recordedVerdict, running } from '../verdict/judge.ts';
import { type Context, orUnavailable, type RunSnapshot } from './context.ts';
import { eventsOn, noRoomEvent } from './events.ts';
import { notReadyReason, waitForTarget } from './wait-for-target.ts';
import { patchStatus, recordSkip, tell } from './write-status.ts';

/** `job`: as it is stored, where this call has created it. */
interface Started {
  verdict: Verdict;
  job?: Job;
}

type Start = Extract<Step, { do: 'start' }>;

export async function start(step: Start, snapshot: RunSnapshot, context: Context): Promise<Started> {
  const { run, spec, canary, target } = snapshot;
  const { kube, payload } = context;
  if (step.previousJob !== undefined) return { verdict: await makeRoom(step, step.previousJob, snapshot, context) };
  const missing = canary && (await notReadyReason(canary, target, kube));
  if (missing !== undefined) return { verdict: await waitForTarget(missing, step, snapshot, context) };
  const { attempt, lostJobs, message } = step.next;
  const manifest = jobManifest({ run, attempt, lostJobs, spec, payload, canary, target });
  if (run.request === undefined) await deleteSupersededJobs(run, kube);
  const job = await kube.createJob(manifest).catch((error) => tellNoRoom(error, snapshot, context));
  if (job === 'exists') return { verdict: await onAlreadyExists(run, kube) };
  // It may have been changed on its way in, so that no later call would know it.
  if (ownership(job, run) !== 'owned') throw alreadyExists(job, run);
  return { verdict: running('Started', message || 'the Job was created'), job };
}

/** Throws the error: the next call tries again. */
async function tellNoRoom(error: unknown, { run, spec, canary, now }: RunSnapshot, context: Context): Promise<never> {
  if (error instanceof QuotaError)
    await tell(eventsOn(noRoomEvent(run, error.message), canary, spec, now, context.statusUrl), context);
  throw error;
}

/** The former Job goes first, and its pods with it: the next call finds the name free. */
async function makeRoom(
  { next, record }: Start,
  previousJob: Job,
  { run, spec, canary, now }: RunSnapshot,
  context: Context,
): Promise<Verdict> {
  if (record !== undefined) {
    const change = (status: Status | undefined) => {
      const known = recordOf(status, run);
      // Of two that look at once one may have seen the pod that the other one has missed.
      const isDecided = known !== undefined && isFinal(known) && known.jobUID === previousJob.metadata?.uid;
      if (isDecided) throw new HookError('ServiceUnavailable', 'another call has recorded its verdict');
      return withRecord(status, record);
    };
    const written = patchStatus(spec, change, { ...context, canary, now });
    await orUnavailable(written, `${next.message}; that cannot be recorded, so it does not begin`);
  }
  await context.kube.deleteJob(previousJob);
  const deleted = `Job ${previousJob.metadata?.name} of a former run is being deleted`;
  return running('Deleting', next.message === '' ? deleted : `${next.message}; ${deleted}`);
}

/** AlreadyExists: another call of this run, or an unrelated Job. */
async function onAlreadyExists(run: Run, kube: Kube): Promise<Verdict> {
  const { value: job } = await kube.getJob(run.namespace, run.jobName);
  if (job === undefined) return running('Deleting', `Job ${run.jobName} of a former run has just been deleted`);
  const whose = ownership(job, run);
  if (whose === 'foreign') throw alreadyExists(job, run);
  const isNew = whose === 'owned' && job.metadata?.deletionTimestamp === undefined;
  return isNew
    ? running('Started', 'the Job was created by another call')
    : running('Deleting', `Job ${run.jobName} of a former run is being deleted`);
}

/** Running Jobs that test another revision of this canary test nothing any more. Nobody waits for them: the name is another. */
async function deleteSupersededJobs(run: Run, kube: Kube): Promise<void> {
  const superseded = await kube.listJobs(run.namespace, canarySelector(run), (job) => {
    if (!isOfAnotherRevision(job, run) || condition(job, 'Complete', 'Failed')) return undefined;
    // No more of it: it may be large, and there may be many.
    const { namespace, name, uid } = job.metadata ?? {};
    return { metadata: { ...(namespace && { namespace }), ...(name && { name }), ...(uid && { uid }) } };
  });
  await allInOrder(superseded.map((job) => kube.deleteJob(job)));
}

/** Never silently: only once it is on record, and while it is asked for. */
export async function skip(
  { record }: Extract<Step, { do: 'skip' }>,
  snapshot: RunSnapshot,
  context: Context,
): Promise<Verdict> {
  await orUnavailable(recordSkip(snapshot, record, context), 'the skip cannot be recorded, so it does not count yet');
  return recordedVerdict(record);
}
