/**
 * The moves of a rollout that is changed while Flagger waits.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { isTrue } from '../support/scenario.ts';
import { kubectl } from './kubectl.ts';
import { patience } from './patience.ts';
import { canaryOf, jobsOf, story, untilInitialized, type World } from './rollout.ts';
import { applyExample, gating, type Wiring } from './wirings.ts';

export function wiringOf(what: string): Wiring {
  const wiring = gating[what];
  assert.ok(wiring, what);
  return wiring;
}

export async function begin(world: World, wiring: Wiring): Promise<void> {
  await applyExample(world.kubernetes, world.namespace, wiring);
  await untilInitialized(world, wiring);
}

export async function setVersion({ namespace }: World, { name }: Wiring, version: string): Promise<void> {
  await kubectl(['-n', namespace, 'set', 'env', `deployment/${name}`, `VERSION=${version}`]);
}

/** Changes the E2ESpec; `script` is what its test runs. */
export async function editSpec(world: World, { name }: Wiring, spec: Record<string, unknown>): Promise<void> {
  const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace: world.namespace, name };
  await world.kubernetes.patch(key, { spec });
}

export const lasting = (seconds: number) => ({ args: [`sleep ${seconds}; wget -q -T 5 -O - "$CANARY_URL"`] });

export async function editCanary({ namespace }: World, { name }: Wiring, patch: object[]): Promise<void> {
  await kubectl(['-n', namespace, 'patch', 'canary', name, '--type=json', '-p', JSON.stringify(patch)]);
}

/** So many intervals of Flagger's between a test that has passed and the promotion. */
export async function setIterations(world: World, wiring: Wiring, iterations: number): Promise<void> {
  await editCanary(world, wiring, [{ op: 'replace', path: '/spec/analysis/iterations', value: iterations }]);
}

/** Waits until the Canary is in one of the phases. */
export async function untilPhase(
  world: World,
  wiring: Wiring,
  phases: string[],
  seconds = patience.seconds,
): Promise<string> {
  const limit = Date.now() + seconds * 1000;
  for (;;) {
    const phase = String(at(await canaryOf(world, wiring), 'status', 'phase'));
    if (phases.includes(phase)) return phase;
    assert.ok(Date.now() < limit, `${phase}, not ${phases} after ${seconds} s:\n${await story(world, wiring, [])}`);
    await sleep(1000);
  }
}

/** Waits until a Job runs that is not among the known ones. */
export async function untilRunning(
  world: World,
  known: KubernetesObject[] = [],
  seconds = patience.seconds,
): Promise<KubernetesObject> {
  const limit = Date.now() + seconds * 1000;
  const former = new Set(known.map(({ metadata }) => metadata.uid));
  for (;;) {
    const job = (await jobsOf(world)).find(
      (each) => !former.has(each.metadata.uid) && at(each, 'status', 'active') === 1,
    );
    if (job !== undefined) return job;
    assert.ok(Date.now() < limit, `no Job runs after ${seconds} s`);
    await sleep(1000);
  }
}

/** The pod of a Job, once it is made. */
export async function podOf({ kubernetes, namespace }: World, { metadata }: KubernetesObject): Promise<string> {
  const selector = `batch.kubernetes.io/controller-uid=${metadata.uid}`;
  const [pod] = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, selector);
  assert.ok(pod?.metadata.name, `a pod of Job ${metadata.name}`);
  return pod.metadata.name;
}

export async function untilComplete(
  world: World,
  { metadata }: KubernetesObject,
  seconds = patience.seconds,
): Promise<void> {
  const { namespace, kubernetes } = world;
  const key = { apiVersion: 'batch/v1', kind: 'Job', namespace, name: metadata.name ?? '' };
  for (const limit = Date.now() + seconds * 1000; ; await sleep(100)) {
    if (isTrue(await kubernetes.get(key), 'Complete')) return;
    assert.ok(Date.now() < limit, `Job ${metadata.name} is not complete after ${seconds} s`);
  }
}

/** The records of the E2ESpec: what ran and what became of it, newest first. */
export async function recordsOf(
  { kubernetes, namespace }: World,
  { name }: Wiring,
): Promise<Record<string, unknown>[]> {
  const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name };
  const runs = at(await kubernetes.get(key), 'status', 'runs');
  return Array.isArray(runs) ? runs : [];
}

/** Zero revisions are promoted without a completed Job of their own rollout: one passed record each. */
export async function assertPassedOnce(world: World, wiring: Wiring, promotions: number): Promise<void> {
  const passed = (await recordsOf(world, wiring)).filter(({ verdict }) => verdict === 'Passed');
  assert.equal(passed.length, promotions, JSON.stringify(passed));
  assert.equal(new Set(passed.map(({ rollout }) => rollout)).size, promotions, 'a rollout each');
  assert.equal(new Set(passed.map(({ jobUID }) => jobUID)).size, promotions, 'a Job each');
}
