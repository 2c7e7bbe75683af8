/**
 * Many rollouts at once, with room for the tests of a few: in Kueue's queue, or under a quota on Jobs or on pods.
 * `npm run test:queue -- kueue | jobs | pods [--rollouts 60] [--room 6] [--sweep]`. Ends with the counts, and with exit status 1
 * when one of them must be 0 and is not. Flagger is played: no node of this cluster carries sixty canaries. What it asks is
 * answered by a verifier of this checkout, beside the tests. In Kueue's queue two rollouts by the real Flagger stand as well,
 * one of them with `retries` that are spent long before its turn comes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { defaultWebhooks, type PlayedCanary, playFlagger } from '../support/canary.ts';
import { at } from '../support/documents.ts';
import { applySpec, image, recordsOf, type World } from '../support/environment.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { applied, isTrue } from '../support/scenario.ts';
import { type Answered, startVerifier } from '../support/verifier.ts';
import { apply, kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { installKueue, queued, removeKueue } from './kueue.ts';
import { canaryOf, jobsOf } from './rollout.ts';
import { begin, editCanary, editSpec, setVersion, untilPhase, untilRunning, wiringOf } from './rollout-moves.ts';

type Gatekeeper = 'kueue' | 'jobs' | 'pods';

interface Plan {
  by: Gatekeeper;
  rollouts: number;
  room: number;
  /** Takes finished Jobs away as soon as their verdict is on record, long before their time is over. */
  sweep: boolean;
}

const LOOK_EVERY_MS = 500;
const SWEEP_EVERY_MS = 2000;
const queue = 'k8s-e2e-verifier';
const own = Object.entries(queued)
  .map(([name, value]) => `${name}=${value}`)
  .join();

async function run(plan: Plan): Promise<number> {
  const cluster = await connect();
  const verifier = await startVerifier({ kubeconfig: cluster.kubeconfig, holdsCalls: true });
  const over = new AbortController();
  try {
    const world = { kubernetes: cluster, verifier, namespace: await cluster.namespace() };
    await makeRoom(world, plan);
    const names = Array.from({ length: plan.rollouts }, (_, index) => `shop-${index}`);
    const canaries = await Promise.all(names.map((name, index) => initialized(world, plan, name, index)));
    console.log(`${canaries.length} canaries are initialized`);
    const watching = watch(world, over.signal);
    const sweeping = plan.sweep ? sweep(world, over.signal) : undefined;
    const began = Date.now();
    const rolling = Promise.all(canaries.map((canary, index) => roll(world, canary, index, began)));
    const others =
      plan.by === 'kueue' ? await Promise.all([60, 1].map((retries) => rollByFlagger(cluster, retries))) : [];
    const ends = await rolling;
    over.abort();
    await sweeping;
    for (const line of others) console.log(line);
    return report(plan, ends, await watching);
  } finally {
    over.abort();
    await verifier.stop();
    if (plan.by === 'kueue') await withoutQueue();
    await cluster.stop();
  }
}

async function makeRoom(world: World, { by, room }: Plan): Promise<void> {
  const { kubernetes, namespace } = world;
  if (by === 'kueue') {
    await installKueue();
    await kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: queued } });
    await withQueue(namespace, room);
    return;
  }
  const hard = { [by === 'jobs' ? 'count/jobs.batch' : 'pods']: `${room}` };
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { namespace, name: 'few' }, spec: { hard } };
  await applied(kubernetes, quota, (each) => at(each, 'status', 'hard') !== undefined);
}

async function withQueue(namespace: string, room: number): Promise<void> {
  const flavors = [{ name: queue, resources: [{ name: 'pods', nominalQuota: room }] }];
  const apiVersion = 'kueue.x-k8s.io/v1beta2';
  await apply([
    { apiVersion, kind: 'ResourceFlavor', metadata: { name: queue } },
    {
      apiVersion,
      kind: 'ClusterQueue',
      metadata: { name: queue },
      spec: { namespaceSelector: {}, resourceGroups: [{ coveredResources: ['pods'], flavors }] },
    },
    localQueue(namespace),
  ]);
}

function localQueue(namespace: string): KubernetesObject {
  const metadata = { namespace, name: queue, labels: queued };
  return { apiVersion: 'kueue.x-k8s.io/v1beta2', kind: 'LocalQueue', metadata, spec: { clusterQueue: queue } };
}

const inQueue = { jobTemplate: { metadata: { labels: { 'kueue.x-k8s.io/queue-name': queue } } } };

/** By the verifier that is deployed; what came of it, in words. */
async function rollByFlagger(kubernetes: Kubernetes, retries: number): Promise<string> {
  const wiring = wiringOf('blue/green');
  const world = { kubernetes, namespace: await kubernetes.namespace() };
  const labelled = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: world.namespace, labels: queued } };
  await kubernetes.apply(labelled);
  await apply([localQueue(world.namespace)]);
  await begin(world, wiring);
  await editSpec(world, wiring, inQueue);
  const gate = at(await canaryOf(world, wiring), 'spec', 'analysis', 'webhooks') as { type: string }[];
  const index = gate.findIndex(({ type }) => type === 'pre-rollout');
  await editCanary(world, wiring, [
    { op: 'replace', path: `/spec/analysis/webhooks/${index}/retries`, value: retries },
    { op: 'replace', path: '/spec/analysis/threshold', value: 100 },
  ]);
  await setVersion(world, wiring, '2');
  await untilPhase(world, wiring, ['Progressing']);
  const began = Date.now();
  const running = await untilRunning(world, [], 600);
  const waited = Math.round((Date.now() - began) / 1000);
  const checks = at(await canaryOf(world, wiring), 'status', 'failedChecks');
  const phase = await untilPhase(world, wiring, ['Succeeded', 'Failed']);
  const [job, ...more] = await jobsOf(world);
  const same = more.length === 0 && job?.metadata.uid === running.metadata.uid ? 'one Job' : 'MORE THAN ONE JOB';
  return `by Flagger with retries: ${retries}: its test began after ${waited} s, ${checks} failed checks; ${phase}, ${same}`;
}

/** The queue first: it holds back the namespace's end. */
async function withoutQueue(): Promise<void> {
  const all = ['localqueues', '-A', '-l', own];
  await kubectl(['delete', '--ignore-not-found', '--timeout=60s', ...all]).catch(console.error);
  await kubectl(['delete', '--ignore-not-found', '--timeout=60s', 'clusterqueue', queue]).catch(console.error);
  await kubectl(['delete', '--ignore-not-found', '--timeout=60s', 'resourceflavor', queue]).catch(console.error);
  await removeKueue();
}

const webhooks = defaultWebhooks.map((hook) => (hook.type === 'pre-rollout' ? { ...hook, retries: 600 } : hook));

/** Of a Service that is elsewhere, so that no pods but those of the tests are in the way. */
async function initialized(world: World, plan: Plan, name: string, index: number): Promise<PlayedCanary> {
  const { kubernetes, namespace } = world;
  const ports = [{ name: 'http', port: 8080 }];
  const target = (revision: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    spec: { type: 'ExternalName', externalName: `${revision}.test`, ports },
  });
  await kubernetes.apply(target('initial'));
  await kubernetes.apply({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { namespace, name },
    spec: {
      suspend: true,
      provider: 'kubernetes',
      targetRef: { apiVersion: 'core/v1', kind: 'Service', name },
      service: { port: 8080 },
      analysis: { interval: '10s', threshold: 3, iterations: 2, webhooks },
    },
  });
  await applySpec(world, specOf(plan, index), name);
  const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name };
  return playFlagger(kubernetes, key, (revision) => kubernetes.apply(target(revision)));
}

const isBad = (index: number) => index % 3 === 0;

function specOf({ by }: Plan, index: number): Record<string, unknown> {
  const script = `sleep 6; ${isBad(index) ? 'echo checkout rejects an expired card; exit 1' : 'echo all is well'}`;
  return {
    image,
    command: ['sh', '-c', script],
    ttlSecondsAfterFinished: 300,
    ttlSecondsAfterFailure: 300,
    ...(by === 'kueue' && inQueue),
  };
}

interface End {
  index: number;
  status: number;
  body: string;
  rollback: number;
  seconds: number;
  /** How often Flagger had to ask: its `retries`, and the first call. */
  calls: number;
  verdict: unknown;
}

async function roll(world: World, canary: PlayedCanary, index: number, began: number): Promise<End> {
  await canary.begin('two');
  const { answered, calls } = await askLikeFlagger(world, canary);
  const seconds = (Date.now() - began) / 1000;
  const rollback = await world.verifier.post('/rollback', canary.payload());
  const [record] = await recordsOf(world, canary.key.name);
  const { status, body } = answered;
  return { index, status, body, rollback: rollback.status, seconds, calls, verdict: record?.['verdict'] };
}

/** https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/webhook.go: 429 and 503 are asked again, when they say so. */
async function askLikeFlagger(
  { verifier }: World,
  canary: PlayedCanary,
): Promise<{ answered: Answered; calls: number }> {
  for (let calls = 1; ; calls++) {
    const answered = await verifier.post('/pre-rollout', canary.payload());
    if (answered.status !== 429 && answered.status !== 503) return { answered, calls };
    await sleep(Number(answered.headers.get('retry-after')) * 1000);
  }
}

interface Seen {
  jobs: Set<string | undefined>;
  mostAtOnce: number;
  mostSuspended: number;
}

/** Until it is told to end: which Jobs there are, and how many of their pods at one time. */
async function watch({ kubernetes, namespace }: World, signal: AbortSignal): Promise<Seen> {
  const seen: Seen = { jobs: new Set(), mostAtOnce: 0, mostSuspended: 0 };
  while (!signal.aborted) {
    const jobs = await kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace });
    for (const { metadata } of jobs) seen.jobs.add(metadata.uid);
    const pods = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace });
    const active = pods.filter((pod) => ['Pending', 'Running'].includes(String(at(pod, 'status', 'phase'))));
    const suspended = jobs.filter((job) => at(job, 'spec', 'suspend') === true);
    seen.mostAtOnce = Math.max(seen.mostAtOnce, active.length);
    seen.mostSuspended = Math.max(seen.mostSuspended, suspended.length);
    await sleep(LOOK_EVERY_MS);
  }
  return seen;
}

async function sweep(world: World, signal: AbortSignal): Promise<void> {
  const { kubernetes, namespace } = world;
  while (!signal.aborted) {
    const jobs = await kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace });
    const specs = await kubernetes.list({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace });
    const isDecided = (spec: KubernetesObject) =>
      ['Passed', 'Failed'].includes(String(at(spec, 'status', 'lastRun', 'verdict')));
    const decided = new Set(specs.filter(isDecided).map(({ metadata }) => metadata.name));
    const over = jobs.filter((job) => isTrue(job, 'Complete') || isTrue(job, 'Failed'));
    // Canaries and their E2ESpecs have the same names.
    const recorded = over.filter((job) => decided.has(job.metadata.ownerReferences?.[0]?.name));
    await Promise.all(
      recorded.map(({ apiVersion, kind, metadata: { name = '' } }) =>
        kubernetes.delete({ apiVersion, kind, namespace, name }),
      ),
    );
    await sleep(SWEEP_EVERY_MS);
  }
}

function report({ rollouts, room }: Plan, ends: End[], seen: Seen): number {
  const wrong = ends.filter(({ index, status, rollback, verdict }) =>
    isBad(index)
      ? status !== 412 || rollback !== 200 || verdict !== 'Failed'
      : status !== 200 || rollback !== 403 || verdict !== 'Passed',
  );
  for (const { index, status, rollback, verdict, body } of wrong) {
    console.log(`shop-${index}: ${status}, /rollback ${rollback}, on record ${verdict}: ${body}`);
  }
  const mustBeZero = {
    'judged wrong': wrong.length,
    inconclusive: ends.filter(({ verdict }) => verdict === 'Inconclusive').length,
    'Jobs too many': seen.jobs.size - rollouts,
    'tests at once too many': Math.max(0, seen.mostAtOnce - room),
  };
  console.table({
    rollouts,
    passed: ends.filter(({ status }) => status === 200).length,
    failed: ends.filter(({ status }) => status === 412).length,
    ...mustBeZero,
    'most tests at once': seen.mostAtOnce,
    'most Jobs suspended at once': seen.mostSuspended,
    'seconds until the last verdict': Math.round(Math.max(...ends.map(({ seconds }) => seconds))),
    'most calls of one hook': Math.max(...ends.map(({ calls }) => calls)),
  });
  return Object.values(mustBeZero).some((count) => count !== 0) ? 1 : 0;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rollouts: { type: 'string', default: '60' },
    room: { type: 'string', default: '6' },
    sweep: { type: 'boolean', default: false },
  },
});
const [by] = positionals;
if (by !== 'kueue' && by !== 'jobs' && by !== 'pods') {
  throw new Error('npm run test:queue -- kueue | jobs | pods [--rollouts 60] [--room 6] [--sweep]');
}
process.exitCode = await run({
  by,
  rollouts: Number(values.rollouts),
  room: Number(values.room),
  sweep: values.sweep,
});
