/**
 * The end of a rollout: which records are closed, what is still made of them, and whether the promotion was verified.
 */
import assert from 'node:assert/strict';
import { defaultWebhooks, playCanary } from '../../support/canary.ts';
import { at } from '../../support/documents.ts';
import {
  applySpec,
  assertAnswer,
  type Behaviour,
  failing,
  jobsIn,
  lasting,
  passing,
  recordsOf,
  rollOut,
  until,
  untilDecided,
  type World,
} from '../../support/environment.ts';

const url = 'http://e2e-verifier.default/pre-rollout';
const smoke = { name: 'smoke', type: 'pre-rollout', url };
const full = { name: 'full', type: 'pre-rollout', url, metadata: { e2espec: 'full' } };
const back = { name: 'back', type: 'rollback', url: 'http://e2e-verifier.default/rollback' };
const preflight = { name: 'preflight', type: 'confirm-rollout', url: 'http://e2e-verifier.default/confirm-rollout' };
const again = { name: 'again', type: 'pre-rollout', url, metadata: { suite: 'again' } };

/** Which verdicts were told, and on what. */
async function verdictsTold({ kubernetes, namespace }: World): Promise<string[]> {
  const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
  return events
    .filter(({ reason }) => /^E2ETest(Passed|Failed|Inconclusive)$/.test(String(reason)))
    .map(({ involvedObject, reason }) => `${(involvedObject as { kind: string }).kind} ${reason}`)
    .sort();
}

type Told = { on: string; type: unknown; reason: unknown; message: string };

/** The verifier's Events about the end of a rollout. */
async function toldAtTheEnd({ kubernetes, namespace }: World): Promise<Told[]> {
  const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
  return events
    .filter(({ reason }) => reason === 'E2ETestClosed' || reason === 'PromotedUnverified')
    .map(({ involvedObject, type, reason, message }) => {
      const { kind, name } = involvedObject as { kind: string; name: string };
      return { on: `${kind} ${name}`, type, reason, message: String(message) };
    })
    .sort((a, b) => (a.on < b.on ? -1 : 1));
}

/** The records for good: an Event that is late on a slow machine is told again by the next call. */
async function writtenOf(world: World): Promise<unknown[]> {
  return (await recordsOf(world)).map(({ eventPending: _, ...record }) => record);
}

async function verdictsOf(world: World, name?: string): Promise<unknown[]> {
  return (await recordsOf(world, name)).map(({ verdict }) => verdict);
}

async function shortOf({ kubernetes, namespace }: World, name = 'podinfo'): Promise<unknown> {
  const spec = await kubernetes.get({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name });
  const status = spec?.['status'] as { lastRun?: { verdict?: string } } | undefined;
  return status?.lastRun?.verdict;
}

async function assertAllClosed(world: World, name?: string): Promise<void> {
  const records = await recordsOf(world, name);
  for (const record of records) {
    assert.ok(record['closedAt'], JSON.stringify(record));
    assert.notEqual(record['verdict'], 'Running', JSON.stringify(record));
  }
}

/** Until the Job has ended, which no call has seen then. */
async function untilEnded(world: World): Promise<void> {
  await until(
    () => jobsIn(world),
    (jobs) => jobs.every((job) => /"type":"(Complete|Failed)"/.test(JSON.stringify(job))),
  );
}

/** Its status, and of which Canary that is. */
async function passedOf({ kubernetes, namespace }: World, name: string): Promise<string> {
  const spec = await kubernetes.get({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name });
  const condition = at(spec, 'status', 'conditions', 0);
  return `${at(condition, 'status')}: ${String(at(condition, 'message')).split(',')[0]}`;
}

export const closing: Behaviour[] = [
  {
    title: 'The run of a Canary that is deleted is closed at the next write of another that shares its E2ESpec',
    async run(world) {
      const { kubernetes, namespace, verifier } = world;
      const webhooks = [{ name: 'e2e', type: 'pre-rollout', url, metadata: { e2espec: 'twin' } }];
      const twinOf = (name: string) => playCanary(kubernetes, { namespace, name, webhooks });
      const [a, b, c] = await Promise.all(['twin-a', 'twin-b', 'twin-c'].map(twinOf));
      assert.ok(a && b && c);
      const metadata = { e2espec: 'twin' };
      await applySpec(world, lasting, 'twin');
      for (const each of [b, c]) {
        await each.begin('one');
        assertAnswer(await verifier.post('/pre-rollout', each.payload(metadata)), 429, 'Started');
      }
      await kubernetes.delete(b.key);
      await applySpec(world, passing, 'twin');
      await a.begin('one');
      assertAnswer(await untilDecided(world, a.payload(metadata)), 200, 'Passed');
      const stands = (await recordsOf(world, 'twin')).map(({ canary, verdict, reason }) => [canary, verdict, reason]);
      assert.deepEqual(stands.sort(), [
        ['twin-a', 'Passed', undefined],
        ['twin-b', 'Cancelled', 'CanaryDeleted'],
        ['twin-c', 'Running', 'Started'],
      ]);
      assert.deepEqual(await passedOf(world, 'twin'), 'Unknown: Canary twin-c');
      await kubernetes.delete(c.key);
      await a.end('Succeeded');
      assertAnswer(await verifier.post('/post-rollout', a.payload(metadata)), 200, 'Closed');
      assert.deepEqual(await passedOf(world, 'twin'), 'True: Canary twin-a');
    },
  },
  {
    title: 'Two post-rollout hooks close a verified rollout once: no second Event, no Warning, no other record',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed', 'its runs are closed');
      const before = [await writtenOf(world), await toldAtTheEnd(world)];
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed', 'closed before');
      assert.deepEqual([await writtenOf(world), await toldAtTheEnd(world)], before);
    },
  },
  {
    title: 'Two post-rollout hooks report an unverified promotion once, with one record and one Event on each object',
    async run(world) {
      const canary = await rollOut(world, failing);
      assertAnswer(await untilDecided(world, canary.payload()), 412);
      await canary.end('Succeeded');
      const first = await world.verifier.post('/post-rollout', canary.payload());
      assertAnswer(first, 200, 'PromotedUnverified', 'E2ESpec podinfo: Failed');
      const before = [await writtenOf(world), await toldAtTheEnd(world)];
      assert.deepEqual(
        await world.verifier.post('/post-rollout', canary.payload()).then(({ body }) => body),
        first.body,
      );
      assert.deepEqual([await writtenOf(world), await toldAtTheEnd(world)], before);
      assert.deepEqual(await verdictsOf(world), ['PromotedUnverified', 'Failed']);
      assert.deepEqual(
        (await toldAtTheEnd(world)).map(({ on, type, reason }) => [on, type, reason]),
        [
          ['Canary podinfo', 'Warning', 'PromotedUnverified'],
          ['E2ESpec podinfo', 'Warning', 'PromotedUnverified'],
        ],
      );
    },
  },
  {
    title: 'Two post-rollout hooks of a failed rollout close it once',
    async run(world) {
      const canary = await rollOut(world, failing);
      assertAnswer(await untilDecided(world, canary.payload()), 412);
      await canary.end('Failed');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed', 'the rollout failed');
      const before = [await writtenOf(world), await toldAtTheEnd(world)];
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed', 'closed before');
      assert.deepEqual([await writtenOf(world), await toldAtTheEnd(world)], before);
    },
  },
  {
    title: 'A failed rollout of which nothing was tested is told as that, although an earlier one is on record',
    async run(world) {
      const canary = await rollOut(world, failing);
      assertAnswer(await untilDecided(world, canary.payload()), 412);
      await canary.end('Failed');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed', 'its runs are closed');
      const before = [await writtenOf(world), await toldAtTheEnd(world)];
      await canary.begin('one');
      await canary.end('Failed');
      const answered = await world.verifier.post('/post-rollout', canary.payload());
      assertAnswer(answered, 200, 'Closed: the rollout failed; no run of it is on record');
      assert.deepEqual([await writtenOf(world), await toldAtTheEnd(world)], before);
    },
  },
  {
    title: 'A pass of an earlier rollout of the same revision vouches for no later promotion',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed');
      // As with skipAnalysis: nothing asked for its test.
      await canary.begin('one');
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'PromotedUnverified', 'no run');
      assert.deepEqual(await verdictsOf(world), ['PromotedUnverified', 'Passed']);
    },
  },
  {
    title: 'Nor does one whose rollout nobody has closed, when another revision was tested since',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.end('Succeeded');
      await canary.begin('two');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.end('Succeeded');
      await canary.begin('one');
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'PromotedUnverified', 'no run');
      assert.deepEqual(await verdictsOf(world), ['PromotedUnverified', 'Passed', 'Passed']);
    },
  },
  {
    title: 'The pass of one gate hides no other gate of the same E2ESpec that failed, runs or never began',
    async run(world) {
      const canary = await rollOut(world, passing, { webhooks: [smoke, again] });
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'PromotedUnverified', 'no run');
      assert.deepEqual(await verdictsOf(world), ['PromotedUnverified', 'Passed']);

      await canary.begin('two');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await applySpec(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload(again.metadata)), 429);
      await canary.end('Succeeded');
      const answered = await world.verifier.post('/post-rollout', canary.payload());
      assertAnswer(answered, 200, 'PromotedUnverified', 'E2ESpec podinfo: Cancelled');
      await assertAllClosed(world);
      assert.equal(await shortOf(world), 'PromotedUnverified');
    },
  },
  {
    title: 'Each E2ESpec whose gate did not pass gets the record of an unverified promotion, and each is closed',
    async run(world) {
      const canary = await rollOut(world, passing, { webhooks: [smoke, full, again] });
      await applySpec(world, failing, 'full');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      assertAnswer(await untilDecided(world, canary.payload(full.metadata)), 412);
      await canary.end('Succeeded');
      const answered = await world.verifier.post('/post-rollout', canary.payload());
      assertAnswer(answered, 200, 'PromotedUnverified', 'E2ESpec full: Failed', 'E2ESpec podinfo: no run');
      assert.deepEqual(await verdictsOf(world), ['PromotedUnverified', 'Passed']);
      assert.deepEqual(await verdictsOf(world, 'full'), ['PromotedUnverified', 'Failed']);
      for (const name of ['podinfo', 'full']) await assertAllClosed(world, name);
    },
  },
  {
    title: 'A promotion is verified when every gate of it passed or was skipped by a person',
    async run(world) {
      const canary = await rollOut(world, passing, { webhooks: [smoke, full] });
      await applySpec(world, failing, 'full');
      const value = `podinfo/${canary.payload().checksum}: the shop is closed`;
      const { kubernetes, namespace } = world;
      const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'full' };
      await kubernetes.patch(key, { metadata: { annotations: { 'remarkable.com/skip': value } } });
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      assertAnswer(await untilDecided(world, canary.payload(full.metadata)), 200, 'Skipped');
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed');
      for (const name of ['podinfo', 'full']) await assertAllClosed(world, name);
      assert.ok((await toldAtTheEnd(world)).every(({ type }) => type === 'Normal'));
    },
  },
  {
    title: 'A pass that no call has seen is recorded as the pass it is when the rollout is over',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await untilEnded(world);
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed', 'after a passed test');
      const [record] = await recordsOf(world);
      assert.equal(record?.['verdict'], 'Passed');
      assert.match(String(record?.['message']), /^the test passed/);
      assert.equal(record?.['reason'], undefined);
      await assertAllClosed(world);
      assert.equal(await shortOf(world), 'Passed');
      assert.deepEqual(await verdictsTold(world), ['Canary E2ETestPassed', 'E2ESpec E2ETestPassed']);
      assert.equal((await jobsIn(world)).length, 1);
    },
  },
  {
    title: 'A failure that no call has seen is recorded as the failure it is when the rollout failed',
    async run(world) {
      const canary = await rollOut(world, failing);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await untilEnded(world);
      await canary.end('Failed');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed');
      const [record] = await recordsOf(world);
      assert.deepEqual([record?.['verdict'], record?.['reason']], ['Failed', 'Error']);
      assert.deepEqual(await verdictsTold(world), ['Canary E2ETestFailed', 'E2ESpec E2ETestFailed']);
      assert.equal((await jobsIn(world)).length, 1);
    },
  },
  {
    title: 'A test that still runs when its revision is promoted is stopped, and its record is closed and says so',
    async run(world) {
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'PromotedUnverified');
      assert.deepEqual(await verdictsOf(world), ['PromotedUnverified', 'Cancelled']);
      const [, record] = await recordsOf(world);
      assert.match(String(record?.['message']), /^the test still ran; stopped Job e2e-podinfo-/);
      await assertAllClosed(world);
      assert.equal(await shortOf(world), 'PromotedUnverified');
      await until(
        () => jobsIn(world),
        (jobs) => jobs.length === 0,
      );
    },
  },
  {
    title: 'A test that still runs although a person has skipped it is stopped when the rollout is over',
    async run(world) {
      const { kubernetes, namespace } = world;
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      const annotations = { 'remarkable.com/skip': `podinfo/${canary.payload().checksum}: the shop is closed` };
      const spec = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'podinfo' };
      await kubernetes.patch(spec, { metadata: { annotations } });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, 'Skipped');
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed');
      assert.deepEqual(await verdictsOf(world), ['Skipped', 'Superseded']);
      await until(
        () => jobsIn(world),
        (jobs) => jobs.length === 0,
      );
    },
  },
  {
    title: 'Without any E2ESpec an unverified promotion is told on the Canary, once',
    async run(world) {
      const canary = await playCanary(world.kubernetes, { namespace: world.namespace });
      await canary.begin('one');
      await canary.end('Succeeded');
      for (let call = 1; call <= 2; call++) {
        const answered = await world.verifier.post('/post-rollout', canary.payload());
        assertAnswer(answered, 200, 'PromotedUnverified', 'there is no E2ESpec podinfo');
      }
      const [told, ...others] = await toldAtTheEnd(world);
      assert.deepEqual([told?.on, told?.type, others], ['Canary podinfo', 'Warning', []]);
    },
  },
  {
    title: 'A promotion that no gate of the verifier was asked about is not verified',
    async run(world) {
      const webhooks = [{ name: 'close', type: 'post-rollout', url: 'http://e2e-verifier.default/post-rollout' }];
      const canary = await rollOut(world, passing, { webhooks });
      await canary.end('Succeeded');
      const answered = await world.verifier.post('/post-rollout', canary.payload());
      assertAnswer(answered, 200, 'PromotedUnverified', 'none of its webhooks starts a test');
      assert.deepEqual(await verdictsOf(world), ['PromotedUnverified']);
    },
  },
  {
    title: 'A Canary without any hook of the verifier gets no record and no Event by a stranger’s call',
    async run(world) {
      const webhooks = [{ name: 'load', type: 'rollout', url: 'http://flagger-loadtester.test/' }];
      const canary = await rollOut(world, passing, { webhooks });
      for (const end of ['Failed', 'Succeeded'] as const) {
        await canary.end(end);
        const answered = await world.verifier.post('/post-rollout', canary.payload());
        assertAnswer(answered, 403, 'the call does not match the Canary');
      }
      assert.deepEqual(await recordsOf(world), []);
      assert.deepEqual(await toldAtTheEnd(world), []);
    },
  },
  {
    title: 'A late call for an earlier revision closes what belongs to that one, and says nothing of a promotion',
    async run(world) {
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      const earlier = canary.payload();
      await canary.end('Failed');
      await applySpec(world, passing);
      await canary.begin('two');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', earlier), 200, 'Closed', 'an earlier rollout');
      assert.deepEqual(
        (await recordsOf(world)).map(({ verdict, reason, closedAt }) => [verdict, reason, closedAt !== undefined]),
        [
          ['Passed', undefined, false],
          ['Cancelled', 'RolloutOver', true],
        ],
      );
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed', 'after a passed test');
      assertAnswer(await world.verifier.post('/post-rollout', earlier), 200, 'Closed', 'closed before');
      assert.deepEqual(
        (await toldAtTheEnd(world)).filter(({ type }) => type === 'Warning'),
        [],
      );
    },
  },
  {
    title: 'What another revision of the same rollout has left in another E2ESpec is closed with it',
    async run(world) {
      const canary = await rollOut(world, passing, { webhooks: [smoke, full] });
      await applySpec(world, lasting, 'full');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload(full.metadata)), 429);
      await canary.restart('two');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.end('Failed');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed');
      await assertAllClosed(world, 'full');
      assert.deepEqual(await verdictsOf(world, 'full'), ['Cancelled']);
    },
  },
  ...(['Failed', 'Succeeded'] as const).map(
    (end): Behaviour => ({
      title: `A rollout that has ${end.toLowerCase()} at a revision that was never tested closes what the former one has left`,
      async run(world) {
        const canary = await rollOut(world, lasting);
        assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
        await canary.restart('two');
        await canary.end(end);
        const reason = end === 'Failed' ? 'Closed' : 'PromotedUnverified';
        assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, reason);
        await assertAllClosed(world);
        const promoted = end === 'Failed' ? [] : ['PromotedUnverified'];
        assert.deepEqual(await verdictsOf(world), [...promoted, 'Cancelled']);
        await until(
          () => jobsIn(world),
          (jobs) => jobs.length === 0,
        );
      },
    }),
  ),
  {
    title:
      'Without a post-rollout hook the next confirm-rollout closes a failed rollout, with the verdict that no call had seen',
    async run(world) {
      const canary = await rollOut(world, failing, { webhooks: [smoke, preflight] });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await untilEnded(world);
      await canary.end('Failed');
      assertAnswer(await world.verifier.post('/confirm-rollout', canary.payload()), 200, 'Ready');
      assert.deepEqual(await verdictsOf(world), ['Failed']);
      await assertAllClosed(world);
      assert.equal(await shortOf(world), 'Failed');
      assert.deepEqual(await verdictsTold(world), ['Canary E2ETestFailed', 'E2ESpec E2ETestFailed']);
      assert.equal((await jobsIn(world)).length, 1);
    },
  },
  {
    title: 'It warns when what was promoted had failed, and a post-rollout hook that comes later says the same, once',
    async run(world) {
      const canary = await rollOut(world, failing, { webhooks: [smoke, preflight] });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await untilEnded(world);
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/confirm-rollout', canary.payload()), 200, 'Ready');
      assert.deepEqual(await verdictsOf(world), ['PromotedUnverified', 'Failed']);
      await assertAllClosed(world);
      const before = [await writtenOf(world), await toldAtTheEnd(world)];
      const late = await world.verifier.post('/post-rollout', canary.payload());
      assertAnswer(late, 200, 'PromotedUnverified', 'E2ESpec podinfo: Failed');
      assert.deepEqual([await writtenOf(world), await toldAtTheEnd(world)], before);
      assert.deepEqual(
        (await toldAtTheEnd(world)).map(({ on, reason }) => [on, reason]),
        [
          ['Canary podinfo', 'PromotedUnverified'],
          ['E2ESpec podinfo', 'PromotedUnverified'],
        ],
      );
    },
  },
  ...(['/pre-rollout', '/rollback'] as const).map(
    (path): Behaviour => ({
      title: `The next rollout's ${path} closes what was promoted although its test failed, and warns, once`,
      async run(world) {
        const canary = await rollOut(world, failing, { webhooks: [smoke, back, full] });
        await applySpec(world, failing, 'full');
        assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
        assertAnswer(await world.verifier.post('/pre-rollout', canary.payload(full.metadata)), 429);
        await untilEnded(world);
        await canary.end('Succeeded');
        for (const name of ['podinfo', 'full']) await applySpec(world, lasting, name);
        await canary.begin('two');
        assertAnswer(await world.verifier.post(path, canary.payload()), path === '/rollback' ? 403 : 429);
        await world.verifier.post('/pre-rollout', canary.payload());
        assert.deepEqual(await verdictsOf(world), ['Running', 'PromotedUnverified', 'Failed']);
        assert.deepEqual(await verdictsOf(world, 'full'), ['PromotedUnverified', 'Failed']);
        assert.equal(await shortOf(world), 'Running');
        const [running, ...former] = await recordsOf(world);
        assert.equal(running?.['closedAt'], undefined);
        for (const record of former) assert.ok(record['closedAt'], JSON.stringify(record));
        const told = await toldAtTheEnd(world);
        assert.deepEqual(
          told.map(({ on, reason }) => `${on} ${reason}`),
          ['Canary podinfo', 'E2ESpec full', 'E2ESpec podinfo'].map((on) => `${on} PromotedUnverified`),
        );
        await world.verifier.post('/rollback', canary.payload());
        await world.verifier.post('/pre-rollout', canary.payload(full.metadata));
        assert.deepEqual(await toldAtTheEnd(world), told);
        await canary.end('Failed');
        assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed');
        await assertAllClosed(world);
      },
    }),
  ),
  {
    title: 'A revision that is tried again keeps the verdict of its former rollout, whose Job has to go',
    async run(world) {
      const canary = await rollOut(world, failing);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await untilEnded(world);
      await canary.end('Failed');
      await applySpec(world, passing);
      await canary.begin('one');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      assert.deepEqual(await verdictsOf(world), ['Passed', 'Failed']);
      const [passed, failed] = await recordsOf(world);
      assert.deepEqual([passed?.['closedAt'], failed?.['reason']], [undefined, 'Error']);
      assert.ok(failed?.['closedAt']);
      assert.deepEqual(await toldAtTheEnd(world), []);
    },
  },
  {
    title: 'A test of a former rollout that still runs is stopped, and its record says so',
    async run(world) {
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await canary.end('Failed');
      await applySpec(world, passing);
      await canary.begin('two');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      assert.deepEqual(await verdictsOf(world), ['Passed', 'Cancelled']);
      const [, record] = await recordsOf(world);
      assert.match(String(record?.['message']), /^the test still ran; stopped Job e2e-podinfo-/);
      assert.ok(record?.['closedAt']);
      await until(
        () => jobsIn(world),
        (jobs) => jobs.length === 1,
      );
    },
  },
  {
    title: 'A former rollout that has passed is closed without a word when nobody knows how it ended',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.end('Failed');
      await canary.begin('two');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      const records = await recordsOf(world);
      assert.deepEqual(
        records.map(({ verdict, closedAt }) => [verdict, closedAt !== undefined]),
        [
          ['Passed', false],
          ['Passed', true],
        ],
      );
      assert.deepEqual(await toldAtTheEnd(world), []);
    },
  },
  {
    title: 'A call that is not of the Canary closes nothing of its former rollouts',
    async run(world) {
      const canary = await rollOut(world, failing, { webhooks: [smoke, preflight] });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await untilEnded(world);
      await canary.end('Succeeded');
      const before = await recordsOf(world);
      const stranger = { ...canary.payload(), checksum: '85d557f47b' };
      assertAnswer(await world.verifier.post('/confirm-rollout', stranger), 403);
      await canary.begin('two');
      assertAnswer(await world.verifier.post('/pre-rollout', stranger), 403);
      assert.deepEqual(await recordsOf(world), before);
    },
  },
  ...['', '..', '.', 'x/status', 'UPPER', 'a..b', 'x'.repeat(300)].map(
    (name): Behaviour => ({
      title: `An E2ESpec called "${name.slice(0, 20)}" is asked for nowhere, and its gate is no pass`,
      async run(world) {
        const broken = { ...full, metadata: { e2espec: name } };
        const canary = await rollOut(world, failing, { webhooks: [...defaultWebhooks, broken] });
        const says = 'metadata.e2espec must be the name of an E2ESpec';
        assertAnswer(await world.verifier.post('/pre-rollout', canary.payload(broken.metadata)), 400, says);
        assertAnswer(await untilDecided(world, canary.payload()), 412);
        assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200, 'Error');
        await canary.end('Succeeded');
        assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'PromotedUnverified', says);
      },
    }),
  ),
];
