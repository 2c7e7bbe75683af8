/**
 * A Job of the run's name that is being deleted. The next test waits until it is gone, and its pods with it: two tests at
 * once would trip each other up.
 */
import type { Job, Pod } from '../api/kubernetes.ts';
import type { Verdict } from '../api/verdict.ts';
import { inconclusive, running } from '../verdict/judge.ts';

const patienceSeconds = 60;
// https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
const defaultGraceSeconds = 30;
// The garbage collector takes it away when the pods are gone: https://kubernetes.io/docs/concepts/architecture/garbage-collection/#foreground-deletion
const foreground = 'foregroundDeletion';

/** Whether a Job is still there a minute after it should be gone. Jobs have no grace, their pods have. */
export function isStuck({ metadata, spec }: Job, now: Date): boolean {
  if (metadata?.deletionTimestamp === undefined) return false;
  const grace = metadata.finalizers?.includes(foreground)
    ? (spec?.template?.spec?.terminationGracePeriodSeconds ?? defaultGraceSeconds)
    : 0;
  return secondsSince(metadata.deletionTimestamp, now) > grace + patienceSeconds;
}

/** `pods`: those that are left of a Job that is stuck. */
export function deleting(job: Job, pods: Pod[], now: Date): Verdict {
  const { name, deletionTimestamp = '', finalizers = [] } = job.metadata ?? {};
  if (!isStuck(job, now)) return running('Deleting', `Job ${name} of a former run is being deleted`);
  const others = finalizers.filter((finalizer) => finalizer !== foreground);
  const holders = [...others.map((finalizer) => `finalizer ${finalizer}`), ...pods.map(describePod)];
  const held = holders.length > 0 ? holders.join(', ') : heldBy(finalizers[0]);
  const since = secondsSince(deletionTimestamp, now);
  return inconclusive(
    'JobStuck',
    `Job ${name} of a former run was deleted ${since} s ago and is still there, held by ${held}`,
  );
}

function heldBy(finalizer: string | undefined): string {
  return finalizer === undefined ? 'nothing that can be seen' : `finalizer ${finalizer}`;
}

/** Whether its containers may still run. */
export function isAlive({ status }: Pod): boolean {
  return status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

/** `pods`: those of a Job that is gone, which have not ended. */
export function ending(pods: Pod[], now: Date): Verdict {
  const held = pods.map(describePod).join(', ');
  // The time of a pod's deletion includes its grace.
  const since = Math.max(...pods.map(({ metadata }) => secondsSince(metadata?.deletionTimestamp ?? '', now) || 0));
  if (since <= patienceSeconds)
    return running('Deleting', `the Job was removed, and its test is still ending: ${held}`);
  return inconclusive('JobStuck', `the Job was removed, and its test has been ending for ${since} s, held by ${held}`);
}

function describePod({ metadata, spec }: Pod): string {
  const finalizers = metadata?.finalizers?.length ? ` (finalizer ${metadata.finalizers.join(', ')})` : '';
  return `pod ${metadata?.name} on ${spec?.nodeName ? `node ${spec.nodeName}` : 'no node'}${finalizers}`;
}

function secondsSince(time: string, now: Date): number {
  return Math.round((now.getTime() - Date.parse(time)) / 1000);
}
