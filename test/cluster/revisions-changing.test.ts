/**
 * Rollouts in which a checksum comes back or a revision changes under its test: the real Flagger, the function as a Knative
 * Service.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import type { Case } from '../support/side-by-side.ts';
import { until } from '../support/until.ts';
import { evict } from './evict.ts';
import { kubectl } from './kubectl.ts';
import { patience } from './patience.ts';
import { canaryOf, eventsOf, jobsOf, story, type World } from './rollout.ts';
import {
  assertPassedOnce,
  begin,
  editCanary,
  editSpec,
  lasting,
  podOf,
  recordsOf,
  setIterations,
  setVersion,
  untilComplete,
  untilPhase,
  untilRunning,
  wiringOf,
} from './rollout-moves.ts';
import { rollouts } from './rollouts.ts';
import { applyExample, type Wiring } from './wirings.ts';

const waits = wiringOf('blue/green');
const confirms = wiringOf('blue/green with a gate before the promotion');
const increases = wiringOf('weights with a gate before the first step');

const unpullable = { image: 'registry.invalid/no-such-image:1', inconclusiveRetries: 0, activeDeadlineSeconds: 20 };

async function promoted(world: World, wiring: Wiring, version: string): Promise<void> {
  await setVersion(world, wiring, version);
  await untilPhase(world, wiring, ['Progressing', 'WaitingPromotion']);
  assert.equal(await untilPhase(world, wiring, ['Succeeded', 'Failed']), 'Succeeded', await story(world, wiring, []));
}

/** Adds the hook that tells the verifier the end of a rollout. */
async function closes(world: World, wiring: Wiring): Promise<void> {
  const url = 'http://e2e-verifier.default/post-rollout';
  const value = { name: 'e2e-close', type: 'post-rollout', url, timeout: '30s' };
  await editCanary(world, wiring, [{ op: 'add', path: '/spec/analysis/webhooks/-', value }]);
}

/** A complete Job proved nothing: Flagger waits for another one, and that one is what it promotes on. */
async function assertRunAgain(world: World, first: KubernetesObject, reason: RegExp): Promise<void> {
  await untilRunning(world, [first]);
  assert.equal(at(await canaryOf(world, waits), 'status', 'phase'), 'Progressing');
  assert.equal(at(await canaryOf(world, waits), 'status', 'failedChecks'), 0);
  assert.deepEqual(
    (await recordsOf(world, waits)).map(({ verdict, attempt }) => [verdict, attempt]),
    [['Running', 2]],
  );
  assert.equal(await untilPhase(world, waits, ['Succeeded', 'Failed']), 'Succeeded', await story(world, waits, []));
  await assertPassedOnce(world, waits, 1);
  const told = await eventsOf(world, waits);
  assert.ok(
    told.some((event) => event.startsWith('E2ETestStarted') && reason.test(event)),
    told.join('\n'),
  );
}

const cases: Case<World>[] = [
  {
    title: 'A revision that failed is tested again after a way back, and passes when its E2ESpec alone is mended',
    async run(world) {
      await begin(world, waits);
      await setVersion(world, waits, 'broken');
      await untilPhase(world, waits, ['Failed']);
      const [failed] = await jobsOf(world);
      await setVersion(world, waits, '1');
      await sleep(25_000);
      await editSpec(world, waits, { args: ['echo mended'] });
      await promoted(world, waits, 'broken');
      assert.notEqual((await jobsOf(world)).at(-1)?.metadata.uid, failed?.metadata.uid);
      await assertPassedOnce(world, waits, 1);
    },
  },
  {
    title: 'Revisions that come back are tested each time, also when the Job of the first time is gone',
    async run(world) {
      await begin(world, waits);
      await setIterations(world, waits, 1);
      await promoted(world, waits, '2');
      await kubectl(['-n', world.namespace, 'delete', 'jobs', '--all']);
      await promoted(world, waits, '1');
      await promoted(world, waits, '2');
      await assertPassedOnce(world, waits, 3);
    },
  },
  {
    title: 'A newer revision takes over while the test runs, and the older one is tested again when it comes back',
    async run(world) {
      await begin(world, waits);
      await editSpec(world, waits, lasting(30));
      await setVersion(world, waits, '2');
      const first = await untilRunning(world);
      await setVersion(world, waits, '3');
      const second = await untilRunning(world, [first]);
      assert.notEqual(second.metadata.name, first.metadata.name);
      await setVersion(world, waits, '2');
      const third = await untilRunning(world, [first, second]);
      assert.equal(third.metadata.name, first.metadata.name);
      assert.equal(await untilPhase(world, waits, ['Succeeded', 'Failed']), 'Succeeded', await story(world, waits, []));
      await assertPassedOnce(world, waits, 1);
      const left = (await jobsOf(world)).map(({ metadata }) => metadata.uid);
      assert.deepEqual(left, [third.metadata.uid], 'the Jobs of the others were stopped');
    },
  },
  ...[waits, confirms, increases].map((wiring) => ({
    title: `A canary that is changed back while it waits ends in a rollback (${wiring.file})`,
    async run(world: World) {
      await begin(world, wiring);
      await closes(world, wiring);
      await editSpec(world, wiring, lasting(100));
      const users = await wiring.users(world.kubernetes, world.namespace);
      await setVersion(world, wiring, '2');
      await untilRunning(world);
      await setVersion(world, wiring, '1');
      await untilPhase(world, wiring, ['Failed']);
      assert.equal(await wiring.users(world.kubernetes, world.namespace), users);
      // Nobody waits for the test any more: post-rollout stops it.
      for (let second = 0; (await jobsOf(world)).length > 0 && second < 30; second++) await sleep(1000);
      assert.deepEqual(await jobsOf(world), []);
      assert.equal((await recordsOf(world, wiring))[0]?.['verdict'], 'Cancelled');
    },
  })),
  ...[waits, confirms, increases].map((wiring) => ({
    title: `A test that cannot run is rolled back, and says why (${wiring.file})`,
    async run(world: World) {
      await begin(world, wiring);
      await editSpec(world, wiring, unpullable);
      await setVersion(world, wiring, '2');
      await untilPhase(world, wiring, ['Failed']);
      const told = (await eventsOf(world, wiring)).filter((event) => event.startsWith('E2ETestInconclusive'));
      assert.equal(told.length, 1, told.join('\n'));
      assert.match(told[0] ?? '', /registry\.invalid\/no-such-image:1/);
    },
  })),
  ...[confirms, increases].map((wiring) => ({
    title: `With onInconclusive: Hold a test that cannot run holds the gate, and goes on when it is mended (${wiring.file})`,
    async run(world: World) {
      await begin(world, wiring);
      await editSpec(world, wiring, { ...unpullable, onInconclusive: 'Hold' });
      await setVersion(world, wiring, '2');
      const isDecided = async () => (await recordsOf(world, wiring))[0]?.['verdict'] === 'Inconclusive';
      for (let second = 0; !(await isDecided()) && second < 120; second++) await sleep(1000);
      await sleep(25_000);
      const held = await canaryOf(world, wiring);
      assert.ok(['Progressing', 'WaitingPromotion'].includes(String(at(held, 'status', 'phase'))));
      assert.equal(at(held, 'status', 'failedChecks'), 0);
      await editSpec(world, wiring, { image: 'busybox:1.36' });
      assert.equal(await untilPhase(world, wiring, ['Succeeded', 'Failed']), 'Succeeded');
      await assertPassedOnce(world, wiring, 1);
    },
  })),
  {
    title: 'With onInconclusive: Hold /pre-rollout does not hold: the threshold ends the rollout, as the README says',
    async run(world) {
      await begin(world, waits);
      await editSpec(world, waits, { ...unpullable, onInconclusive: 'Hold' });
      await setVersion(world, waits, '2');
      await untilPhase(world, waits, ['Failed']);
      // Flagger writes its Events beside its work.
      const told = async (words: string) => (await eventsOf(world, waits)).some((event) => event.includes(words));
      for (const words of ['failed checks threshold reached 3', 'E2ETestInconclusive']) {
        await until('the end', async () => ((await told(words)) ? [] : [words]), patience.ms);
      }
    },
  },
  {
    title: 'A rollout without E2ESpec waits, says so on the Canary, and goes on when it is created',
    async run(world) {
      await begin(world, waits);
      await kubectl(['-n', world.namespace, 'delete', 'e2especs', '--all']);
      await setVersion(world, waits, '2');
      await untilPhase(world, waits, ['Waiting']);
      await sleep(12_000);
      assert.ok((await eventsOf(world, waits)).some((event) => event.startsWith('SpecMissing: the rollout waits')));
      await applyExample(world.kubernetes, world.namespace, waits);
      await setVersion(world, waits, '2');
      assert.equal(await untilPhase(world, waits, ['Succeeded', 'Failed']), 'Succeeded');
      await assertPassedOnce(world, waits, 1);
    },
  },
  {
    title: 'With skipAnalysis nothing gates, and the promotion is recorded and warned of',
    async run(world) {
      await begin(world, waits);
      await closes(world, waits);
      await editCanary(world, waits, [{ op: 'add', path: '/spec/skipAnalysis', value: true }]);
      await setVersion(world, waits, '2');
      await untilPhase(world, waits, ['Succeeded']);
      for (let second = 0; (await recordsOf(world, waits)).length === 0 && second < 60; second++) await sleep(1000);
      assert.equal((await recordsOf(world, waits))[0]?.['verdict'], 'PromotedUnverified');
      assert.ok((await eventsOf(world, waits)).some((event) => event.startsWith('PromotedUnverified')));
      assert.deepEqual(await jobsOf(world), []);
    },
  },
  {
    title:
      'A test that is evicted and ends with 0 on SIGTERM has not passed: it is run again, and its second run counts',
    async run(world) {
      await begin(world, waits);
      await editSpec(world, waits, {
        args: ['trap "exit 0" TERM; sleep 15 & wait $!; wget -q -T 5 -O - "$CANARY_URL"'],
      });
      await setVersion(world, waits, '2');
      const first = await untilRunning(world);
      await evict({ namespace: world.namespace, pod: await podOf(world, first) });
      await untilComplete(world, first);
      await assertRunAgain(world, first, /PodDisrupted|ResultLost/);
    },
  },
  {
    title: 'A test whose pod is swept after it had passed is run again',
    async run(world) {
      await begin(world, waits);
      // Over in the middle between two calls, so that nobody reads its verdict before the pod is gone.
      await editSpec(world, waits, lasting(11));
      await setVersion(world, waits, '2');
      const first = await untilRunning(world);
      const pod = await podOf(world, first);
      await untilComplete(world, first);
      await world.kubernetes.delete({ apiVersion: 'v1', kind: 'Pod', namespace: world.namespace, name: pod });
      await assertRunAgain(world, first, /ResultLost/);
    },
  },
  {
    title: 'A Canary that is deleted in the middle takes its Job along',
    async run(world) {
      await begin(world, waits);
      await editSpec(world, waits, lasting(100));
      await setVersion(world, waits, '2');
      await untilRunning(world);
      await kubectl(['-n', world.namespace, 'delete', 'canary', waits.name, '--wait=false']);
      for (let second = 0; (await jobsOf(world)).length > 0 && second < 60; second++) await sleep(1000);
      assert.deepEqual(await jobsOf(world), []);
    },
  },
];

rollouts('A rollout whose revisions change', cases);
