/**
 * Pods and Jobs that are taken away while the test runs.
 */
import type { Spec } from '../../../function/api/e2espec.ts';
import type { Job } from '../../../function/api/kubernetes.ts';
import { at } from '../documents.ts';
import type { Place } from '../environment.ts';
import { isDisrupted, isOver, isTrue, lasting, type Scenario, sh, slowToEnd } from '../scenario.ts';
import { until } from '../until.ts';

const evicted: Scenario['disturb'] = ({ evict, namespace, pod }) => evict({ namespace, pod });

const important = (namespace: string) => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  name: namespace,
});

/** A pod of higher priority wants what its node has just one of, so that nothing else is preempted. */
function preempted(seat: string, test: Spec, isMoment: Scenario['isMoment']): Scenario {
  const resources = { limits: { [seat]: '1' } };
  const setSeats = async ({ kubernetes }: Place, seats: string | null): Promise<void> => {
    const nodes = await kubernetes.list({ apiVersion: 'v1', kind: 'Node', namespace: '' });
    const node = nodes.find((each) => at(each, 'spec', 'taints') === undefined);
    const key = { apiVersion: 'v1', kind: 'Node', namespace: '', name: node?.metadata.name ?? '' };
    await kubernetes.patch(key, { status: { capacity: { [seat]: seats } } }, 'status');
  };
  return {
    prepare: (place) => setSeats(place, '1'),
    spec: { ...test, resources },
    async disturb({ kubernetes, namespace }) {
      const { name, ...type } = important(namespace);
      await kubernetes.apply({ ...type, metadata: { name }, value: 1000 });
      const container = { name: 'main', image: test.image, command: ['sleep', '600'], resources };
      const spec = { priorityClassName: name, terminationGracePeriodSeconds: 0, containers: [container] };
      await kubernetes.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'important', namespace }, spec });
    },
    isMoment,
    async tidy(place) {
      await setSeats(place, null);
      await place.kubernetes.delete({ ...important(place.namespace), namespace: '' });
    },
  };
}

/** Tidies up on SIGTERM and ends with 0, as Node, Java and Go programs do. */
const polite = sh('trap "exit 0" TERM; echo looking at the checkout; sleep 600 & wait');

const finalizer = 'example.com/kept';

/** Somebody's finalizer keeps the pod to be seen. */
function kept(job: Job): Job {
  const copy = structuredClone(job);
  if (copy.spec) copy.spec.template.metadata = { ...copy.spec.template.metadata, finalizers: [finalizer] };
  return copy;
}

async function letGo({ kubernetes, namespace }: Place): Promise<void> {
  for (const { apiVersion, kind, metadata } of await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace })) {
    await kubernetes.patch(
      { apiVersion, kind, namespace, name: metadata.name ?? '' },
      { metadata: { finalizers: null } },
    );
  }
}

async function sweep({
  kubernetes,
  namespace,
  pod,
  job,
}: Parameters<NonNullable<Scenario['disturb']>>[0]): Promise<void> {
  const look = async () =>
    isTrue(await kubernetes.get({ ...jobs, namespace, name: job }), 'Complete') ? [] : ['runs'];
  await until('the Job is complete', look, 60_000);
  await kubernetes.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod });
}

const jobs = { apiVersion: 'batch/v1', kind: 'Job' };
const isGone: Scenario['isMoment'] = (snapshot) => isOver(snapshot) && snapshot.pods.length === 0;

export const disruptions: Record<string, Scenario> = {
  'evicted-and-ended-with-0': { spec: polite, disturb: evicted, isMoment: isGone },
  'evicted-and-kept-when-it-ended-with-0': {
    spec: polite,
    change: kept,
    disturb: evicted,
    isMoment: (snapshot) => isOver(snapshot) && snapshot.pods.some(({ status }) => status?.phase === 'Succeeded'),
    tidy: letGo,
  },
  'deleted-and-kept-when-it-ended-with-0': {
    spec: polite,
    change: kept,
    disturb: ({ kubernetes, namespace, pod }) =>
      kubernetes.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod }),
    isMoment: (snapshot) => isOver(snapshot) && snapshot.pods.some(({ status }) => status?.phase === 'Succeeded'),
    tidy: letGo,
  },
  'swept-after-its-pass': { spec: sh('echo all is well; sleep 2'), disturb: sweep, isMoment: isGone },
  'evicted-while-stopping': { spec: slowToEnd, disturb: evicted, isMoment: ({ pods }) => pods.some(isDisrupted) },
  'evicted-until-gone': {
    spec: slowToEnd,
    disturb: evicted,
    // The Job controller does not count it any more; it takes its grace to end.
    isMoment: ({ job, pods }) => job.status?.ready === 0 && pods.some(isDisrupted),
  },
  'evicted-and-made-again': {
    spec: lasting,
    disturb: evicted,
    isMoment: ({ job, events }) =>
      job.status?.ready === 1 && events.filter(({ reason }) => reason === 'SuccessfulCreate').length > 1,
  },
  'preempted-until-gone': preempted(
    'example.com/seat',
    slowToEnd,
    ({ job, pods }) => job.status?.ready === 0 && pods.some(isDisrupted),
  ),
  'preempted-and-waiting': preempted(
    'example.com/chair',
    lasting,
    ({ job, pods, events }) =>
      job.status?.terminating === 0 &&
      events.filter(({ reason }) => reason === 'SuccessfulCreate').length > 1 &&
      pods.some(({ status }) => status?.conditions?.some(({ reason }) => reason === 'Unschedulable')),
  ),
  'deleted-while-running': {
    spec: slowToEnd,
    disturb: ({ kubernetes, namespace, job }) =>
      kubernetes.delete({ apiVersion: 'batch/v1', kind: 'Job', namespace, name: job }, 'Foreground'),
    isMoment: ({ job, pods }) =>
      job.metadata?.deletionTimestamp !== undefined &&
      job.status?.ready === 0 &&
      pods.some(({ metadata }) => metadata?.deletionTimestamp !== undefined),
  },
};
