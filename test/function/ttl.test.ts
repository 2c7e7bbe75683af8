/**
 * Jobs that Kubernetes itself removes, ttlSecondsAfterFinished after their end: five minutes at the least, which only
 * the embedded API can let pass at once. On a real cluster the behaviour suite deletes them.
 */
import assert from 'node:assert/strict';
import { at } from '../support/documents.ts';
import {
  assertAnswer,
  failing,
  jobKey,
  jobsIn,
  onlyJob,
  recordsOf,
  rollOut,
  until,
  untilDecided,
} from '../support/environment.ts';
import { type EmbeddedWorld, embeddedStage } from '../support/stage.ts';

describe('A Job that a finalizer holds', () => {
  const { enter } = embeddedStage();

  it('is waited for, told after a minute with what holds it, never rolled back for, and forgotten when it is gone', async () => {
    const world = await enter();
    const canary = await rollOut(world, failing);
    assertAnswer(await untilDecided(world, canary.payload()), 412);
    const key = jobKey(world, (await onlyJob(world)).metadata.name);
    await world.kubernetes.patch(key, { metadata: { finalizers: ['example.com/hold'] } });
    await canary.end('Failed');
    await canary.begin('one');
    const ask = (path = '/pre-rollout') => world.verifier.post(path, canary.payload());
    assertAnswer(await ask(), 429, 'Deleting');
    assertAnswer(await ask(), 429, 'Deleting');
    await world.kubernetes.advance(95);
    const words = [
      /^JobStuck: .* held by finalizer example\.com\/hold/,
      'find out who has to take that finalizer away',
    ];
    assertAnswer(await ask(), 424, ...words);
    assertAnswer(await ask('/confirm-promotion'), 403, ...words);
    assertAnswer(await ask('/webhook'), 500, ...words);
    assertAnswer(await ask('/rollback'), 403, ...words);
    const events = await world.kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace: world.namespace });
    const told = events.filter(({ message }) => String(message).startsWith('JobStuck'));
    assert.deepEqual(told.map((event) => at(event, 'involvedObject', 'kind')).sort(), ['Canary', 'E2ESpec']);
    await world.kubernetes.patch(key, { metadata: { finalizers: null } });
    assertAnswer(await untilDecided(world, canary.payload()), 412, 'expired card');
  });
});

describe('A Job that its TTL removed', () => {
  const { enter } = embeddedStage();
  const spec = { ...failing, ttlSecondsAfterFinished: 300, ttlSecondsAfterFailure: 300 };

  async function untilRemoved(world: EmbeddedWorld): Promise<void> {
    await world.kubernetes.advance(310);
    await until(
      () => jobsIn(world),
      (jobs) => jobs.length === 0,
    );
  }

  it('after its verdict was read is answered by the record, and nothing runs again', async () => {
    const world = await enter();
    const canary = await rollOut(world, spec);
    const decided = await untilDecided(world, canary.payload());
    assertAnswer(decided, 412, 'expired card');
    await untilRemoved(world);
    const again = await world.verifier.post('/pre-rollout', canary.payload());
    assert.deepEqual([again.status, again.body], [decided.status, decided.body]);
    assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200);
    assert.deepEqual(await jobsIn(world), []);
  });

  it('before its verdict was read is run again', async () => {
    const world = await enter();
    const canary = await rollOut(world, spec);
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
    await until(
      () => onlyJob(world),
      (job) => JSON.stringify(job['status']).includes('"Failed"'),
    );
    await untilRemoved(world);
    assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403);
    assertAnswer(
      await world.verifier.post('/pre-rollout', canary.payload()),
      429,
      'removed before its verdict was read',
    );
    const [record] = await recordsOf(world);
    assert.deepEqual([record?.['attempt'], record?.['removed']], [1, undefined]);
    assertAnswer(await untilDecided(world, canary.payload()), 412);
  });

  it('twice before its verdict was read is run again all the same, where a removed one would be inconclusive', async () => {
    const world = await enter();
    const canary = await rollOut(world, spec);
    for (let times = 0; times < 3; times++) {
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
      await until(
        () => onlyJob(world),
        (job) => JSON.stringify(job['status']).includes('"Failed"'),
      );
      await untilRemoved(world);
    }
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
    assertAnswer(await untilDecided(world, canary.payload()), 412);
  });

  it('is run again when the same revision is rolled out anew', async () => {
    const world = await enter();
    const canary = await rollOut(world, spec);
    assertAnswer(await untilDecided(world, canary.payload()), 412);
    await canary.end('Failed');
    await untilRemoved(world);
    await canary.begin('one');
    assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403);
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
    assertAnswer(await untilDecided(world, canary.payload()), 412);
  });
});
