/**
 * Tests that are taken away while they run, or kept from ending, in each way that a cluster knows: none of them promotes,
 * none rolls back; each is run again, and then judged. On the real kubelet, Job controller and scheduler.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { withVerifier } from '../function/behaviour/suite.ts';
import type { CanaryPayload } from '../support/canary.ts';
import { at } from '../support/documents.ts';
import {
  assertAnswer,
  type Behaviour,
  image,
  jobKey,
  onlyJob,
  rollOut,
  until,
  untilDecided,
  type World,
} from '../support/environment.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { evict } from './evict.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest } from './patience.ts';
import { unlessBroken } from './unless-broken.ts';

const AT_ONCE = 6;

/** Long enough to be taken away in the middle; `last`: what it does when it is asked to go. */
const longEnough = (last: string) => ({
  image,
  command: ['sh', '-c', `trap "${last}" TERM; echo looking at the checkout; sleep 12 & wait $!; echo all is well`],
});

const endings = {
  'that ends with 0 then': longEnough('exit 0'),
  'that ends with an error then': longEnough('exit 7'),
};

interface Way {
  /** What the test's pod needs, so that it can be taken away like this. */
  resources?: (namespace: string) => object;
  prepare?: (world: World) => Promise<unknown>;
  take(world: World, test: { pod: string; job: string }): Promise<unknown>;
  tidy?: (world: World) => Promise<unknown>;
}

const nodeName = () => kubectl(['get', 'nodes', '-o', 'jsonpath={.items[0].metadata.name}']);

/** One of them on the node, so that nothing but the test is preempted. */
const seatIn = (namespace: string) => `example.com/${namespace}`;

async function setSeats({ namespace }: World, seats: string | null): Promise<void> {
  const patch = JSON.stringify({ status: { capacity: { [seatIn(namespace)]: seats } } });
  await kubectl(['patch', 'node', await nodeName(), '--subresource=status', '--type=merge', '-p', patch]);
}

const ways: Record<string, Way> = {
  'is drained from its node': {
    async take({ kubernetes, namespace }, { job }) {
      const { metadata } = (await kubernetes.get({ apiVersion: 'batch/v1', kind: 'Job', namespace, name: job })) ?? {};
      // By its uid: a node is drained of the pods of all namespaces, and other suites have Jobs of the same name.
      const selected = ['--pod-selector', `batch.kubernetes.io/controller-uid=${metadata?.uid}`];
      const node = await nodeName();
      try {
        await kubectl(['drain', node, '--ignore-daemonsets', '--force', '--timeout=60s', ...selected]);
      } finally {
        await kubectl(['uncordon', node]);
      }
    },
  },
  'is evicted': { take: ({ namespace }, { pod }) => evict({ namespace, pod }) },
  'is preempted': {
    resources: (namespace) => ({ limits: { [seatIn(namespace)]: '1' } }),
    prepare: (world) => setSeats(world, '1'),
    async take({ kubernetes, namespace }, { pod }) {
      const name = namespace;
      await kubernetes.apply({
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name },
        value: 1000,
      });
      const resources = { limits: { [seatIn(namespace)]: '1' } };
      const container = { name: 'main', image, command: ['sleep', '600'], resources };
      const spec = { priorityClassName: name, terminationGracePeriodSeconds: 0, containers: [container] };
      await kubernetes.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'important', namespace }, spec });
      await until(
        () => kubernetes.get(podKey(namespace, pod)),
        (found) => found === undefined || found.metadata.deletionTimestamp !== undefined,
      );
      await kubernetes.delete(podKey(namespace, 'important'));
    },
    async tidy(world) {
      await setSeats(world, null);
      await kubectl(['delete', 'priorityclass', world.namespace]);
    },
  },
  'is deleted by kubectl delete pod': {
    take: ({ namespace }, { pod }) => kubectl(['-n', namespace, 'delete', 'pod', pod, '--wait=false']),
  },
  'is deleted by force': {
    take: ({ namespace }, { pod }) =>
      kubectl(['-n', namespace, 'delete', 'pod', pod, '--force', '--grace-period=0', '--wait=false']),
  },
};

function podKey(namespace: string, name: string) {
  return { apiVersion: 'v1', kind: 'Pod', namespace, name };
}

async function runningPodOf({ kubernetes, namespace }: World, job: KubernetesObject): Promise<string> {
  const selector = `batch.kubernetes.io/controller-uid=${job.metadata.uid}`;
  const list = () => kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, selector);
  const pods = await until(list, (found) => found.some((pod) => at(pod, 'status', 'phase') === 'Running'));
  return pods[0]?.metadata.name ?? assert.fail('no pod');
}

/** Asks as Flagger does, both hooks, until the gate is decided: it passes in the end, and is never rolled back. */
async function assertRunAgainAndPassed(world: World, payload: CanaryPayload): Promise<void> {
  const decided = await until(
    async () => {
      const rollback = await world.verifier.post('/rollback', payload);
      assertAnswer(rollback, 403);
      return world.verifier.post('/pre-rollout', payload);
    },
    ({ status }) => status !== 429,
  );
  assertAnswer(decided, 200, 'Passed');
}

const taken: Behaviour[] = Object.entries(ways).flatMap(([way, { resources, prepare, take, tidy }]) =>
  Object.entries(endings).map(([ending, spec]) => ({
    title: `A test ${ending} and ${way} is run again, and its second run counts`,
    async run(world: World) {
      await prepare?.(world);
      try {
        const canary = await rollOut(world, { ...spec, ...(resources && { resources: resources(world.namespace) }) });
        const payload = canary.payload();
        assertAnswer(await world.verifier.post('/pre-rollout', payload), 429, 'Started');
        const job = await onlyJob(world);
        const pod = await runningPodOf(world, job);
        await sleep(1500); // its first second is over: times of Kubernetes are whole ones
        await take(world, { pod, job: job.metadata.name ?? '' });
        await assertRunAgainAndPassed(world, payload);
        const last = await runningOrDone(world);
        assert.notEqual(last, pod, 'another pod');
      } finally {
        await tidy?.(world);
      }
    },
  })),
);

async function runningOrDone({ kubernetes, namespace }: World): Promise<string | undefined> {
  const pods = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, 'batch.kubernetes.io/job-name');
  return pods.find((pod) => at(pod, 'status', 'phase') === 'Succeeded')?.metadata.name;
}

const busybox = (name: string, script: string, more: object = {}) => ({
  name,
  image,
  command: ['sh', '-c', script],
  ...more,
});
const beside = (...containers: object[]) => ({ podTemplate: { spec: { containers } } });
const ahead = (...initContainers: object[]) => ({ podTemplate: { spec: { initContainers } } });
const tcp = (port: number) => ({ tcpSocket: { port }, periodSeconds: 1, failureThreshold: 30 });
const passing = { image, command: ['sh', '-c', 'sleep 3; echo all is well'] };
const proxy = 'sleep 5; mkdir -p /www; echo through the proxy > /www/index.html; httpd -f -p 4000 -h /www';
const throughProxy = 'wget -q -O - http://127.0.0.1:4000/ || exit 1';

const sidecars: Behaviour[] = [
  {
    title: 'A test beside a native sidecar that never ends passes when it has ended',
    async run(world) {
      const spec = { ...passing, ...ahead(busybox('sidecar', 'sleep 600', { restartPolicy: 'Always' })) };
      const canary = await rollOut(world, spec);
      assertAnswer(await untilDecided(world, canary.payload()), 200, 'Passed');
    },
  },
  {
    title: 'A test beside an ordinary sidecar that ends on a request passes',
    async run(world) {
      const script = 'sleep 3; echo all is well; echo | nc 127.0.0.1 4001; exit 0';
      const spec = { image, command: ['sh', '-c', script], ...beside(busybox('mesh', 'nc -l -p 4001; exit 0')) };
      const canary = await rollOut(world, spec);
      assertAnswer(await untilDecided(world, canary.payload()), 200, 'Passed');
    },
  },
  {
    title: 'A proxy that is ready 5 s later is waited for where it is a native sidecar with a startup probe',
    async run(world) {
      const sidecar = busybox('proxy', proxy, { restartPolicy: 'Always', startupProbe: tcp(4000) });
      const canary = await rollOut(world, { image, command: ['sh', '-c', throughProxy], ...ahead(sidecar) });
      assertAnswer(await untilDecided(world, canary.payload()), 200, 'Passed');
    },
  },
  {
    title: 'A proxy beside the test that is ready 5 s after it began is told, and a test that waits for it passes',
    async run(world) {
      const script = `until ${throughProxy.replace(' || exit 1', '')}; do sleep 1; done; sleep 2`;
      const sidecar = busybox('proxy', `(${proxy}) & sleep 20; exit 0`, { readinessProbe: tcp(4000) });
      const canary = await rollOut(world, { image, command: ['sh', '-c', script], ...beside(sidecar) });
      const bodies: string[] = [];
      const decided = await until(
        async () => {
          const answered = await world.verifier.post('/pre-rollout', canary.payload());
          bodies.push(answered.body);
          return answered;
        },
        ({ status }) => status !== 429,
      );
      assertAnswer(decided, 200, 'Passed');
      assert.ok(
        bodies.some((body) => body.includes('containers with unready status: [proxy]')),
        bodies.join('\n'),
      );
    },
  },
];

const held: Behaviour[] = [
  {
    title: 'A Job that a finalizer holds is told after a minute, never rolls back, and is run again when it is let go',
    async run(world) {
      const { kubernetes } = world;
      const canary = await rollOut(world, { image, command: ['sh', '-c', 'echo all is well'] });
      const payload = canary.payload();
      assertAnswer(await untilDecided(world, payload), 200);
      const job = await onlyJob(world);
      const key = jobKey(world, job.metadata.name);
      const finalizer = 'example.com/kept';
      const { finalizers = [] } = job.metadata;
      await kubernetes.patch(key, { metadata: { finalizers: [...finalizers, finalizer] } });
      await canary.end('Succeeded');
      await canary.begin('one');
      const stuck = await until(
        async () => {
          assertAnswer(await world.verifier.post('/rollback', payload), 403);
          return world.verifier.post('/pre-rollout', payload);
        },
        ({ status }) => status !== 429,
      );
      assertAnswer(stuck, 424, 'JobStuck', finalizer);
      assertAnswer(await world.verifier.post('/rollback', payload), 403, 'JobStuck');
      await kubernetes.patch(key, { metadata: { finalizers: null } });
      assertAnswer(
        await until(
          () => world.verifier.post('/pre-rollout', payload),
          ({ status }) => status === 200,
        ),
        200,
        'Passed',
      );
      assert.notEqual((await onlyJob(world)).metadata.uid, job.metadata.uid);
    },
  },
];

withVerifier('On a real node', connect, { atOnce: AT_ONCE, seconds: longestTest / 1000, guard: unlessBroken }, (play) =>
  play([...held, ...taken, ...sidecars]),
);
