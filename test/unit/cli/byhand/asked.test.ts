/**
 * What a person may ask of a rollout: only what somebody will read, and when that is.
 */
import assert from 'node:assert/strict';
import type { Canary, Webhook } from '../../../../function/api/canary.ts';
import type { E2ESpec, RunRecord } from '../../../../function/api/e2espec.ts';
import { askedNow, heldByPerson, isHeld, nextCall } from '../../../../function/cli/byhand/asked.ts';
import { skipFor } from '../../../../function/cli/byhand/skip-value.ts';
import { overviewOf } from '../../../../function/cli/overview/rows.ts';
import { strategyOf } from '../../../../function/flagger/canary.ts';
import {
  byPerson,
  increase,
  preRollout,
  promotion,
  rollback,
  rollout,
  suite,
  webhook,
} from '../../lint/canary-fixture.ts';
import { rolling, spec } from '../rollout-fixture.ts';

const gating = [preRollout, rollback];
const asked = (canaries: Canary[], specs: E2ESpec[]) =>
  askedNow('kubectl e2e', 'podinfo', overviewOf(canaries, specs).rows);

const refused: { what: string; canaries: Canary[]; specs: E2ESpec[]; says: RegExp }[] = [
  {
    what: 'no Canary calls it',
    canaries: [],
    specs: [spec(undefined)],
    says: /no Canary calls E2ESpec podinfo, .* kubectl e2e run podinfo runs it now\. Nothing was written$/,
  },
  {
    what: 'its Canary calls no gate',
    canaries: [rolling([rollback])],
    specs: [spec(undefined)],
    says: /calls no gate of the verifier\. kubectl e2e wire podinfo prints/,
  },
  {
    what: 'a person alone lets the rollout go on',
    canaries: [rolling([byPerson('confirm-promotion', 'promote')], 'WaitingPromotion')],
    specs: [],
    says: /Canary podinfo calls no gate of a test, so there is none to skip or to run again\. A person opens its gates: kubectl e2e gate open podinfo --gate promote --reason WHY -n test\. Nothing was written$/,
  },
  {
    what: 'a person alone will let the next rollout go on',
    canaries: [rolling([byPerson('confirm-promotion', 'promote')], 'Succeeded')],
    specs: [],
    says: /A person opens its gates: kubectl e2e gate list podinfo -n test\. Nothing was written$/,
  },
  { what: 'it is missing', canaries: [rolling(gating)], specs: [], says: /there is no E2ESpec podinfo\. Create it/ },
  {
    what: 'the rollout has not begun',
    canaries: [rolling(gating, 'Waiting')],
    specs: [spec(undefined)],
    says: /\(Waiting\).* waits for a confirm-rollout hook: kubectl e2e why podinfo says more/,
  },
  {
    what: 'the revision is being promoted',
    canaries: [rolling(gating, 'Promoting')],
    specs: [spec({ verdict: 'Passed' })],
    says: /\(Promoting\).* It is too late/,
  },
  {
    what: 'the rollout is over',
    canaries: [rolling(gating, 'Failed')],
    specs: [spec({ verdict: 'Failed' })],
    says: /\(Failed\).* A new revision of its target begins one, once Flagger has noticed it .*, and tests it; kubectl e2e run podinfo/,
  },
];

describe('What a person asks of a rollout', () => {
  for (const { what, canaries, specs, says } of refused) {
    it(`is refused, with what to do instead, where ${what}`, () => {
      assert.throws(() => asked(canaries, specs), says);
    });
  }

  const weights = (...webhooks: Webhook[]) => {
    const { iterations, ...analysis } = rolling(webhooks).spec.analysis ?? {};
    const subject = rolling(webhooks);
    return { ...subject, spec: { ...subject.spec, analysis } };
  };
  const held: { canary: Canary; record: Partial<RunRecord>; isHeld: boolean }[] = [
    { canary: rolling([preRollout]), record: { verdict: 'Running' }, isHeld: true },
    { canary: rolling([preRollout]), record: { verdict: 'Failed' }, isHeld: true },
    { canary: rolling([preRollout]), record: { verdict: 'Passed' }, isHeld: false },
    { canary: rolling(gating), record: { verdict: 'Passed' }, isHeld: false },
    { canary: rolling(gating), record: { verdict: 'Failed', mode: 'Observe' }, isHeld: false },
    { canary: rolling([webhook, rollback]), record: { verdict: 'Running' }, isHeld: false },
    { canary: rolling([webhook, promotion, rollback]), record: { verdict: 'Passed' }, isHeld: true },
    { canary: rolling([preRollout, suite('full', promotion)]), record: { verdict: 'Passed' }, isHeld: false },
    { canary: rolling([preRollout, rollout]), record: { verdict: 'Passed' }, isHeld: true },
    { canary: rolling([preRollout, { ...promotion, type: 'event' }]), record: { verdict: 'Passed' }, isHeld: false },
    { canary: weights(increase), record: { verdict: 'Passed' }, isHeld: true },
    { canary: rolling([increase]), record: { verdict: 'Passed' }, isHeld: false },
  ];
  for (const { canary, record, isHeld: is } of held) {
    const hooks = canary.spec.analysis?.webhooks?.map(({ type, url }) => `${type} at ${url}`).join(', ');
    const how = `${strategyOf(canary)}, ${hooks}, ${record.mode ?? ''}${record.verdict}`;
    it(`${is ? 'holds the rollout' : 'may come too late'}, to be run again: ${how}`, () => {
      const [one] = asked([canary], [spec(record)]);
      assert.ok(one);
      assert.equal(isHeld(one), is);
    });
  }

  const gates: [title: string, canary: Canary, gates: string[]][] = [
    [
      'closed before its promotion',
      rolling([preRollout, byPerson('confirm-promotion', 'looks'), rollback]),
      ['gate looks'],
    ],
    [
      'closed where it is',
      rolling([preRollout, byPerson('confirm-promotion'), rollback], 'WaitingPromotion'),
      ['gate'],
    ],
    ['that it has passed', rolling([preRollout, byPerson('confirm-rollout'), rollback]), []],
  ];
  for (const [title, canary, names] of gates)
    it(`is held by a person at a gate ${title}`, () => assert.deepEqual(heldByPerson(canary), names));

  it('comes with the next call: soon where Flagger waits inside of one, else at the next tick', () => {
    const [waits] = asked([rolling(gating)], [spec(undefined)]);
    const [confirms] = asked([rolling([promotion])], [spec(undefined)]);
    assert.ok(waits && confirms);
    assert.match(nextCall(waits), /^within seconds .* else within 10s$/);
    assert.match(nextCall(confirms), /^within 10s, the interval of Canary podinfo$/);
    const [passed] = asked([rolling(gating)], [spec({ verdict: 'Passed' })]);
    assert.ok(passed);
    assert.match(nextCall(passed), /^within 10s, the interval of Canary podinfo$/);
  });
});

describe('A skip', () => {
  const [one] = asked([rolling(gating)], [spec({ verdict: 'Running' })]);
  const now = '2026-11-27T12:00:00Z';

  it('names the revision as the Canary does', () => {
    assert.ok(one);
    assert.equal(skipFor(one, 'it is\ndown', now), 'podinfo/one: it is | down');
  });

  it('names the checksum where the revision has a form of its own', () => {
    const odd = rolling(gating);
    const canary = { ...odd, status: { ...odd.status, lastAppliedSpec: 'sha256/1' } };
    const [subject] = asked([canary], [spec(undefined)]);
    assert.ok(subject);
    assert.match(skipFor(subject, 'it is down', now), /^podinfo\/[0-9a-z]{1,10}: it is down$/);
  });

  it('is told apart from one in the same words that another rollout has used up', () => {
    const used = spec({ verdict: 'Skipped', rollout: '2026-11-27T11:00:00Z', skip: 'podinfo/one: it is down' });
    const [subject] = asked([rolling(gating)], [used]);
    assert.ok(subject);
    assert.equal(skipFor(subject, 'it is down', now), `podinfo/one: it is down (${now})`);
  });
});
