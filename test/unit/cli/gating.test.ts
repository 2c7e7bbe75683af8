/**
 * What is said of a Canary in which nothing is wrong is true of it.
 */
import assert from 'node:assert/strict';
import { gatingOf } from '../../../function/cli/gating.ts';
import { likelyWebhooks } from '../../../function/flagger/webhooks.ts';

const types: Record<string, string> = { '/webhook': 'pre-rollout' };

const said: { paths: string[]; says: string }[] = [
  {
    paths: ['/pre-rollout', '/rollback'],
    says: 'waits for its test at pre-rollout, and rolls back at once when it fails',
  },
  { paths: ['/pre-rollout'], says: 'waits for its test at pre-rollout, and rolls back by the threshold when it fails' },
  {
    paths: ['/rollout'],
    says: 'waits for its test at each check of its analysis, and rolls back by the threshold when it fails',
  },
  {
    paths: ['/confirm-promotion', '/confirm-traffic-increase', '/pre-rollout', '/rollback'],
    says: 'waits for its test at pre-rollout, before each step of traffic and before promotion, and rolls back at once when it fails',
  },
  {
    paths: ['/webhook', '/confirm-promotion'],
    says: 'waits for its test before promotion, and goes on waiting when it fails',
  },
  { paths: ['/webhook', '/rollback'], says: 'calls no gate of the verifier' },
  { paths: [], says: 'calls no gate of the verifier' },
];

function canary(paths: string[], typeOf: (path: string) => string) {
  const webhooks = paths.map((path) => ({ name: path, type: typeOf(path), url: `http://e2e-verifier.default${path}` }));
  return {
    metadata: { name: 'podinfo', namespace: 'shop', uid: 'u' },
    spec: { targetRef: { kind: 'Deployment', name: 'podinfo' }, analysis: { webhooks } },
  };
}

describe('A Canary', () => {
  for (const { paths, says } of said) {
    it(`with ${paths.join(', ') || 'no hook'} ${says}`, () => {
      const own = likelyWebhooks(canary(paths, (path) => types[path] ?? path.slice(1)));
      assert.equal(gatingOf(own), says);
    });
  }

  it('does not wait for what a hook of another type calls', () => {
    const own = likelyWebhooks(canary(['/pre-rollout', '/rollback'], () => 'event'));
    assert.equal(gatingOf(own), 'calls no gate of the verifier');
  });
});
