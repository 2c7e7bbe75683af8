/**
 * What people and tests say about a run: the result that a test hands over, the request to run again, the skip.
 */
import assert from 'node:assert/strict';
import { defaultWebhooks, type PlayedCanary } from '../../support/canary.ts';
import { at } from '../../support/documents.ts';
import {
  annotate,
  applySpec,
  assertAnswer,
  type Behaviour,
  failing,
  image,
  jobKey,
  jobsIn,
  lasting,
  onlyJob,
  passing,
  recordsOf,
  rollOut,
  until,
  untilDecided,
  type World,
} from '../../support/environment.ts';

/** A test that writes this as its termination message. */
const handsOver = (result: string, exitCode = 0) => ({
  image,
  command: ['sh', '-c', `echo '${result}' > /dev/termination-log; exit ${exitCode}`],
  inconclusiveRetries: 0,
});

const threeOf42 = JSON.stringify({
  total: 42,
  passed: 38,
  failed: 3,
  skipped: 1,
  failures: [{ name: 'checkout rejects an expired card', message: 'expected 402' }, { name: 'cart keeps its items' }],
});

const results: { title: string; spec: Record<string, unknown>; status: number; says: string; counts?: unknown }[] = [
  {
    title: 'A test that hands over a result passes with its counts',
    spec: handsOver('{"total":42,"passed":41,"failed":0,"skipped":1}'),
    status: 200,
    says: '41 of 42 tests passed',
    counts: { total: 42, passed: 41, failed: 0, skipped: 1 },
  },
  {
    title: 'A test that names what failed is quoted by it',
    spec: handsOver(threeOf42, 1),
    status: 412,
    says: '3 of 42 failed: checkout rejects an expired card (expected 402); cart keeps its items',
    counts: { total: 42, passed: 38, failed: 3, skipped: 1 },
  },
  {
    title: 'A test that ends with 0 and says that something failed has failed',
    spec: handsOver(threeOf42),
    status: 412,
    says: 'TestsFailed: Job',
    counts: { total: 42, passed: 38, failed: 3, skipped: 1 },
  },
  {
    title: 'A test that ran nothing has not passed',
    spec: handsOver('{"total":0,"failed":0}'),
    status: 424,
    says: 'NoTestsRun',
    counts: { total: 0, failed: 0 },
  },
  {
    title: 'A test whose result cannot be read has not passed',
    spec: handsOver('{"total":42,'),
    status: 424,
    says: 'ResultUnreadable',
  },
];

const runAgain = (world: World, at: string) => annotate(world, { 'remarkable.com/requestedAt': at });

function skip(world: World, canary: PlayedCanary): Promise<void> {
  return annotate(world, { 'remarkable.com/skip': `podinfo/${canary.payload().checksum}: the shop is closed` });
}

async function reasonsOfEvents({ kubernetes, namespace }: World, kind: string): Promise<unknown[]> {
  const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
  const own = events.filter(
    ({ involvedObject, reason }) => isOn(involvedObject, kind) && `${reason}`.startsWith('E2ETest'),
  );
  return own.map(({ reason }) => reason).sort();
}

function isOn(reference: unknown, kind: string): boolean {
  return typeof reference === 'object' && reference !== null && 'kind' in reference && reference.kind === kind;
}

export const byHand: Behaviour[] = [
  ...results.map(({ title, spec, status, says, counts }) => ({
    title,
    async run(world: World) {
      const canary = await rollOut(world, spec);
      assertAnswer(await untilDecided(world, canary.payload()), status, says);
      const [record] = await recordsOf(world);
      assert.deepEqual(record?.['counts'], counts);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), status === 200 ? 403 : 200);
    },
  })),
  {
    title: 'A passed test is run again when a person asks for it, once, and its failure takes the pass back',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      const first = await onlyJob(world);
      await applySpec(world, failing);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200);
      await runAgain(world, '2026-11-21T10:00:00Z');
      assertAnswer(
        await world.verifier.post('/pre-rollout', canary.payload()),
        429,
        'run again',
        '2026-11-21T10:00:00Z',
      );
      assertAnswer(await untilDecided(world, canary.payload()), 412, 'checkout rejects an expired card');
      const second = await onlyJob(world);
      assert.notEqual(second.metadata.uid, first.metadata.uid);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 412);
      assert.equal((await onlyJob(world)).metadata.uid, second.metadata.uid);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200);
      const records = await recordsOf(world);
      assert.deepEqual(
        records.map(({ verdict }) => verdict),
        ['Failed', 'Superseded'],
      );
      assert.match(String(records[1]?.['message']), /^was Passed; run again by hand/);
    },
  },
  {
    title: 'A failed test is run again when a person asks for it, and /rollback is shut from then on',
    async run(world) {
      const canary = await rollOut(world, failing);
      assertAnswer(await untilDecided(world, canary.payload()), 412);
      await applySpec(world, passing);
      await runAgain(world, 'now');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'run again');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'Passed');
    },
  },
  {
    title: '/rollback starts the run that was asked for, with its gate’s own metadata, and no other',
    async run(world) {
      const [gate, rollback] = defaultWebhooks;
      assert.ok(gate && rollback);
      const metadata = { region: 'north' };
      const canary = await rollOut(world, passing, { webhooks: [{ ...gate, metadata }, rollback] });
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'NotStarted');
      assert.deepEqual(await jobsIn(world), []);
      assertAnswer(await untilDecided(world, canary.payload(metadata)), 200);
      const first = await onlyJob(world);
      await runAgain(world, 'now');
      const ask = () => world.verifier.post('/rollback', canary.payload());
      assertAnswer(await ask(), 403, 'Deleting', 'run again');
      assertAnswer(await until(ask, ({ body }) => !body.startsWith('Deleting')), 403, 'Started', 'run again');
      const second = await onlyJob(world);
      assert.notEqual(second.metadata.uid, first.metadata.uid);
      assert.equal(second.metadata.name, first.metadata.name);
      assert.match(JSON.stringify(second), /"CANARY_METADATA_REGION","value":"north"/);
      assertAnswer(await until(ask, ({ body }) => body.startsWith('Passed')), 403);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload(metadata)), 200);
    },
  },
  {
    title: 'A running test begins anew when a person asks for it',
    async run(world) {
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
      const first = await onlyJob(world);
      await applySpec(world, passing);
      await runAgain(world, 'now');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'run again');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      assert.notEqual((await onlyJob(world)).metadata.uid, first.metadata.uid);
    },
  },
  {
    title: 'A request from before the rollout is answered by its first run',
    async run(world) {
      const canary = await rollOut(world, passing);
      await runAgain(world, 'yesterday');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      const first = await onlyJob(world);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200);
      assert.equal((await onlyJob(world)).metadata.uid, first.metadata.uid);
    },
  },
  {
    title: 'A request outlives the Job: the record knows which one was answered',
    async run(world) {
      const canary = await rollOut(world, passing);
      await runAgain(world, 'once');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      const { metadata } = await onlyJob(world);
      await world.kubernetes.delete({ ...canary.key, apiVersion: 'batch/v1', kind: 'Job', name: metadata.name ?? '' });
      await until(
        () => jobsIn(world),
        (jobs) => jobs.length === 0,
      );
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200);
      await runAgain(world, 'twice');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'run again');
    },
  },
  {
    title: 'An E2ESpec that is edited while its test runs says once that this run does not count it, and what to do',
    async run(world) {
      const canary = await rollOut(world, lasting);
      const ask = () => world.verifier.post('/pre-rollout', canary.payload());
      await until(ask, ({ body }) => body.includes('the test runs'));
      const told = async () => {
        const events = await world.kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace: world.namespace });
        return events.filter(({ reason }) => reason === 'E2ESpecEdited').map(({ message }) => String(message));
      };
      assert.deepEqual(await told(), []);
      await applySpec(world, { ...lasting, activeDeadlineSeconds: 500 });
      for (let poll = 1; poll <= 3; poll++) assertAnswer(await ask(), 429, 'edited, but this run goes on as it began');
      const [first, second, ...others] = await told();
      assert.match(
        first ?? '',
        /kubectl annotate --field-manager=e2e-verifier -n \S+ e2e podinfo remarkable\.com\/requestedAt=/,
      );
      assert.deepEqual([second, others], [first, []]);
      await applySpec(world, { ...lasting, activeDeadlineSeconds: 400 });
      await ask();
      assert.equal((await told()).length, 4);
    },
  },
  {
    title: 'A skip lets one revision through without its test, on record and told as a Warning',
    async run(world) {
      const canary = await rollOut(world, failing);
      await skip(world, canary);
      const says = 'skipped by hand: the shop is closed';
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, 'Skipped', says);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'Skipped');
      assertAnswer(await world.verifier.post('/confirm-promotion', canary.payload()), 200, 'Skipped');
      assert.deepEqual(await jobsIn(world), []);
      const [record, ...others] = await recordsOf(world);
      assert.deepEqual([record?.['verdict'], record?.['message'], others], ['Skipped', says, []]);
      assert.deepEqual(await reasonsOfEvents(world, 'Canary'), ['E2ETestSkipped']);
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed');
      assert.deepEqual(await reasonsOfEvents(world, 'E2ESpec'), ['E2ETestClosed', 'E2ETestSkipped']);
    },
  },
  {
    title: 'A skip may name the revision as the Canary does, before the first call and while the test runs',
    async run(world) {
      const canary = await rollOut(world, lasting);
      await annotate(world, { 'remarkable.com/skip': 'podinfo/one: the shop is closed' });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, 'Skipped');
      await canary.restart('two');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
      await annotate(world, { 'remarkable.com/skip': 'podinfo/two: the shop is closed again' });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, 'Skipped', 'closed again');
      const running = await onlyJob(world);
      assert.equal(at(running, 'status', 'active'), 1, 'the test goes on');
      await world.kubernetes.delete(jobKey(world, running.metadata.name));
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, 'Skipped');
      const jobs = await jobsIn(world);
      assert.ok(
        jobs.every(({ metadata }) => metadata.uid === running.metadata.uid),
        'none is started in its place',
      );
    },
  },
  {
    title: 'A skip holds for one rollout: the same revision is tested in the next one',
    async run(world) {
      const canary = await rollOut(world, failing);
      await skip(world, canary);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200);
      await canary.end('Succeeded');
      await canary.begin('two');
      await canary.end('Succeeded');
      await canary.begin('one');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
      assertAnswer(await untilDecided(world, canary.payload()), 412);
    },
  },
  {
    title: 'A skip comes before a failed verdict, and a request to run again before a skip',
    async run(world) {
      const canary = await rollOut(world, failing);
      assertAnswer(await untilDecided(world, canary.payload()), 412);
      await skip(world, canary);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'Skipped');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, 'Skipped');
      await runAgain(world, 'now');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'run again');
      assertAnswer(await untilDecided(world, canary.payload()), 412);
    },
  },
  {
    title:
      'A skip of another revision, or one without a reason, lets nothing through and says why, in the answer and an Event',
    async run(world) {
      const canary = await rollOut(world, failing);
      await annotate(world, { 'remarkable.com/skip': 'podinfo/bbbbbbbbbb: wrong one' });
      const { checksum } = canary.payload();
      const other = 'annotation remarkable.com/skip does nothing here: it names revision bbbbbbbbbb, not this one';
      const instead = `To let this revision through, write podinfo/one: reason (one is the Canary's status.lastAppliedSpec; the checksum ${checksum} works too), or let kubectl e2e skip podinfo -n ${world.namespace} --reason WHY write it`;
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started', other, instead);
      assertAnswer(await untilDecided(world, canary.payload()), 412, other, instead);
      await annotate(world, { 'remarkable.com/skip': 'yes' });
      const unread = 'annotation remarkable.com/skip does nothing: "yes" is not CANARY/REVISION: reason';
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 412, unread, instead);
      const events = await world.kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace: world.namespace });
      const told = events.filter(({ reason }) => reason === 'IgnoredByHand');
      for (const kind of ['Canary', 'E2ESpec']) {
        const own = told.filter(({ involvedObject }) => isOn(involvedObject, kind));
        assert.deepEqual(
          own.map(({ type, message }) => `${type}: ${message}`).sort(),
          [other, unread].map((words) => `Warning: ${words}. ${instead}`).sort(),
        );
      }
      const [record] = await recordsOf(world);
      assert.doesNotMatch(String(record?.['message']), /does nothing/);
    },
  },
];
