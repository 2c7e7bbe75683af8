/**
 * What a person does by hand while Flagger waits: the test is run again, or skipped.
 */
import assert from 'node:assert/strict';
import type { Case } from '../support/side-by-side.ts';
import { until } from '../support/until.ts';
import { kubectl } from './kubectl.ts';
import { eventsOf, jobsOf, story, type World } from './rollout.ts';
import {
  begin,
  editCanary,
  editSpec,
  lasting,
  recordsOf,
  setVersion,
  untilPhase,
  untilRunning,
  wiringOf,
} from './rollout-moves.ts';
import { rollouts } from './rollouts.ts';
import type { Wiring } from './wirings.ts';

const waits = wiringOf('blue/green');
const confirms = wiringOf('blue/green with a gate before the promotion');

async function annotate({ namespace }: World, { name }: Wiring, annotation: string): Promise<void> {
  await kubectl([
    '-n',
    namespace,
    'annotate',
    '--field-manager=e2e-verifier',
    'e2e',
    name,
    '--overwrite',
    `remarkable.com/${annotation}`,
  ]);
}

async function rolledOut(world: World, wiring: Wiring, version: string): Promise<string> {
  await setVersion(world, wiring, version);
  await untilPhase(world, wiring, ['Progressing', 'WaitingPromotion']);
  return untilPhase(world, wiring, ['Succeeded', 'Failed']);
}

const cases: Case<World>[] = [
  {
    title: 'A test that passed and fails when it is run again ends the rollout, although no gate asks any more',
    async run(world) {
      await begin(world, waits);
      await editCanary(world, waits, [{ op: 'replace', path: '/spec/analysis/iterations', value: 30 }]);
      const users = await waits.users(world.kubernetes, world.namespace);
      await setVersion(world, waits, '2');
      const first = await untilRunning(world);
      await until(
        'its record',
        async () => ((await recordsOf(world, waits))[0]?.['verdict'] === 'Passed' ? [] : ['it']),
        60_000,
      );
      await editSpec(world, waits, { args: ['echo the second look finds it; exit 1'] });
      await annotate(world, waits, `requestedAt=${new Date().toISOString()}`);
      assert.equal(await untilPhase(world, waits, ['Succeeded', 'Failed']), 'Failed', await story(world, waits, []));
      assert.equal(await waits.users(world.kubernetes, world.namespace), users);
      const [second, ...others] = await jobsOf(world);
      assert.deepEqual(others, []);
      assert.notEqual(second?.metadata.uid, first.metadata.uid);
      const verdicts = (await recordsOf(world, waits)).map(({ verdict }) => verdict);
      assert.deepEqual(verdicts, ['Failed', 'Superseded']);
    },
  },
  ...[waits, confirms].map((wiring) => ({
    title: `A revision whose test is skipped is promoted, and the next time its test is run (${wiring.file})`,
    async run(world: World) {
      await begin(world, wiring);
      await editSpec(world, wiring, lasting(300));
      await setVersion(world, wiring, '2');
      await untilRunning(world);
      const jsonpath = '-o=jsonpath={.status.lastAppliedSpec}';
      const revision = await kubectl(['-n', world.namespace, 'get', 'canary', wiring.name, jsonpath]);
      await annotate(world, wiring, `skip=${wiring.name}/${revision}: the payment provider is down`);
      assert.equal(
        await untilPhase(world, wiring, ['Succeeded', 'Failed']),
        'Succeeded',
        await story(world, wiring, []),
      );
      const told = (await eventsOf(world, wiring)).filter((event) => event.startsWith('E2ETestSkipped'));
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /skipped by hand: the payment provider is down$/);
      assert.equal((await recordsOf(world, wiring))[0]?.['verdict'], 'Skipped');
      await editSpec(world, wiring, { args: ['echo all is well'] });
      assert.equal(await rolledOut(world, wiring, '3'), 'Succeeded', await story(world, wiring, []));
      await editSpec(world, wiring, { args: ['exit 1'] });
      assert.equal(await rolledOut(world, wiring, '2'), 'Failed', await story(world, wiring, []));
    },
  })),
];

rollouts('A rollout in which a person decides', cases, 900);
