/**
 * What is said of a Canary in which nothing is wrong is true of it.
 */
import assert from 'node:assert/strict';
import { gatingOf } from '../../../../function/cli/lint/gating.ts';
import { likelyWebhooks } from '../../../../function/flagger/webhooks.ts';

const types: Record<string, string> = {
  '/webhook': 'pre-rollout',
  '/gate/check': 'confirm-promotion',
  '/rollback/check': 'rollback',
};

const said: { paths: string[]; threshold?: number; observed?: string[]; says: string }[] = [
  {
    paths: ['/pre-rollout', '/rollback'],
    says: 'waits for its test at pre-rollout, and rolls back at once when it fails',
  },
  {
    paths: ['/pre-rollout'],
    threshold: 3,
    says: 'waits for its test at pre-rollout, and rolls back by the threshold when it fails',
  },
  {
    paths: ['/pre-rollout'],
    threshold: 1,
    says: 'waits for its test at pre-rollout, and rolls back at once when it fails',
  },
  { paths: ['/pre-rollout'], says: 'waits for its test at pre-rollout, and rolls back at once when it fails' },
  {
    paths: ['/rollout'],
    threshold: 2,
    says: 'waits for its test at each check of its analysis, and rolls back by the threshold when it fails',
  },
  {
    paths: ['/confirm-promotion', '/confirm-traffic-increase', '/pre-rollout', '/rollback'],
    threshold: 3,
    says: 'waits for its test at pre-rollout, before each step of traffic and before promotion, and rolls back at once when it fails',
  },
  {
    paths: ['/webhook', '/confirm-promotion'],
    threshold: 1,
    says: 'waits for its test before promotion, and goes on waiting when it fails',
  },
  { paths: ['/webhook', '/rollback'], says: 'calls no gate of the verifier' },
  { paths: [], says: 'calls no gate of the verifier' },
  {
    paths: ['/gate/check', '/rollback/check'],
    says: 'calls no gate of a test; a person opens: gate, rollback',
  },
  {
    paths: ['/pre-rollout', '/rollback', '/gate/check'],
    says: 'waits for its test at pre-rollout, and rolls back at once when it fails; a person opens: gate',
  },
  {
    paths: ['/pre-rollout', '/rollback', '/gate/check'],
    observed: ['/pre-rollout'],
    says: 'observes its test; a person opens: gate',
  },
  {
    paths: ['/pre-rollout', '/rollback'],
    observed: ['/pre-rollout'],
    says: 'observes its test, and waits for nothing',
  },
  {
    paths: ['/pre-rollout', '/confirm-promotion', '/rollback'],
    observed: ['/pre-rollout'],
    says: 'waits for its test before promotion, and rolls back at once when it fails',
  },
];

function gating(paths: string[], typeOf: (path: string) => string, threshold?: number, observed?: string[]): string {
  const webhooks = paths.map((path) => ({ name: path, type: typeOf(path), url: `http://e2e-verifier.default${path}` }));
  const analysis = { webhooks, ...(threshold !== undefined && { threshold }) };
  const metadata = { name: 'podinfo', namespace: 'shop', uid: 'u' };
  const canary = { metadata, spec: { targetRef: { kind: 'Deployment', name: 'podinfo' }, analysis } };
  return gatingOf(canary, likelyWebhooks(canary), ({ path }) => observed?.includes(path) ?? false);
}

describe('A Canary', () => {
  for (const { paths, threshold, observed, says } of said) {
    const and = `${threshold === undefined ? '' : ` and threshold ${threshold}`}${observed ? ' that observes' : ''}`;
    it(`with ${paths.join(', ') || 'no hook'}${and} ${says}`, () => {
      assert.equal(
        gating(paths, (path) => types[path] ?? path.slice(1), threshold, observed),
        says,
      );
    });
  }

  it('does not wait for what a hook of another type calls', () => {
    assert.equal(
      gating(['/pre-rollout', '/rollback'], () => 'event'),
      'calls no gate of the verifier',
    );
  });
});
