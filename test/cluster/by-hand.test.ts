/**
 * What a person does by hand while Flagger waits: the test is run again, or skipped, or its E2ESpec is edited.
 */
import assert from 'node:assert/strict';
import type { Case } from '../support/side-by-side.ts';
import { until } from '../support/until.ts';
import { kubectl } from './kubectl.ts';
import { observed } from './observe-rollouts.ts';
import { patience } from './patience.ts';
import { eventsOf, jobsOf, story, testOf, type World } from './rollout.ts';
import {
  begin,
  editSpec,
  lasting,
  recordsOf,
  setIterations,
  setVersion,
  untilPhase,
  untilRunning,
  wiringOf,
} from './rollout-moves.ts';
import { rollouts } from './rollouts.ts';
import { inShell, onCommandLine } from './shell.ts';
import type { Wiring } from './wirings.ts';

const waits = wiringOf('blue/green');
const confirms = wiringOf('blue/green with a gate before the promotion');

function skip(world: World, { name }: Wiring, why: string): Promise<string> {
  return onCommandLine(world, 'skip', name, '--reason', why);
}

/** The command that an Event tells a person to run. */
async function commandTold(world: World, wiring: Wiring, reason: string): Promise<string> {
  const find = async () => (await eventsOf(world, wiring)).find((event) => event.startsWith(`${reason}: `));
  await until(`an Event ${reason}`, async () => ((await find()) ? [] : ['it']), patience.ms);
  const [command] = (await find())?.match(/kubectl .*/) ?? [];
  assert.ok(command);
  return command;
}

/** Who has written an annotation of the E2ESpec, as the API server has it. */
async function managerOf({ namespace }: World, { name }: Wiring, annotation: string): Promise<string | undefined> {
  const text = await kubectl(['-n', namespace, 'get', 'e2e', name, '-o', 'json', '--show-managed-fields']);
  const { metadata } = JSON.parse(text) as { metadata: { managedFields: { manager: string }[] } };
  return metadata.managedFields.find((each) => JSON.stringify(each).includes(`remarkable.com/${annotation}`))?.manager;
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
      await setIterations(world, waits, 30);
      const users = await waits.users(world.kubernetes, world.namespace);
      await setVersion(world, waits, '2');
      const first = await untilRunning(world);
      await until(
        'its record',
        async () => ((await recordsOf(world, waits))[0]?.['verdict'] === 'Passed' ? [] : ['it']),
        patience.ms,
      );
      await editSpec(world, waits, { args: ['echo the second look finds it; exit 1'] });
      await onCommandLine(world, 'rerun', waits.name);
      assert.equal(await managerOf(world, waits, 'requestedAt'), 'e2e-verifier');
      assert.equal(await untilPhase(world, waits, ['Succeeded', 'Failed']), 'Failed', await story(world, waits, []));
      assert.equal(await waits.users(world.kubernetes, world.namespace), users);
      const [second, ...others] = await jobsOf(world);
      assert.deepEqual(others, []);
      assert.notEqual(second?.metadata.uid, first.metadata.uid);
      const verdicts = (await recordsOf(world, waits)).map(({ verdict }) => verdict);
      assert.deepEqual(verdicts, ['Failed', 'Superseded']);
      const why = await onCommandLine(world, 'why', waits.name);
      assert.match(why, /^ {2}verdict {5}Failed: Error, /m);
      assert.match(why, /the second look finds it/);
      assert.match(why, /^ {2}Flagger {5}Failed: rolled back\. /m);
      assert.match(await onCommandLine(world, 'logs', waits.name), /^ \| the second look finds it$/m);
    },
  },
  {
    title: 'An edit that a running test does not count is told with what runs the test again, and that does',
    async run(world) {
      await begin(world, waits);
      await editSpec(world, waits, lasting(300));
      await setVersion(world, waits, '2');
      const first = await untilRunning(world);
      const waiting = new RegExp(`^${waits.name} .* holds +its test$`, 'm');
      const listed = () => onCommandLine(world, 'list');
      await until('list shows it', async () => (waiting.test(await listed()) ? [] : [await listed()]), patience.ms);
      await editSpec(world, waits, { args: ['echo the edit finds it; exit 1'] });
      await inShell(await commandTold(world, waits, 'E2ESpecEdited'), world.kubernetes.kubeconfig);
      assert.equal(await untilPhase(world, waits, ['Succeeded', 'Failed']), 'Failed', await story(world, waits, []));
      const [second] = await jobsOf(world);
      assert.notEqual(second?.metadata.uid, first.metadata.uid);
      assert.match(String((await recordsOf(world, waits))[0]?.['message']), /: the edit finds it$/);
    },
  },
  ...[waits, confirms].map((wiring) => ({
    title: `A revision whose test is skipped is promoted, and the next time its test is run (${wiring.file})`,
    async run(world: World) {
      await begin(world, wiring);
      await editSpec(world, wiring, lasting(300));
      await setVersion(world, wiring, '2');
      await untilRunning(world);
      await skip(world, wiring, 'the payment provider is down');
      assert.equal(
        await untilPhase(world, wiring, ['Succeeded', 'Failed']),
        'Succeeded',
        await story(world, wiring, []),
      );
      const told = (await eventsOf(world, wiring)).filter((event) => event.startsWith('E2ETestSkipped'));
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /skipped by hand: the payment provider is down$/);
      assert.equal((await recordsOf(world, wiring))[0]?.['verdict'], 'Skipped');
      const why = await onCommandLine(world, 'why', wiring.name);
      assert.match(why, /^ {2}verdict {5}Skipped, .*\n {2}message {5}skipped by hand: the payment provider is down\n/m);
      assert.match(why, /^ {2}Flagger {5}Succeeded: checksum \w+ is promoted, without its test: users are on it$/m);
      await editSpec(world, wiring, { args: ['exit 1'] });
      const former = new Set((await jobsOf(world)).map(({ metadata }) => metadata.uid));
      await setVersion(world, wiring, '3');
      // An interval before Flagger calls its gate.
      await untilPhase(world, wiring, ['Progressing']);
      await skip(world, wiring, 'it is down again');
      assert.equal(
        await untilPhase(world, wiring, ['Succeeded', 'Failed']),
        'Succeeded',
        await story(world, wiring, []),
      );
      assert.equal(await testOf(world, former), 'none');
      assert.equal(await rolledOut(world, wiring, '2'), 'Failed', await story(world, wiring, []));
    },
  })),
  ...observed,
];

rollouts('A rollout in which a person decides', cases);
