/**
 * One way in which a run can come to its end or be kept from it, and the moment at which it is worth a fixture.
 */
import type { Spec } from '../../function/api/e2espec.ts';
import type { Event, Job, Pod } from '../../function/api/kubernetes.ts';
import { condition } from '../../function/verdict/conditions.ts';
import { at } from './documents.ts';
import type { Place } from './environment.ts';
import type { Kubernetes, KubernetesObject } from './kubernetes.ts';
import { until } from './until.ts';

/** A Job, its pods and the events on all of them, as the API server gives them at one time. */
export interface Snapshot {
  at: string;
  job: Job;
  pods: Pod[];
  events: Event[];
}

/** Takes a pod away by the Eviction API, as `kubectl drain` does. */
export type Evict = (pod: { namespace: string; pod: string }) => Promise<void>;

export interface Scenario {
  spec: Spec;
  /** What the function itself would not put into a Job. */
  change?: (job: Job) => Job;
  /** What has to be there before. */
  prepare?: (place: Place) => Promise<unknown>;
  /** What has to be done once its test runs. */
  disturb?: (place: Place & { pod: string; job: string; evict: Evict }) => Promise<unknown>;
  /** Takes away what is not in the namespace. */
  tidy?: (place: Place) => Promise<unknown>;
  /** Whether this is the moment. */
  isMoment: (snapshot: Snapshot) => boolean;
  /** Over before a busy machine has seen it: enough for a fixture, too rare for a suite. */
  isFleeting?: true;
}

export const image = 'busybox:1.36';
export const noImage = 'registry.invalid/no-such-image:1';

export function sh(script: string): Spec {
  return { image, command: ['sh', '-c', script] };
}

export const lasting = sh('echo looking at the checkout; sleep 600');

/** A shorter deadline than the function allows, so that nobody has to wait for it. */
export const endsAfter =
  (seconds: number) =>
  (job: Job): Job => {
    const copy = structuredClone(job);
    if (copy.spec === undefined) return copy;
    copy.spec.activeDeadlineSeconds = seconds;
    const pod = copy.spec.template.spec;
    if (pod !== undefined) pod.activeDeadlineSeconds = Math.max(1, seconds - 5);
    return copy;
  };

/** Its shell ignores SIGTERM, so that there is time to see it end. */
export const slowToEnd: Spec = { ...lasting, podTemplate: { spec: { terminationGracePeriodSeconds: 10 } } };

export function isOver({ job }: Snapshot): boolean {
  return condition(job, 'Complete', 'Failed') !== undefined;
}

/** The event is there, and the Job controller has counted. */
export function hasEvent(...reasons: string[]): (snapshot: Snapshot) => boolean {
  return ({ job, events }) => hasCounted(job) && events.some(({ reason }) => reasons.some((each) => reason === each));
}

export function hasCounted({ status }: Job): boolean {
  return status?.ready !== undefined;
}

/** Some container of the pod waits for one of these reasons, and the Job controller has counted. */
export function waitsFor(...reasons: string[]): (snapshot: Snapshot) => boolean {
  return ({ job, pods }) =>
    hasCounted(job) &&
    pods.some(({ status }) =>
      status?.containerStatuses?.some(({ state }) => reasons.some((each) => each === state?.waiting?.reason)),
    );
}

export function isDisrupted({ status }: Pod): boolean {
  return status?.conditions?.some(({ type }) => type === 'DisruptionTarget') ?? false;
}

/** Whether a condition of the object is True. */
export function isTrue(object: unknown, condition: string): boolean {
  const conditions = at(object, 'status', 'conditions');
  if (!Array.isArray(conditions)) return false;
  return conditions.some((each) => at(each, 'type') === condition && at(each, 'status') === 'True');
}

/** Applies an object and waits until it is what is needed of it. */
export async function applied(
  kubernetes: Kubernetes,
  object: KubernetesObject,
  isSo: (object: KubernetesObject) => boolean,
): Promise<void> {
  const { apiVersion, kind, metadata } = await kubernetes.apply(object);
  const { namespace = '', name = '' } = metadata;
  const look = async (): Promise<string[]> => {
    const now = await kubernetes.get({ apiVersion, kind, namespace, name });
    return now !== undefined && isSo(now) ? [] : [`${kind} ${name}: ${JSON.stringify(now?.['status'])}`];
  };
  await until('what a scenario needs is there', look, 60_000);
}
