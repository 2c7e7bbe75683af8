/**
 * The Job controller of Kubernetes 1.34, for NonIndexed Jobs: pods up to the parallelism, back-off, suspension,
 * the interim condition before the terminal one (KEP-3939, KEP-4368).
 */
import type { Api } from './api.ts';
import type { Clock } from './clock.ts';
import { addCondition, decidedBy, setCount } from './job-conditions.ts';
import { backoffLeft, createJobPods, isOver, type Memory, type PodCount, TRACKING } from './job-pods.ts';
import { type Finding, findingOf } from './job-verdict.ts';
import type { Recorder } from './recorder.ts';
import { resources } from './resources.ts';
import type { Store, StoredObject } from './store.ts';
import {
  type Condition,
  hasCondition,
  isFinishedJob,
  isFinishedPod,
  type Job,
  type JobStatus,
  type Pod,
} from './workloads.ts';

/** syncJobBatchPeriod is 1 s in the real one; a shorter one keeps tests quick and still shows the interim condition. */
const SYNC_SECONDS = 0.05;
const MAXIMUM_API_BACKOFF_SECONDS = 60;

export function startJobController(store: Store, clock: Clock, api: Api, recorder: Recorder): void {
  const jobPods = createJobPods(store, clock, api, recorder);
  const memories = new Map<string, Memory>();
  const memoryOf = (uid: string): Memory => {
    const fresh = { scheduled: false, counted: new Set<string>(), failures: 0, lastFailure: 0, refusals: 0 };
    const memory = memories.get(uid) ?? fresh;
    memories.set(uid, memory);
    return memory;
  };
  const current = (job: StoredObject): Job | undefined => {
    const found = store.get(resources.jobs, job.metadata.namespace, job.metadata.name);
    return found?.metadata.uid === job.metadata.uid ? (found as Job) : undefined;
  };
  const editStatus = (job: Job, change: (status: JobStatus) => void): Job | undefined => {
    const found = current(job);
    return found && (store.edit(resources.jobs, found, (draft) => change((draft as Job).status)) as Job);
  };

  /** Syncs soon, once for all changes that come together. */
  const enqueue = (job: StoredObject) => {
    const memory = memoryOf(job.metadata.uid);
    if (memory.scheduled) return;
    memory.scheduled = true;
    clock.after(SYNC_SECONDS, () => {
      memory.scheduled = false;
      syncCurrent(job);
    });
  };
  const syncAfter = (job: Job, seconds: number) => clock.after(seconds, () => syncCurrent(job));
  const syncCurrent = (job: StoredObject) => {
    const found = current(job);
    if (found) sync(found);
  };

  const sync = (job: Job) => {
    if (job.spec.managedBy !== undefined && job.spec.managedBy !== 'kubernetes.io/job-controller') return;
    if (isFinishedJob(job)) return jobPods.of(job).filter(isFinishedPod).forEach(jobPods.release);
    const tally = jobPods.count(job, memoryOf(job.metadata.uid));
    const counted = writeCounts(job, tally);
    if (!counted) return;
    const pods = jobPods.of(counted);
    for (const pod of pods) if (isOver(counted, pod)) jobPods.release(pod);
    proceed(counted, tally, pods);
  };
  const proceed = (job: Job, tally: PodCount, pods: Pod[]) => {
    const decided = decidedBy(job.status);
    if (decided) return finish(job, decided);
    const finding = findingOf(job, pods, tally, clock.now());
    if (finding) settle(job, finding);
    else if (job.metadata.deletionTimestamp === undefined) manage(job, tally);
  };
  const writeCounts = (job: Job, tally: PodCount) => {
    const starts = job.status.startTime === undefined && !job.spec.suspend;
    const deadline = job.spec.activeDeadlineSeconds;
    if (starts && deadline !== undefined) syncAfter(job, deadline + 0.01);
    return editStatus(job, (status) => {
      if (starts) status.startTime = clock.timestamp();
      setCount(status, 'active', tally.active);
      setCount(status, 'succeeded', tally.succeeded);
      setCount(status, 'failed', tally.failed);
      status.ready = tally.ready;
      status.terminating = tally.terminating;
      status.uncountedTerminatedPods = {};
    });
  };

  /** The fate is known: the interim condition, and no pod goes on. The next sync makes it terminal. */
  const settle = (job: Job, { type, reason, message }: Finding) => {
    editStatus(job, (status) => addCondition(status, clock.timestamp(), type, reason, message));
    endActivePods(job);
  };
  const endActivePods = (job: Job) => {
    jobPods.deleteActive(job);
    const found = current(job);
    if (found) writeCounts(found, jobPods.count(found, memoryOf(job.metadata.uid)));
  };
  /** The terminal condition waits until no pod terminates any more (delayTerminalCondition). */
  const finish = (job: Job, interim: Condition) => {
    if ((job.status.terminating ?? 0) > 0 || (job.status.active ?? 0) > 0) return;
    const failed = interim.type === 'FailureTarget';
    const { reason = '', message = '' } = interim;
    const finished = editStatus(job, (status) => {
      addCondition(status, clock.timestamp(), failed ? 'Failed' : 'Complete', reason, message);
      if (!failed) status.completionTime = clock.timestamp();
    });
    if (!finished) return;
    if (failed) recorder.event(finished, 'job-controller', 'Warning', reason, message);
    else recorder.event(finished, 'job-controller', 'Normal', 'Completed', 'Job completed');
  };

  const manage = (job: Job, tally: PodCount) => {
    if (job.spec.suspend) return suspend(job);
    if (hasCondition(job.status.conditions, 'Suspended')) resume(job);
    const memory = memoryOf(job.metadata.uid);
    const missing = missingPods(job, tally);
    if (missing <= 0) return;
    const pause = backoffLeft(memory, clock.now());
    if (pause > 0) return void syncAfter(job, pause + 0.01);
    for (let made = 0; made < missing; made++) {
      if (jobPods.create(job)) memory.refusals = 0;
      // DefaultJobApiBackOff: 1 s, doubled each time
      else return void syncAfter(job, Math.min(2 ** memory.refusals++, MAXIMUM_API_BACKOFF_SECONDS));
    }
  };
  const suspend = (job: Job) => {
    if (hasCondition(job.status.conditions, 'Suspended')) return;
    endActivePods(job);
    const suspended = editStatus(job, (status) => {
      delete status.startTime;
      addCondition(status, clock.timestamp(), 'Suspended', 'JobSuspended', 'Job suspended');
    });
    if (suspended) recorder.event(suspended, 'job-controller', 'Normal', 'Suspended', 'Job suspended');
  };
  const resume = (job: Job) => {
    const resumed = editStatus(job, (status) =>
      addCondition(status, clock.timestamp(), 'Suspended', 'JobResumed', 'Job resumed', 'False'),
    );
    if (resumed) recorder.event(resumed, 'job-controller', 'Normal', 'Resumed', 'Job resumed');
  };

  const followPod = (pod: StoredObject) => {
    const owner = (pod.metadata.ownerReferences ?? []).find(({ kind, controller }) => kind === 'Job' && controller);
    const job = owner && store.get(resources.jobs, pod.metadata.namespace, owner.name);
    if (job && job.metadata.uid === owner.uid && job.metadata.deletionTimestamp === undefined) enqueue(job);
    // a pod that no Job counts any more is let go
    else if (pod.metadata.finalizers?.includes(TRACKING)) clock.after(SYNC_SECONDS, () => jobPods.release(pod as Pod));
  };
  store.subscribe(({ type, resource, object }) => {
    if (resource === resources.pods) followPod(object);
    else if (resource === resources.jobs && type !== 'DELETED') enqueue(object);
    else if (resource === resources.jobs) memories.delete(object.metadata.uid);
  });
}

function missingPods(job: Job, tally: PodCount): number {
  const { parallelism, completions = parallelism, podReplacementPolicy } = job.spec;
  const occupied = tally.active + (podReplacementPolicy === 'Failed' ? tally.terminating : 0);
  return Math.min(parallelism, completions - tally.succeeded) - occupied;
}
