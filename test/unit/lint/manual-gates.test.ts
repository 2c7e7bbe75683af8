/**
 * What lint says of gates that a person opens.
 */
import assert from 'node:assert/strict';
import type { Webhook } from '../../../function/api/canary.ts';
import { canary, findings, hook, inputWith, places, preRollout, rollback, weights } from './canary-fixture.ts';

const start = hook('confirm-rollout', '/gate/check', { name: 'start' });
const promote = hook('confirm-promotion', '/gate/check', { name: 'promote' });
const traffic = hook('confirm-traffic-increase', '/gate/check', { name: 'traffic', muteAlert: true });
const back = hook('rollback', '/rollback/check', { name: 'back' });
const named = (webhook: Webhook, gate: string): Webhook => ({ ...webhook, metadata: { gate } });

const shares = (other: string) =>
  `it has the same gate as webhook ${other}, so whoever opens one opens both. If they are two decisions, give each a name of its own: metadata, gate: NAME`;
const isForPeople = 'is for people, with a token of their own, which Flagger does not have';

const rows: { what: string; webhooks: Webhook[]; says: string[] }[] = [
  { what: 'a gate before the rollout', webhooks: [start], says: [] },
  {
    what: 'each of them, by names',
    webhooks: [start, named(promote, 'promote'), named(traffic, 'traffic'), back],
    says: [],
  },
  { what: 'gates that are always open', webhooks: [hook('confirm-rollout', '/gate/approve')], says: [] },
  {
    what: 'a gate that never opens',
    webhooks: [hook('confirm-rollout', '/gate/halt')],
    says: [
      'advice: confirm-rollout: /gate/halt never opens: every rollout waits here until the URL is changed. Call /gate/check, which a person opens',
    ],
  },
  {
    what: 'a rollback hook that calls a gate',
    webhooks: [hook('rollback', '/gate/check')],
    says: [
      'rollback: type rollback calls /gate/check, and Flagger rolls back once that gate is open. Call /rollback/check',
    ],
  },
  {
    what: 'a rollback hook that always rolls back',
    webhooks: [hook('rollback', '/gate/approve')],
    says: [
      'rollback: type rollback calls /gate/approve, and Flagger rolls back once that gate is open. Call /rollback/check',
    ],
  },
  {
    what: 'a gate that opens when a rollback is wanted',
    webhooks: [hook('confirm-promotion', '/rollback/check')],
    says: [
      'confirm-promotion: type confirm-promotion calls /rollback/check, and the rollout goes on once that gate is open. Write type: rollback',
    ],
  },
  {
    what: 'a gate that a pre-rollout hook calls',
    webhooks: [hook('pre-rollout', '/gate/check')],
    says: [
      'pre-rollout: type pre-rollout calls /gate/check, where a 403 is a failed check, or nothing. Write type: confirm-rollout or confirm-traffic-increase or confirm-promotion',
    ],
  },
  {
    what: 'a gate without a type',
    webhooks: [{ name: 'typeless', url: start.url }],
    says: [
      'typeless: it has no type, so Flagger takes it for a rollout hook. Add type: confirm-rollout or confirm-traffic-increase or confirm-promotion',
    ],
  },
  {
    what: 'what only people call',
    webhooks: [hook('confirm-rollout', '/gate/open'), hook('rollback', '/rollback/close')],
    says: [
      `confirm-rollout: /gate/open ${isForPeople}. Call /gate/check`,
      `rollback: /rollback/close ${isForPeople}. Call /rollback/check`,
    ],
  },
  {
    what: 'an alert at each interval',
    webhooks: [{ ...traffic, muteAlert: false }],
    says: [
      'advice: traffic: while it is closed, Flagger sends an alert at each interval (for other gates only one). Write muteAlert: true',
    ],
  },
  {
    what: 'hooks that share a gate',
    webhooks: [start, promote, named(traffic, 'a'), named({ ...promote, name: 'again' }, 'a')],
    says: [`advice: promote: ${shares('start')}`, `advice: again: ${shares('traffic')}`],
  },
  {
    what: 'the name of a gate that no annotation can have',
    webhooks: [named(start, 'before the sale')],
    says: [
      'start: metadata.gate: "before the sale" cannot be the name of a gate: letters, digits, "-", "_" and ".", at most 54 characters',
    ],
  },
];

describe('The check of gates that a person opens', () => {
  for (const { what, webhooks, says } of rows) {
    it(`finds ${says.length === 0 ? 'nothing in ' : ''}${what}, beside a test`, () =>
      assert.deepEqual(findings(canary(weights, [preRollout, rollback, ...webhooks])), says));
    it(`finds ${says.length === 0 ? 'nothing in ' : ''}${what}, where the verifier is wanted for nothing else`, () =>
      assert.deepEqual(findings(canary(weights, webhooks)), says));
  }

  it('misses the test of a Canary that has an E2ESpec, and only such gates', () => {
    const input = inputWith({}, { specNames: ['podinfo'] });
    assert.match(findings(canary(weights, [start]), input).join(), /no webhook calls a gate of the verifier/);
  });

  it('says nothing of those of the load tester', () => {
    const theirs = [start, promote, hook('confirm-rollout', '/gate/halt')].map((each) => ({
      ...each,
      url: each.url.replace('e2e-verifier.default', 'flagger-loadtester.test'),
    }));
    const missing = ': no webhook calls a gate of the verifier. Add a pre-rollout hook that calls /pre-rollout';
    assert.deepEqual(findings(canary(weights, theirs)), [missing]);
    assert.deepEqual(findings(canary(weights, theirs), inputWith({}, { specOf: () => undefined })), []);
    assert.deepEqual(findings(canary(weights, [preRollout, rollback, ...theirs])), []);
  });

  it('says where it stands', () => {
    const webhooks = [
      hook('confirm-rollout', '/gate/halt'),
      start,
      promote,
      { ...named(traffic, 'a'), muteAlert: false },
    ];
    const fields = places(canary(weights, webhooks)).map((place) =>
      place.replace('Canary podinfo spec.analysis.webhooks.', ''),
    );
    assert.deepEqual(fields, ['0.url', '2.metadata.gate', '3.muteAlert']);
  });
});
