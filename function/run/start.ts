/**
 * Starts a run: what has its name goes, what tests another revision of this canary goes, and the Job is created.
 */
import type { Context, Sight } from '../context.ts';
import { type Fault, isFault } from '../fault.ts';
import { jobManifest } from '../job.ts';
import type { Job } from '../kube/wire.ts';
import { writeDown } from '../record/settle.ts';
import { describeRun } from '../record.ts';
import { annotation, kinship, label, labelValue, manager, type Run } from '../run.ts';
import type { Target } from '../target.ts';
import { condition, running, type Verdict } from '../verdict.ts';
import { tellWiring } from '../wiring/tell.ts';
import { awaitTarget } from './await-target.ts';
import { missingOf } from './readiness.ts';
import { nameTaken, type Step } from './step.ts';

export async function start(
  sight: Sight,
  { next, former, since }: Extract<Step, { do: 'start' }>,
  target: Target | undefined,
  context: Context,
): Promise<Verdict | Fault> {
  const { run, spec, canary } = sight;
  const { kube, payload } = context;
  const missing = canary && (await missingOf(canary, target, kube));
  if (isFault(missing)) return missing;
  if (missing !== undefined) return awaitTarget(missing, since, sight, context);
  const manifest = jobManifest({ run, ...next, spec, payload, canary, target });
  if (isFault(manifest)) return manifest;
  const [cleared, superseded] = await Promise.all([former ? kube.deleteJob(former) : 'gone', stopOthers(run, kube)]);
  if (isFault(cleared)) return cleared;
  if (isFault(superseded)) return superseded;
  const created = await kube.createJob(manifest);
  if (isFault(created)) return created;
  if (created === 'exists') return adopt(run, context);
  const verdict = running('Started', next.why || 'the Job was created');
  await Promise.all([
    writeDown(sight, describeRun(run, created, verdict, sight.now), verdict, context),
    canary && next.why === '' ? tellWiring(canary, [spec], sight.now, context) : undefined,
  ]);
  return verdict;
}

/** Somebody was faster: another call for this run, or a stranger. */
async function adopt(run: Run, { kube }: Context): Promise<Verdict | Fault> {
  const job = await kube.getJob(run.namespace, run.jobName);
  if (isFault(job)) return job;
  if (job.value === undefined) return running('Deleting', `Job ${run.jobName} of a former run has just been deleted`);
  switch (kinship(job.value, run)) {
    case 'ours':
      return running('Started', 'the Job was created by another call');
    case 'stale':
      return running('Deleting', `Job ${run.jobName} of a former run is being deleted`);
    case 'foreign':
      return nameTaken(job.value);
  }
}

/** Running Jobs that test another revision of this canary test nothing any more. */
async function stopOthers(run: Run, kube: Context['kube']): Promise<Fault | undefined> {
  const selector = `${label.managedBy}=${manager},${label.canary}=${labelValue(run.canary)}`;
  const jobs = await kube.listJobs(run.namespace, selector);
  if (isFault(jobs)) return jobs;
  const others = (jobs.value ?? []).filter((job) => isOfAnotherRevision(job, run) && !hasEnded(job));
  const outcomes = await Promise.all(others.map((job) => kube.deleteJob(job)));
  return outcomes.find(isFault);
}

function isOfAnotherRevision({ metadata }: Job, run: Run): boolean {
  const said = metadata?.annotations ?? {};
  return said[annotation.canary] === run.canary && said[annotation.checksum] !== run.checksum;
}

function hasEnded(job: Job): boolean {
  return condition(job, 'Complete', 'Failed') !== undefined;
}
