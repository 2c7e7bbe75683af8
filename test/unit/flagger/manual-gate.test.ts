/**
 * What an annotation says of a gate, and what is written to open it.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Canary, CanaryPhase } from '../../../function/api/canary.ts';
import {
  closeCommand,
  gateAnnotation,
  gateNameProblem,
  gateState,
  type ManualGate,
  manualGate,
  openCommand,
  openedBy,
} from '../../../function/flagger/manual-gate.ts';

const now = '2026-11-26T10:43:36Z';
const gate = manualGate('gate');
const going: CanaryPhase[] = ['Waiting', 'Progressing', 'WaitingPromotion', 'Promoting', 'Finalising'];
const idle: CanaryPhase[] = ['Initializing', 'Initialized', 'Succeeded', 'Failed', 'Terminating', 'Terminated'];

function canary(value?: string, phase: CanaryPhase | 'none' = 'Waiting', since = now, of: ManualGate = gate): Canary {
  return {
    metadata: {
      ...{ name: 'podinfo', namespace: 'test', uid: 'u' },
      ...(value !== undefined && { annotations: { [gateAnnotation(of)]: value } }),
    },
    spec: { targetRef: { kind: 'Deployment', name: 'podinfo' } },
    status: {
      ...(phase !== 'none' && { phase }),
      conditions: [{ type: 'Promoted', status: 'Unknown', lastTransitionTime: since }],
    },
  };
}

const isOpen = (subject: Canary, of = gate) => gateState(of, subject).kind === 'open';

describe('The annotation of a gate', () => {
  const open = [
    'open',
    'open by alice: INC-42',
    'open ',
    'open\tby hand',
    `once@${now}`,
    `once@${now} by alice: INC-42`,
  ];
  for (const value of open) it(`"${value}" is open`, () => assert.ok(isOpen(canary(value))));

  const closed = [
    ...[
      '',
      ' open',
      'Open',
      'OPEN',
      'opened',
      'open:',
      'open, please',
      'openly',
      'true',
      'yes',
      'closed',
      'close open',
    ],
    ...['once', 'once@', 'once@ open', `once@${now}x`, `once@${now.toLowerCase()}`, `once ${now}`, ` once@${now}`],
    ...['once@2026-11-26T10:43:35Z', 'once@2026-11-26T10:43:36+00:00', 'once@undefined', 'once@-'],
  ];
  for (const value of closed) it(`"${value}" is closed`, () => assert.ok(!isOpen(canary(value))));

  it('that is not there is closed', () => {
    assert.deepEqual(gateState(gate, canary()), { kind: 'closed', why: 'nobody has opened it' });
  });

  it('says why it is closed', () => {
    const why = (value: string) => {
      const state = gateState(gate, canary(value));
      return state.kind === 'closed' ? state.why : 'open';
    };
    assert.equal(why('Open'), '"Open" is neither open nor once@TIME');
    assert.equal(why('once@2026-01-01T00:00:00Z'), '"once@2026-01-01T00:00:00Z" was for another rollout');
  });

  it('is closed whatever else it says', () => {
    const text = fc.string().filter((value) => !/^open(\s|$)/.test(value) && !value.startsWith(`once@${now}`));
    fc.assert(fc.property(text, (value) => !isOpen(canary(value))));
  });

  it('for one rollout is open as long as that goes on, and never between two', () => {
    for (const phase of going) assert.ok(isOpen(canary(`once@${now}`, phase)), phase);
    for (const phase of [...idle, 'none' as const]) assert.ok(!isOpen(canary(`once@${now}`, phase)), phase);
    assert.ok(!isOpen(canary(`once@${now}`, 'Waiting', '2026-11-26T11:00:00Z')));
  });

  it('until it is closed is open in every phase', () => {
    for (const phase of [...going, ...idle]) assert.ok(isOpen(canary('open', phase)), phase);
  });

  it('opens no other gate', () => {
    const gates = [gate, manualGate('gate', 'promote'), manualGate('rollback'), manualGate('rollback', 'promote')];
    for (const of of gates) {
      const opened = canary('open', 'Progressing', now, of);
      assert.deepEqual(
        gates.filter((each) => isOpen(opened, each)),
        [of],
      );
    }
  });
});

describe('The name of a gate', () => {
  const longest = 'a'.repeat(54);
  for (const name of ['', 'promote', 'a.b_c-D', '7', longest]) {
    it(`may be "${name}"`, () => {
      assert.equal(gateNameProblem(name), undefined);
      assert.match(gateAnnotation({ kind: 'rollback', name }), /^remarkable\.com\/(?=.{1,63}$)rollback(\.[\w.-]+)?$/);
    });
  }
  for (const name of ['-a', 'a-', '.', 'a b', 'a/b', 'ä', `${longest}a`, 'a\n']) {
    it(`cannot be ${JSON.stringify(name)}`, () => {
      assert.throws(() => manualGate('gate', name), { kind: 'BadRequest', message: /cannot be the name of a gate/ });
    });
  }
});

describe('What opens a gate', () => {
  const by = 'system:serviceaccount:test:alice';
  it('says who and why', () => {
    assert.equal(openedBy({ once: false, by, reason: 'INC-42' }, gate, undefined), `open by ${by}: INC-42`);
    assert.equal(openedBy({ once: false, reason: '' }, gate, undefined), 'open');
    assert.equal(openedBy({ once: true, by, reason: '' }, gate, canary()), `once@${now} by ${by}`);
  });

  it('opens it, whoever it was and whatever they say', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.boolean(), (who, reason, once) =>
        isOpen(canary(openedBy({ once, by: who, reason }, gate, canary()))),
      ),
    );
  });

  for (const phase of [...idle, undefined]) {
    it(`is nothing for this rollout when the Canary is ${phase ?? 'without a phase'}`, () => {
      const subject = phase === undefined ? undefined : canary(undefined, phase);
      assert.throws(() => openedBy({ once: true, by, reason: '' }, gate, subject), {
        kind: 'NoRollout',
        message: `the Canary is ${phase ?? 'without a phase'}: no rollout is going on for which its gate could be opened. Open it while one waits, or open it for good`,
      });
    });
  }

  it('can be done from a shell, for this rollout where one is going on', () => {
    const name = { namespace: 'test', name: 'podinfo' };
    const annotate = 'kubectl annotate --field-manager=e2e-verifier -n test canary podinfo';
    assert.equal(openCommand(gate, name), `${annotate} --overwrite remarkable.com/gate=open`);
    assert.equal(openCommand(gate, name, now), `${annotate} --overwrite remarkable.com/gate=once@${now}`);
    assert.equal(closeCommand(manualGate('rollback', 'b'), name), `${annotate} remarkable.com/rollback.b-`);
  });
});
