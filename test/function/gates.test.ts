/**
 * A Canary with more gates than one call can look at: it is told so, and nothing is started, passed or rolled back.
 */
import assert from 'node:assert/strict';
import { playCanary } from '../support/canary.ts';
import { applySpec, assertAnswer, jobsIn, passing, rollOut } from '../support/environment.ts';
import { embeddedStage } from '../support/stage.ts';

const host = 'http://e2e-verifier.default';

function gates(count: number) {
  const own = Array.from({ length: count }, (_, index) => ({
    name: `gate-${index}`,
    type: 'pre-rollout',
    url: `${host}/pre-rollout`,
    metadata: { suite: String(index) },
  }));
  return [...own, { name: 'rollback', type: 'rollback', url: `${host}/rollback` }];
}

describe('A Canary with gates of many different metadata', () => {
  const { enter } = embeddedStage();

  it('is answered for each of twenty', async () => {
    const world = await enter();
    const canary = await rollOut(world, passing, { webhooks: gates(20) });
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload({ suite: '7' })), 429, 'Started');
  });

  for (const count of [21, 2000]) {
    it(`is refused on every hook with ${count}, at the cost of a poll`, async () => {
      const world = await enter();
      const { kubernetes, verifier, namespace } = world;
      await applySpec(world, passing);
      const canary = await playCanary(kubernetes, { namespace, webhooks: gates(count) });
      const said = `has gates with ${count} different metadata`;
      const idle = await verifier.post('/confirm-rollout', canary.payload({ suite: '1' }));
      assertAnswer(idle, 403, 'Invalid', said);
      await canary.begin('one');
      const before = kubernetes.requests.length;
      const paths = [
        '/webhook',
        '/pre-rollout',
        '/rollout',
        '/confirm-traffic-increase',
        '/confirm-promotion',
        '/rollback',
      ];
      for (const path of paths)
        assertAnswer(await verifier.post(path, canary.payload({ suite: '1' })), 422, 'Invalid', said);
      const asked = kubernetes.requests.slice(before).filter((each) => each.namespace === namespace);
      assert.ok(asked.length <= paths.length * 4, `${asked.length} requests`);
      assert.deepEqual(await jobsIn(world), []);
      const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
      assert.equal(events.filter(({ message }) => String(message).includes(said)).length, 1);
    });
  }
});
