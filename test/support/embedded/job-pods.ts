/**
 * A Job's pods as its controller handles them: made from the template, counted once each, deleted, let go.
 */
import type { Api } from './api.ts';
import type { Clock } from './clock.ts';
import { deleteObject } from './deletion.ts';
import { decidedBy } from './job-conditions.ts';
import { matchedRule, type Tally } from './job-verdict.ts';
import type { Recorder } from './recorder.ts';
import { resources } from './resources.ts';
import type { Store } from './store.ts';
import { hasCondition, isFinishedPod, type Job, type Pod } from './workloads.ts';

export const TRACKING = 'batch.kubernetes.io/job-tracking';
const BACKOFF_SECONDS = 10;
const MAXIMUM_BACKOFF_SECONDS = 600;

/** What the controller remembers of one Job between syncs. */
export interface Memory {
  scheduled: boolean;
  counted: Set<string>;
  failures: number;
  lastFailure: number;
  refusals: number;
}

export interface PodCount extends Tally {
  ready: number;
  terminating: number;
}

export interface JobPods {
  of(job: Job): Pod[];
  count(job: Job, memory: Memory): PodCount;
  /** False, with an event, where the API server refuses the pod. */
  create(job: Job): boolean;
  deleteActive(job: Job): void;
  release(pod: Pod): void;
}

export function createJobPods(store: Store, clock: Clock, api: Api, recorder: Recorder): JobPods {
  const of = (job: Job) =>
    (store.list(resources.pods, job.metadata.namespace) as Pod[]).filter((pod) =>
      (pod.metadata.ownerReferences ?? []).some((owner) => owner.uid === job.metadata.uid),
    );
  return {
    of,
    count(job, memory) {
      let { succeeded = 0, failed = 0 } = job.status;
      const pods = of(job);
      for (const pod of pods.filter((one) => isOver(job, one) && !memory.counted.has(one.metadata.uid))) {
        memory.counted.add(pod.metadata.uid);
        if (pod.status.phase === 'Succeeded') succeeded++;
        else if (countsAsFailed(job, pod)) {
          failed++;
          memory.failures++;
          memory.lastFailure = clock.now().getTime();
        }
      }
      const unfinished = pods.filter((pod) => !isFinishedPod(pod));
      const active = unfinished.filter((pod) => pod.metadata.deletionTimestamp === undefined);
      const ready = active.filter((pod) => hasCondition(pod.status.conditions, 'Ready')).length;
      return { succeeded, failed, active: active.length, terminating: unfinished.length - active.length, ready };
    },
    create(job) {
      const { name, namespace = '', uid } = job.metadata;
      const { metadata, spec } = job.spec.template;
      const owner = { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true, blockOwnerDeletion: true };
      try {
        const { object } = api.create(resources.pods, namespace, {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { ...metadata, generateName: `${name}-`, finalizers: [TRACKING], ownerReferences: [owner] },
          spec,
        });
        recorder.event(job, 'job-controller', 'Normal', 'SuccessfulCreate', `Created pod: ${object.metadata.name}`);
        return true;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        recorder.event(job, 'job-controller', 'Warning', 'FailedCreate', `Error creating: ${message}`);
        return false;
      }
    },
    deleteActive(job) {
      for (const pod of of(job)) {
        if (isFinishedPod(pod) || pod.metadata.deletionTimestamp !== undefined) continue;
        deleteObject(store, clock, resources.pods, pod, { propagationPolicy: 'Background' });
        recorder.event(job, 'job-controller', 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
      }
    },
    release(pod) {
      const current = store.get(resources.pods, pod.metadata.namespace, pod.metadata.name);
      if (!current?.metadata.finalizers?.includes(TRACKING)) return;
      store.edit(resources.pods, current, (draft) => {
        draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((one) => one !== TRACKING);
        if (draft.metadata.finalizers.length === 0) delete draft.metadata.finalizers;
      });
    },
  };
}

/**
 * With podReplacementPolicy Failed a terminating pod is over only once it has ended. The pods that a decided Job ends
 * are let go at once, and counted as failed where it failed (trackJobStatusAndRemoveFinalizers).
 */
export function isOver(job: Job, pod: Pod): boolean {
  if (isFinishedPod(pod) || decidedBy(job.status) !== undefined) return true;
  return pod.metadata.deletionTimestamp !== undefined && job.spec.podReplacementPolicy !== 'Failed';
}

function countsAsFailed(job: Job, pod: Pod): boolean {
  if (!isFinishedPod(pod) && decidedBy(job.status)?.type === 'SuccessCriteriaMet') return false;
  return matchedRule(job, pod)?.rule.action !== 'Ignore';
}

/** Seconds until the next pod may be made: 10, 20, 40 ... after each failure. */
export function backoffLeft({ failures, lastFailure }: Memory, now: Date): number {
  if (failures === 0) return 0;
  const pause = Math.min(BACKOFF_SECONDS * 2 ** (failures - 1), MAXIMUM_BACKOFF_SECONDS);
  return (lastFailure - now.getTime()) / 1000 + pause;
}
