/**
 * The TTL-after-finished controller: a finished Job goes, pods and verdict, so many seconds after its terminal condition.
 */
import type { Clock } from './clock.ts';
import { deleteObject } from './deletion.ts';
import { resources } from './resources.ts';
import type { Store } from './store.ts';
import { isFinishedJob, type Job } from './workloads.ts';

export function startJobTtl(store: Store, clock: Clock): void {
  const expire = (uid: string, namespace: string, name: string) => {
    const job = store.get(resources.jobs, namespace, name) as Job | undefined;
    if (job?.metadata.uid !== uid || job.metadata.deletionTimestamp !== undefined) return;
    const left = secondsLeft(job, clock.now());
    if (left === undefined) return;
    if (left > 0) clock.after(left, () => expire(uid, namespace, name));
    else deleteObject(store, clock, resources.jobs, job, { propagationPolicy: 'Foreground', preconditions: { uid } });
  };
  store.subscribe(({ type, resource, object }) => {
    if (resource !== resources.jobs || type === 'DELETED' || !isFinishedJob(object as Job)) return;
    const { uid, namespace = '', name } = object.metadata;
    clock.after(0.1, () => expire(uid, namespace, name));
  });
}

function secondsLeft(job: Job, now: Date): number | undefined {
  const ttl = job.spec.ttlSecondsAfterFinished;
  const terminal = job.status.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed');
  if (ttl === undefined || !terminal) return undefined;
  return (Date.parse(terminal.lastTransitionTime) - now.getTime()) / 1000 + ttl;
}
