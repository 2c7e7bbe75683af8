/**
 * Starts a run: deletes the previous Job and running Jobs of other revisions, then creates the Job. Or lets it through
 * without its test, because a person asked for it.
 */
import type { Job } from '../api/kubernetes.ts';
import type { Verdict } from '../api/verdict.ts';
import { allInOrder, HookError } from '../errors.ts';
import { jobManifest } from '../job/manifest.ts';
import type { Kube } from '../kube/client.ts';
import { canarySelector, isOfAnotherRevision, ownership } from '../run/annotations.ts';
import type { Run } from '../run/id.ts';
import { alreadyExists, type Step } from '../run/next-step.ts';
import { condition } from '../verdict/conditions.ts';
import { recordedVerdict, running } from '../verdict/judge.ts';
import type { Context, RunSnapshot } from './context.ts';
import { notReadyReason, waitForTarget } from './wait-for-target.ts';
import { recordSkip } from './write-status.ts';

/** `job`: as it is stored, where this call has created it. */
interface Started {
  verdict: Verdict;
  job?: Job;
}

export async function start(
  { next, previousJob, waitingSince }: Extract<Step, { do: 'start' }>,
  snapshot: RunSnapshot,
  context: Context,
): Promise<Started> {
  const { run, spec, canary, target } = snapshot;
  const { kube, payload } = context;
  const missing = canary && (await notReadyReason(canary, target, kube));
  if (missing !== undefined) return { verdict: await waitForTarget(missing, waitingSince, snapshot, context) };
  const { attempt, lostJobs, message } = next;
  const manifest = jobManifest({ run, attempt, lostJobs, spec, payload, canary, target });
  await allInOrder([previousJob ? kube.deleteJob(previousJob) : Promise.resolve(), deleteSupersededJobs(run, kube)]);
  const job = await kube.createJob(manifest);
  if (job === 'exists') return { verdict: await onAlreadyExists(run, kube) };
  return { verdict: running('Started', message || 'the Job was created'), job };
}

/** AlreadyExists: another call of this run, or an unrelated Job. */
async function onAlreadyExists(run: Run, kube: Kube): Promise<Verdict> {
  const { value: job } = await kube.getJob(run.namespace, run.jobName);
  if (job === undefined) return running('Deleting', `Job ${run.jobName} of a former run has just been deleted`);
  switch (ownership(job, run)) {
    case 'owned':
      return running('Started', 'the Job was created by another call');
    case 'stale':
      return running('Deleting', `Job ${run.jobName} of a former run is being deleted`);
    case 'foreign':
      throw alreadyExists(job);
  }
}

/** Running Jobs that test another revision of this canary test nothing any more. */
async function deleteSupersededJobs(run: Run, kube: Kube): Promise<void> {
  const superseded = await kube.listJobs(run.namespace, canarySelector(run), (job) => {
    if (!isOfAnotherRevision(job, run) || condition(job, 'Complete', 'Failed')) return undefined;
    // No more of it: it may be large, and there may be many.
    const { namespace, name, uid } = job.metadata ?? {};
    return { metadata: { ...(namespace && { namespace }), ...(name && { name }), ...(uid && { uid }) } };
  });
  await allInOrder(superseded.map((job) => kube.deleteJob(job)));
}

/** Never silently: only once it is on record. */
export async function skip(
  { record }: Extract<Step, { do: 'skip' }>,
  snapshot: RunSnapshot,
  context: Context,
): Promise<Verdict> {
  try {
    await recordSkip(snapshot, record, context);
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    const message = `the skip cannot be recorded, so it does not count yet: ${error.message}`;
    throw new HookError('ServiceUnavailable', message);
  }
  return recordedVerdict(record);
}
