/**
 * Which gates a Canary's webhooks ask for.
 */
import assert from 'node:assert/strict';
import type { Analysis, Canary, CanaryPhase, Webhook } from '../../../function/api/canary.ts';
import { askedGates, closedGates } from '../../../function/flagger/manual-gates.ts';

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

describe('The gates that keep a rollout where it is', () => {
  const check = (type: string, gate: string) => ({ ...hook(type, '/gate/check', gate), type });
  const webhooks: Webhook[] = [
    check('confirm-rollout', 'start'),
    check('confirm-traffic-increase', 'step'),
    check('confirm-promotion', 'promote'),
    { ...check('confirm-promotion', 'theirs'), url: 'http://loadtester.test/gate/check' },
    { ...hook('back', '/rollback/check'), type: 'rollback' },
  ];
  const blueGreen: Analysis = { iterations: 2 };
  const cases: { phase: CanaryPhase; analysis?: Analysis; annotations?: Record<string, string>; gates: string[] }[] = [
    { phase: 'Initialized', gates: [] },
    { phase: 'Waiting', gates: ['start'] },
    { phase: 'Progressing', gates: ['step'] },
    { phase: 'Progressing', analysis: blueGreen, gates: [] },
    { phase: 'WaitingPromotion', gates: ['promote'] },
    { phase: 'WaitingPromotion', analysis: blueGreen, gates: ['promote'] },
    { phase: 'WaitingPromotion', annotations: { 'remarkable.com/gate.promote': 'yes' }, gates: ['promote'] },
    { phase: 'WaitingPromotion', annotations: { 'remarkable.com/gate.promote': 'open' }, gates: [] },
    { phase: 'Promoting', gates: [] },
    { phase: 'Succeeded', gates: [] },
  ];
  for (const { phase, analysis, annotations = {}, gates } of cases) {
    const how = [phase, ...(analysis ? ['blue/green'] : []), ...Object.values(annotations)].join(', ');
    it(`are ${gates.join() || 'none'}: ${how}`, () => {
      const { metadata, spec } = canary(webhooks, annotations);
      const subject = { metadata, spec: { ...spec, analysis: { ...analysis, webhooks } }, status: { phase } };
      assert.deepEqual(
        closedGates(subject).map(({ gate }) => gate.name),
        gates,
      );
    });
  }
});
