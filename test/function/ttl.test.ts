/**
 * Jobs that Kubernetes itself removes, ttlSecondsAfterFinished after their end: five minutes at the least, which only
 * the embedded API can let pass at once. On a real cluster the behaviour suite deletes them.
 */
import assert from 'node:assert/strict';
import { assertAnswer, failing, jobsIn, onlyJob, rollOut, until, untilDecided } from '../support/environment.ts';
import { type EmbeddedWorld, embeddedStage } from '../support/stage.ts';

describe('A Job that its TTL removed', () => {
  const { enter } = embeddedStage();
  const spec = { ...failing, ttlSecondsAfterFinished: 300 };

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
