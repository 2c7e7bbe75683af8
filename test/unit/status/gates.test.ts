import assert from 'node:assert/strict';
import type { Strategy } from '../../../function/flagger/canary.ts';
import { closedGates } from '../../../function/status/gates.ts';
import { canaryIn, rollout } from './stage.ts';

const host = 'http://e2e-verifier.default';
const promotion = (path: string, metadata?: Record<string, string>, name = 'looks') => ({
  name,
  type: 'confirm-promotion',
  url: `${host}${path}`,
  ...(metadata && { metadata }),
});
const waiting = (webhooks: ReturnType<typeof promotion>[], annotations: Record<string, string> = {}) =>
  closedGates(canaryIn('WaitingPromotion', { webhooks, annotations }));
const line = (key: string) =>
  `kubectl annotate --field-manager=e2e-verifier -n shop canary cart --overwrite ${key}=once@${rollout}`;

describe('The gates that wait for a person', () => {
  for (const phase of ['Initialized', 'Progressing', 'Promoting', 'Succeeded', 'Failed'] as const) {
    it(`are none while the Canary is ${phase}`, () => {
      assert.equal(closedGates(canaryIn(phase, { webhooks: [promotion('/gate/check')] })), undefined);
    });
  }

  it('are none without a Canary', () => {
    assert.equal(closedGates(undefined), undefined);
  });

  it('are the ones that nobody has opened, with the line that does', () => {
    const gates = waiting([promotion('/gate/check'), promotion('/gate/check', { gate: 'legal' }, 'lawyers')]);
    assert.deepEqual(gates, [
      { hook: 'looks', command: line('remarkable.com/gate') },
      { hook: 'lawyers', command: line('remarkable.com/gate.legal') },
    ]);
  });

  const opened: [string, Record<string, string>, boolean][] = [
    ['open', { 'remarkable.com/gate': 'open' }, true],
    ['open for this rollout', { 'remarkable.com/gate': `once@${rollout}` }, true],
    ['open for another rollout', { 'remarkable.com/gate': 'once@2026-01-01T00:00:00Z' }, false],
    ['open by somebody', { 'remarkable.com/gate': 'open by ann: looked at it' }, true],
    ['closed', { 'remarkable.com/gate': 'closed' }, false],
  ];
  for (const [what, annotations, isOpen] of opened) {
    it(`${isOpen ? 'are not' : 'are'} one that is ${what}`, () => {
      assert.equal(waiting([promotion('/gate/check')], annotations)?.length, isOpen ? 0 : 1);
    });
  }

  it('say why what somebody has written does not open them', () => {
    const gates = waiting([promotion('/gate/check')], { 'remarkable.com/gate': 'yes' });
    assert.deepEqual(gates, [
      { hook: 'looks', command: line('remarkable.com/gate'), why: '"yes" is neither open nor once@TIME' },
    ]);
  });

  it('are of the stage that is waited for alone', () => {
    const begin = { ...promotion('/gate/check'), type: 'confirm-rollout', name: 'begin' };
    assert.deepEqual(
      closedGates(canaryIn('Waiting', { webhooks: [begin, promotion('/gate/check')] }))?.map(({ hook }) => hook),
      ['begin'],
    );
  });

  const step = { ...promotion('/gate/check', { gate: 'more' }), type: 'confirm-traffic-increase', name: 'step' };
  const stepOfOthers = { ...step, url: 'http://loadtester.test/approve' };
  const steps: [
    what: string,
    webhook: typeof step,
    strategy: Strategy,
    annotations: Record<string, string>,
    hooks?: string[],
  ][] = [
    ['closed at the next step of traffic', step, 'weights', {}, ['step']],
    ['open there', step, 'weights', { 'remarkable.com/gate.more': 'open' }],
    ["somebody else's there, of which nobody knows whether it is closed", stepOfOthers, 'weights', {}],
    ['closed there, where there are no such steps', step, 'blue/green', {}],
  ];
  for (const [what, webhook, strategy, annotations, hooks] of steps) {
    it(`${hooks ? 'are' : 'are not'} one that is ${what}`, () => {
      const gates = closedGates(canaryIn('Progressing', { webhooks: [webhook], strategy, annotations }));
      assert.deepEqual(
        gates?.map(({ hook }) => hook),
        hooks,
      );
    });
  }

  it("are named where they are somebody else's, without a line", () => {
    assert.deepEqual(waiting([{ ...promotion(''), url: 'http://loadtester.test/approve', name: 'theirs' }]), [
      { hook: 'theirs' },
    ]);
  });

  it('are none of what a test answers', () => {
    assert.deepEqual(waiting([promotion('/confirm-promotion')]), []);
  });

  it('have no line where the verifier refuses their name', () => {
    assert.deepEqual(waiting([promotion('/gate/check', { gate: '$(rm -rf ~)' })]), [{ hook: 'looks' }]);
  });
});
