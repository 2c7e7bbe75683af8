/**
 * Rollouts of a revision that fails its test, by what their E2ESpec says of it and when: observed, enforced, and the one turned
 * into the other while the test runs.
 */
import assert from 'node:assert/strict';
import type { KubernetesObject } from '../support/kubernetes.ts';
import type { Case } from '../support/side-by-side.ts';
import { eventsOf, story, type World } from './rollout.ts';
import {
  begin,
  editSpec,
  recordsOf,
  setIterations,
  setVersion,
  untilPhase,
  untilRunning,
  wiringOf,
} from './rollout-moves.ts';

const wiring = wiringOf('blue/green');

const failsAfter = (seconds: number) => ({ args: [`sleep ${seconds}; echo checkout rejects an expired card; exit 1`] });

/** What the rollout has come to, and what is on record of its test. */
async function endOf(world: World): Promise<[phase: string, ...verdict: unknown[]]> {
  const phase = await untilPhase(world, wiring, ['Succeeded', 'Failed']);
  const [record] = await recordsOf(world, wiring);
  return [phase, record?.['verdict'], record?.['mode']];
}

async function reasonsTold(world: World): Promise<string[]> {
  const reasons = (await eventsOf(world, wiring)).map((event) => event.slice(0, event.indexOf(':')));
  return [...new Set(reasons.filter((reason) => reason.startsWith('E2E')))].sort();
}

const usersOf = (world: World) => wiring.users(world.kubernetes, world.namespace);

async function change(world: World, spec: Record<string, unknown>): Promise<KubernetesObject> {
  await editSpec(world, wiring, spec);
  await setVersion(world, wiring, 'broken');
  return untilRunning(world);
}

export const observed: Case<World>[] = [
  {
    title: 'A revision whose test is observed and fails is promoted, with a Warning that it would have failed',
    async run(world) {
      await begin(world, wiring);
      const users = await usersOf(world);
      await change(world, { ...failsAfter(1), mode: 'Observe' });
      assert.deepEqual(await endOf(world), ['Succeeded', 'Failed', 'Observe'], await story(world, wiring, []));
      assert.notEqual(await usersOf(world), users);
      assert.deepEqual(await reasonsTold(world), ['E2ETestStarted', 'E2ETestWouldHaveFailed']);
    },
  },
  {
    title: 'A revision whose test began enforced is refused, although its E2ESpec only observes before it fails',
    async run(world) {
      await begin(world, wiring);
      const users = await usersOf(world);
      await change(world, failsAfter(25));
      await editSpec(world, wiring, { mode: 'Observe', args: ['echo all is well'] });
      assert.deepEqual(await endOf(world), ['Failed', 'Failed', undefined], await story(world, wiring, []));
      assert.equal(await usersOf(world), users);
      assert.deepEqual(await reasonsTold(world), ['E2ESpecEdited', 'E2ETestFailed', 'E2ETestStarted']);
    },
  },
  {
    title: 'A revision whose test began observed is refused, when its E2ESpec is enforced before it fails',
    async run(world) {
      await begin(world, wiring);
      await setIterations(world, wiring, 30);
      const users = await usersOf(world);
      await change(world, { ...failsAfter(15), mode: 'Observe' });
      await editSpec(world, wiring, { mode: 'Enforce' });
      assert.deepEqual(await endOf(world), ['Failed', 'Failed', undefined], await story(world, wiring, []));
      assert.equal(await usersOf(world), users);
    },
  },
];
