/**
 * Pods and Jobs that are taken away while the test runs.
 */
import type { Spec } from '../../../function/e2espec.ts';
import { at } from '../../manifests/documents.ts';
import { kubectl } from '../kubectl.ts';
import { isDisrupted, lasting, type Place, type Scenario, slowToEnd } from '../scenario.ts';

/** What `kubectl drain` does to each pod of a node. */
async function evict({ namespace, pod }: Place & { pod: string }): Promise<void> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name: pod } };
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`;
  await kubectl(['create', '--raw', path, '-f', '-'], { input: JSON.stringify(eviction) });
}

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

export const disruptions: Record<string, Scenario> = {
  'evicted-while-stopping': { spec: slowToEnd, disturb: evict, isMoment: ({ pods }) => pods.some(isDisrupted) },
  'evicted-until-gone': {
    spec: slowToEnd,
    disturb: evict,
    // The Job controller does not count it any more; it takes its grace to end.
    isMoment: ({ job, pods }) => job.status?.ready === 0 && pods.some(isDisrupted),
  },
  'evicted-and-made-again': {
    spec: lasting,
    disturb: evict,
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
