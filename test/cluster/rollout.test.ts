/**
 * The real Flagger, asking the function as a Knative Service: every wiring of `examples/` with a revision that fails its
 * test and one that passes it, side by side.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import type { Case } from '../support/side-by-side.ts';
import { eventsOf, jobsOf, roll, story, testOf, type World } from './rollout.ts';
import { begin } from './rollout-moves.ts';
import { rollouts } from './rollouts.ts';
import { gating, notGating, type Wiring } from './wirings.ts';

/** Longer than two of Flagger's intervals, so that a gate that does not hold is seen. */
const TEST_SECONDS = 25;

async function slowDown({ kubernetes, namespace }: World, { name }: Wiring): Promise<void> {
  const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name };
  const script = at(await kubernetes.get(key), 'spec', 'args', 0);
  await kubernetes.patch(key, { spec: { args: [`sleep ${TEST_SECONDS}\n${script}`] } });
}

async function rollsBack(world: World, wiring: Wiring): Promise<void> {
  const moments = await roll(world, wiring, 'broken');
  const told = await story(world, wiring, moments);
  assert.equal(moments.at(-1)?.phase, 'Failed', told);
  assert.equal(new Set(moments.map(({ users }) => users)).size, 1, `nothing changed for the users:\n${told}`);
  const meanwhile = moments.filter(({ test, phase }) => test === 'running' && phase !== 'Failed');
  assert.ok(meanwhile.length > TEST_SECONDS / 2, `Flagger waited for the test:\n${told}`);
  for (const { failedChecks } of meanwhile) assert.equal(failedChecks, 0, told);
  const own = (await eventsOf(world, wiring)).filter((event) => event.startsWith('E2ETestFailed'));
  assert.equal(own.length, 1, told);
  assert.match(own[0] ?? '', /expected a version number from http:\/\/\S+, got:/);
}

async function promotes(world: World, wiring: Wiring): Promise<void> {
  const moments = await roll(world, wiring, '2');
  const told = await story(world, wiring, moments);
  assert.equal(moments.at(-1)?.phase, 'Succeeded', told);
  const [before] = moments;
  const changed = moments.filter(({ users }) => users !== before?.users);
  assert.ok(changed.length > 0, `the users got the revision:\n${told}`);
  for (const { test } of changed) assert.equal(test, 'passed', told);
  const meanwhile = moments.filter(({ test }) => test === 'running');
  assert.ok(meanwhile.length > TEST_SECONDS / 2, `Flagger waited for the test:\n${told}`);
  for (const { failedChecks } of moments.slice(2)) assert.equal(failedChecks, 0, told);
  // However often a gate was asked: one for the broken revision, one for this.
  assert.equal((await jobsOf(world)).length, 2, told);
}

const cases: Case<World>[] = [
  {
    title: '/webhook alone does not gate: the revision is promoted while its test runs, and stays when it fails',
    async run(world) {
      await begin(world, notGating);
      const moments = await roll(world, notGating, '2');
      const told = await story(world, notGating, moments);
      const last = moments.at(-1);
      assert.deepEqual([last?.phase, last?.test], ['Succeeded', 'running'], told);
      assert.notEqual(last?.users, moments[0]?.users, told);
      for (let second = 0; (await testOf(world)) === 'running' && second < 180; second++) await sleep(1000);
      assert.equal(await testOf(world), 'failed', told);
      await sleep(2 * 10_000); // two more intervals
      assert.equal(await notGating.users(world.kubernetes, world.namespace), last?.users, 'nothing takes it back');
    },
  },
  ...Object.entries(gating).map(([what, wiring]) => ({
    title: `${what} (${wiring.file}): what fails is rolled back, what passes is promoted after its test`,
    async run(world: World) {
      await begin(world, wiring);
      await slowDown(world, wiring);
      await rollsBack(world, wiring);
      await promotes(world, wiring);
    },
  })),
];

rollouts('A rollout by Flagger', cases);
