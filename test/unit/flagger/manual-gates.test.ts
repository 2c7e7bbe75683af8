/**
 * Which gates a Canary's webhooks ask for.
 */
import assert from 'node:assert/strict';
import type { Canary, Webhook } from '../../../function/api/canary.ts';
import { askedGates } from '../../../function/flagger/manual-gates.ts';

const hook = (name: string, path: string, gate?: string): Webhook => ({
  name,
  url: `http://e2e-verifier.default${path}`,
  ...(gate !== undefined && { metadata: { gate } }),
});

function canary(webhooks: Webhook[], annotations: Record<string, string> = {}): Canary {
  return {
    metadata: { name: 'podinfo', namespace: 'test', uid: 'u', annotations },
    spec: { targetRef: { kind: 'Deployment', name: 'podinfo' }, analysis: { webhooks } },
  };
}

describe('The gates that are asked for', () => {
  it('are each told once, with all that ask and how they stand', () => {
    const webhooks = [
      hook('test', '/pre-rollout'),
      hook('start', '/gate/check'),
      hook('promote', '/gate/check', 'promote'),
      hook('again', '/gate/check'),
      hook('back', '/rollback/check'),
      hook('always', '/gate/approve'),
      hook('open', '/gate/open'),
      hook('nameless', '/gate/check', 'a b'),
    ];
    const told = askedGates(canary(webhooks, { 'remarkable.com/gate.promote': 'open by alice' })).map(
      ({ gate: { kind, name }, webhooks: asking, state }) => [kind, name, asking.join(), state.kind],
    );
    assert.deepEqual(told, [
      ['gate', '', 'start,again', 'closed'],
      ['gate', 'promote', 'promote', 'open'],
      ['rollback', '', 'back', 'closed'],
    ]);
  });

  it('are none where no webhook asks', () => assert.deepEqual(askedGates(canary([hook('test', '/rollback')])), []));
});
