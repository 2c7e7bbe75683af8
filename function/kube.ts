/**
 * All that the verifier asks of the Kubernetes API: errors are values, a missing object is `undefined`.
 * `kube/` carries it out; nothing else talks to the cluster.
 */
import type { Canary } from './canary.ts';
import type { E2ESpec, Status } from './e2espec.ts';
import type { Fault } from './fault.ts';
import type { Event, Job, Pod } from './kube/wire.ts';
import type { EndpointSlice, Revision, Target, TargetResource } from './target.ts';

/** A read: `now` is the API server's time at its answer. */
export interface Read<T> {
  value: T | undefined;
  now: Date;
}

/** Everything the verifier asks of the Kubernetes API, within one webhook call's budget. */
export interface Kube {
  getCanary(namespace: string, name: string): Promise<Read<Canary> | Fault>;
  getE2ESpec(namespace: string, name: string): Promise<Read<E2ESpec> | Fault>;
  getJob(namespace: string, name: string): Promise<Read<Job> | Fault>;
  getTarget(namespace: string, resource: TargetResource): Promise<Read<Target> | Fault>;
  getRevision(namespace: string, name: string): Promise<Read<Revision> | Fault>;
  /** The slices of one Service. */
  listEndpointSlices(namespace: string, service: string): Promise<Read<EndpointSlice[]> | Fault>;
  listJobs(namespace: string, labelSelector: string): Promise<Read<Job[]> | Fault>;
  /** The pods of exactly this Job, by its uid. */
  listPods(namespace: string, jobUid: string): Promise<Read<Pod[]> | Fault>;
  /** The events of one object, by the field selector `involvedObject.{field}={value}`. */
  listEvents(namespace: string, involved: { field: 'uid' | 'name'; value: string }): Promise<Read<Event[]> | Fault>;
  /** Resolves to the Job as it is stored; `exists`: a Job of that name is there already. */
  createJob(job: Job, mode?: 'dryRun'): Promise<Job | 'exists' | Fault>;
  /** Sets annotations of this very Job (null takes one away); of no other that has its name by now. */
  annotateJob(job: Job, annotations: Record<string, string | null>): Promise<Fault | undefined>;
  /** Deletes this very Job and its pods; `changed`: another Job has its name by now. */
  deleteJob(job: Job): Promise<'gone' | 'changed' | Fault>;
  /** Merge patch of the status at the given resourceVersion; `conflict`: somebody wrote in between. */
  patchStatus(spec: E2ESpec, status: Status): Promise<'patched' | 'conflict' | Fault>;
  /** Done as well when an Event of that name is there already. */
  createEvent(event: Event): Promise<Fault | undefined>;
}
