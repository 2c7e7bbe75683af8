/**
 * Fetches what a verdict needs besides the Job: its pods, and the events where the pods are silent or gone.
 */
import { type Fault, isFault } from '../fault.ts';
import type { Event, Job, Pod } from '../kube/wire.ts';
import type { Kube } from '../kube.ts';
import { evidenceNeeded } from '../verdict.ts';
import { createdPods } from './diagnosis/events.ts';
import type { Evidence } from './diagnosis.ts';
import { neverStarted } from './ending.ts';

export async function gather(job: Job, kube: Kube): Promise<Evidence | Fault> {
  const needed = evidenceNeeded(job);
  if (needed === 'nothing') return { pods: [], events: [] };
  const { namespace = '', uid = '' } = job.metadata ?? {};
  const [pods, events] = await Promise.all([
    kube.listPods(namespace, uid),
    needed === 'pods' ? { value: [] } : kube.listEvents(namespace, { field: 'uid', value: uid }),
  ]);
  if (isFault(pods)) return pods;
  if (isFault(events)) return events;
  const jobEvents = events.value ?? [];
  const silentPod = podToAskAbout(pods.value ?? [], jobEvents);
  if (needed === 'pods' || silentPod === undefined) return { pods: pods.value ?? [], events: jobEvents };
  const podEvents = await kube.listEvents(namespace, { field: 'name', value: silentPod });
  if (isFault(podEvents)) return podEvents;
  return { pods: pods.value ?? [], events: [...jobEvents, ...(podEvents.value ?? [])] };
}

/** A pod that still waits, one whose container never was, or one that its Job's deadline deleted: the Job's SuccessfulCreate event names it. */
function podToAskAbout(pods: Pod[], jobEvents: Event[]): string | undefined {
  const silent = pods.find((pod) => pod.status?.phase === 'Pending' || neverStarted(pod));
  if (silent !== undefined) return silent.metadata?.name;
  if (pods.length > 0) return undefined;
  return createdPods(jobEvents).at(-1);
}
