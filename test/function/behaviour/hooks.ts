/**
 * The hooks around the gates: before the canary is scaled up, after the rollout, and a canary that changes under its test.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { playCanary } from '../../support/canary.ts';
import {
  annotate,
  applySpec,
  assertAnswer,
  type Behaviour,
  jobKey,
  jobsIn,
  lasting,
  passing,
  recordsOf,
  rollOut,
  until,
  untilDecided,
  type World,
} from '../../support/environment.ts';

async function eventsSaying({ kubernetes, namespace }: World, reason: string): Promise<string[]> {
  const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
  return events.filter((event) => event['reason'] === reason).map((event) => String(event['message']));
}

export const hooks: Behaviour[] = [
  {
    title: 'confirm-rollout finds that the Job would be taken, and leaves none behind',
    async run(world) {
      const { namespace, kubernetes, verifier } = world;
      await applySpec(world, passing);
      const canary = await playCanary(kubernetes, { namespace });
      for (const phase of ['Initialized', 'Succeeded', 'Failed', 'Waiting']) {
        await canary.setPhase(phase);
        assertAnswer(await verifier.post('/confirm-rollout', canary.payload()), 200, 'Ready', 'podinfo');
      }
      await canary.begin('one');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.setPhase('Waiting');
      assertAnswer(await verifier.post('/confirm-rollout', canary.payload()), 200);
      assert.equal((await jobsIn(world)).length, 1);
    },
  },
  {
    title: 'confirm-rollout holds a rollout whose E2ESpec is missing, until it is there',
    async run(world) {
      const { namespace, kubernetes, verifier } = world;
      const canary = await playCanary(kubernetes, { namespace });
      assertAnswer(await verifier.post('/confirm-rollout', canary.payload()), 403, 'E2ESpec podinfo', 'Create it');
      assertAnswer(await verifier.post('/confirm-rollout', canary.payload()), 403);
      const [told, ...others] = await eventsSaying(world, 'SpecMissing');
      assert.match(told ?? '', /the rollout waits: there is no E2ESpec podinfo/);
      assert.deepEqual(others, []);
      await applySpec(world, passing);
      assertAnswer(await verifier.post('/confirm-rollout', canary.payload()), 200);
    },
  },
  {
    title: 'confirm-rollout holds a rollout whose Job the API server would refuse',
    async run(world) {
      const { namespace, kubernetes, verifier } = world;
      await applySpec(world, { ...passing, podTemplate: { spec: { nodeSelektor: {} } } });
      const canary = await playCanary(kubernetes, { namespace });
      assertAnswer(await verifier.post('/confirm-rollout', canary.payload()), 403, 'nodeSelektor');
    },
  },
  {
    title: 'confirm-rollout looks at the E2ESpecs that the gates name',
    async run(world) {
      const { namespace, kubernetes, verifier } = world;
      await applySpec(world, passing);
      const url = 'http://e2e-verifier.default/pre-rollout';
      const webhooks = [
        { name: 'smoke', type: 'pre-rollout', url },
        { name: 'full', type: 'pre-rollout', url, metadata: { e2espec: 'full' } },
      ];
      const canary = await playCanary(kubernetes, { namespace, webhooks });
      assertAnswer(await verifier.post('/confirm-rollout', canary.payload()), 403, 'E2ESpec full');
      await applySpec(world, passing, 'full');
      assertAnswer(await verifier.post('/confirm-rollout', canary.payload()), 200);
    },
  },
  {
    title: 'post-rollout of a failed rollout stops the test that still runs, and closes its record',
    async run(world) {
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      const tested = canary.payload();
      await canary.end('Failed');
      assertAnswer(await world.verifier.post('/post-rollout', tested), 200, 'stopped');
      await until(
        () => jobsIn(world),
        (jobs) => jobs.length === 0,
      );
      const [record] = await recordsOf(world);
      assert.equal(record?.['verdict'], 'Cancelled');
      assert.ok(record?.['closedAt']);
    },
  },
  {
    title: 'post-rollout after a passed test closes its record and warns of nothing',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      const tested = canary.payload();
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', tested), 200, 'Closed');
      const [record] = await recordsOf(world);
      assert.equal(record?.['verdict'], 'Passed');
      assert.ok(record?.['closedAt']);
      assert.deepEqual(await eventsSaying(world, 'PromotedUnverified'), []);
    },
  },
  {
    title: 'A promotion without a passed test is recorded and warned of, whether its test failed, runs or never began',
    async run(world) {
      const canary = await rollOut(world, lasting);
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'PromotedUnverified');
      const [record] = await recordsOf(world);
      assert.equal(record?.['verdict'], 'PromotedUnverified');
      await canary.begin('two');
      assertAnswer(await world.verifier.post('/webhook', canary.payload()), 202);
      const tested = canary.payload();
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', tested), 200, 'PromotedUnverified');
      // Once on the Canary and once on the E2ESpec for each of the two.
      assert.equal((await eventsSaying(world, 'PromotedUnverified')).length, 4);
    },
  },
  ...(['Failed', 'Succeeded'] as const).map((end) => ({
    title: `post-rollout closes the record of a run that only waited for its target: ${end}`,
    async run(world: World) {
      await applySpec(world, passing);
      const canary = await playCanary(world.kubernetes, { namespace: world.namespace });
      await canary.begin('one', { ready: false });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'TargetNotReady');
      const waiting = canary.payload();
      await canary.end(end);
      const reason = end === 'Failed' ? 'Closed' : 'PromotedUnverified';
      assertAnswer(await world.verifier.post('/post-rollout', waiting), 200, reason);
      const records = await recordsOf(world);
      assert.ok(
        records.every(({ closedAt }) => closedAt !== undefined),
        JSON.stringify(records),
      );
      assert.equal(records[0]?.['verdict'], end === 'Failed' ? 'Cancelled' : 'PromotedUnverified');
    },
  })),
  {
    title: 'post-rollout of a checksum that nobody tested is not Flagger’s',
    async run(world) {
      const canary = await rollOut(world, passing);
      await canary.end('Failed');
      const forged = { ...canary.payload(), checksum: '7f79db7f5c' };
      assertAnswer(await world.verifier.post('/post-rollout', forged), 403, 'the call does not match the Canary');
    },
  },
  {
    title: 'The first call of a run tells on the Canary what in its webhooks does not gate, once',
    async run(world) {
      const url = 'http://e2e-verifier.default/webhook';
      const canary = await rollOut(world, lasting, { webhooks: [{ name: 'seed', type: 'pre-rollout', url }] });
      assertAnswer(await world.verifier.post('/webhook', canary.payload()), 202);
      assertAnswer(await world.verifier.post('/webhook', canary.payload()), 202);
      await canary.begin('two');
      assertAnswer(await world.verifier.post('/webhook', canary.payload()), 202);
      const [warning, ...others] = await eventsSaying(world, 'DoesNotGate');
      assert.match(warning ?? '', /seed: \/webhook answers 202 while the test runs/);
      assert.deepEqual(others, []);
      assert.ok(world.verifier.lines.some(({ fields }) => fields['reason'] === 'DoesNotGate'));
    },
  },
  {
    title: 'An event hook is answered without a Canary, and starts nothing',
    async run(world) {
      const metadata = { eventMessage: 'New revision detected!', eventType: 'Normal', timestamp: '1640000000000' };
      const payload = { name: 'nobody', namespace: world.namespace, phase: '', checksum: 'c4', metadata };
      assertAnswer(await world.verifier.post('/event', payload), 200);
      assert.deepEqual(await jobsIn(world), []);
    },
  },
  {
    title: 'A canary that is changed back under its test is rolled back an interval later, not at first sight',
    async run(world) {
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await canary.changeTarget('initial');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 409, 'changed');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 409);
      const ask = () => world.verifier.post('/rollback', canary.payload());
      assertAnswer(await until(ask, ({ status }) => status !== 409), 200, 'TargetReverted');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 409);
    },
  },
  ...(['Passed', 'Skipped'] as const).map((verdict) => ({
    title: `A canary that is changed back is rolled back although its run is ${verdict} and its Job gone`,
    async run(world: Parameters<Behaviour['run']>[0]) {
      const canary = await rollOut(world, passing);
      if (verdict === 'Skipped') {
        await annotate(world, { 'remarkable.com/skip': `podinfo/${canary.payload().checksum}: the shop is closed` });
      }
      assertAnswer(await untilDecided(world, canary.payload()), 200, verdict);
      for (const { metadata } of await jobsIn(world)) await world.kubernetes.delete(jobKey(world, metadata.name));
      await until(
        () => jobsIn(world),
        (jobs) => jobs.length === 0,
      );
      await canary.changeTarget('initial');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 409, 'changed');
      const [record] = await recordsOf(world);
      assert.ok(record?.['targetChangedAt'] && record['targetChangedTo'], JSON.stringify(record));
      await canary.changeTarget('one');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, verdict);
      assert.equal((await recordsOf(world))[0]?.['targetChangedAt'], undefined);
      await canary.changeTarget('initial');
      const ask = () => world.verifier.post('/rollback', canary.payload());
      assertAnswer(await until(ask, ({ status }) => status !== 409), 200, 'TargetReverted');
    },
  })),
  {
    title: 'A target that is gone is never told as changed back',
    async run(world) {
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      const { namespace } = world;
      await world.kubernetes.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'app-podinfo' });
      for (let seconds = 0; seconds < 12; seconds += 3) {
        assertAnswer(await world.verifier.post('/rollback', canary.payload()), 409, 'TargetChanged');
        await sleep(3000);
      }
      const [job] = await jobsIn(world);
      assert.equal(job?.metadata.annotations?.['remarkable.com/target-changed-at'], undefined);
    },
  },
  {
    title: 'A canary that is what its run tests again is answered by that run again',
    async run(world) {
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await canary.changeTarget('unnoticed');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 409);
      await canary.changeTarget('one');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      const [job] = await jobsIn(world);
      assert.equal(job?.metadata.annotations?.['remarkable.com/target-changed-at'], undefined);
    },
  },
];
