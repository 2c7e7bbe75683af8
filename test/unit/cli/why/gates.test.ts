/**
 * What `why` says of a rollout that waits for a person: at which gate, why it is closed, and what opens it.
 */
import assert from 'node:assert/strict';
import type { Canary, CanaryPhase, Webhook } from '../../../../function/api/canary.ts';
import type { E2ESpec } from '../../../../function/api/e2espec.ts';
import { openingsFor } from '../../../../function/cli/overview/by-person.ts';
import { overviewOf } from '../../../../function/cli/overview/rows.ts';
import type { Unserved } from '../../../../function/cli/rights/served.ts';
import { accountOf } from '../../../../function/cli/why/account.ts';
import { accountLines, nextFor } from '../../../../function/cli/why/lines.ts';
import { byPerson, preRollout, rollback } from '../../lint/canary-fixture.ts';
import { rolling, spec } from '../rollout-fixture.ts';

const start = byPerson('confirm-rollout');
const promote = byPerson('confirm-promotion', 'promote');
const passed = [spec({ verdict: 'Passed', reason: 'Passed' })];

function annotated(webhooks: Webhook[], phase: CanaryPhase, annotations: Record<string, string> = {}): Canary {
  const subject = rolling(webhooks, phase);
  return { ...subject, metadata: { ...subject.metadata, annotations } };
}

function told(canary: Canary, specs: E2ESpec[], unserved?: Unserved) {
  const [found] = overviewOf([canary], specs).rows;
  assert.ok(found);
  const row = { ...found, ...(unserved && { unserved }) };
  const account = accountOf(row);
  const text = accountLines(row, account, new Date(), false, 1000).join('\n');
  return { account, text, next: [...openingsFor(row), ...nextFor(row, account)] };
}

const waits: { canary: Canary; specs: E2ESpec[]; flagger: RegExp; gates: string; byHand?: RegExp; next: string[] }[] = [
  {
    canary: annotated([start, promote], 'Waiting'),
    specs: [],
    flagger: /^Waiting: a confirm-rollout hook has not said yes; it waits for a person to open the gate$/,
    gates: 'gate: closed (nobody has opened it), asked by confirm-rollout by hand',
    next: ['gate open podinfo --reason WHY', 'gate list podinfo'],
  },
  {
    canary: annotated([start, promote], 'WaitingPromotion'),
    specs: [],
    flagger: /^WaitingPromotion: rolls out checksum \w+; it waits for a person to open the gate promote$/,
    gates: 'gate promote: closed (nobody has opened it), asked by confirm-promotion by hand',
    next: ['gate open podinfo --gate promote --reason WHY', 'gate list podinfo'],
  },
  {
    canary: annotated([preRollout, promote, rollback], 'WaitingPromotion'),
    specs: passed,
    flagger: /: rolls out checksum \w+\. Its test lets it go on; it waits for a person to open the gate promote$/,
    gates: 'gate promote: closed (nobody has opened it), asked by confirm-promotion by hand',
    next: ['gate open podinfo --gate promote --reason WHY'],
  },
  {
    canary: annotated([start], 'Waiting', { 'remarkable.com/gate': 'yes' }),
    specs: [],
    flagger: /open the gate$/,
    gates: 'gate: closed ("yes" is neither open nor once@TIME), asked by confirm-rollout by hand',
    byHand: /^annotation remarkable\.com\/gate does nothing: "yes" is neither open nor once@TIME$/,
    next: ['gate open podinfo --reason WHY', 'gate list podinfo'],
  },
  {
    canary: annotated([preRollout, promote, rollback], 'WaitingPromotion', { 'remarkable.com/gate.promotion': 'open' }),
    specs: passed,
    flagger: /open the gate promote$/,
    gates: 'gate promote: closed (nobody has opened it), asked by confirm-promotion by hand',
    byHand: /^annotation remarkable\.com\/gate\.promotion does nothing: no webhook .* asks for the gate promotion\./,
    next: ['gate open podinfo --gate promote --reason WHY'],
  },
];

describe('The account of a rollout that waits for a person', () => {
  for (const { canary, specs, flagger, gates, byHand, next } of waits) {
    const written = Object.entries(canary.metadata.annotations ?? {}).map(([key, value]) => `, ${key}=${value}`);
    const test = specs.length === 0 ? 'without a test' : 'its test passed';
    it(`names the gate, why it is closed and what opens it: ${canary.status?.phase}, ${test}${written}`, () => {
      const { account, text, next: commands } = told(canary, specs);
      assert.match(account.flagger ?? '', flagger);
      assert.equal(account.gates, gates);
      assert.equal(account.whose, 'whoever may patch the Canary');
      assert.match(account.whatToDo ?? '', /^open the gate.*, if the revision may go on$/);
      assert.ok(byHand === undefined ? account.byHand === undefined : byHand.test(account.byHand ?? ''));
      assert.deepEqual(commands, next);
      assert.doesNotMatch(text, /gate of the verifier|add a gate/);
      assert.equal(/verdict/.test(text), specs.length > 0);
    });
  }

  it('says what a person opens of a Canary that calls no test, while none waits', () => {
    const { account, text, next } = told(annotated([start, promote], 'Succeeded'), []);
    assert.match(text, /^test\/podinfo: a Canary that calls no gate of a test; a person opens: gate, gate promote\n/);
    assert.deepEqual([account.gates, account.whatToDo, next], [undefined, undefined, ['gate list podinfo']]);
  });

  const unheard: [canary: Canary, flagger: RegExp][] = [
    [
      annotated([start], 'Waiting'),
      /^Waiting: a confirm-rollout hook has not said yes; it waits for whoever runs the cluster$/,
    ],
    [
      annotated([promote], 'WaitingPromotion', { 'remarkable.com/gate.promote': 'open' }),
      /^WaitingPromotion: .*\. At its next call the gate holds it; it waits for whoever runs the cluster$/,
    ],
  ];
  for (const [canary, flagger] of unheard) {
    it(`names no gate to open where the verifier has no RoleBinding: ${canary.status?.phase}`, () => {
      const account = { name: 'e2e-verifier', namespace: 'default' };
      const { account: said, next } = told(canary, [], { namespace: 'test', account, role: 'e2e-verifier' });
      assert.match(said.rights ?? '', /^the verifier has no RoleBinding in namespace test, so its gates there/);
      assert.match(said.flagger ?? '', flagger);
      assert.deepEqual([said.whatToDo, next], [undefined, ['gate list podinfo']]);
    });
  }

  it('says that a gate of a test is missing where an E2ESpec has the name of the Canary', () => {
    const { account, next } = told(annotated([promote], 'WaitingPromotion'), passed);
    assert.equal(account.whatToDo, 'add a gate');
    assert.deepEqual(next, ['gate open podinfo --gate promote --reason WHY', 'lint', 'wire podinfo']);
  });
});
