/**
 * Whose call it is. What is wrong with one stands in the log alone: the caller gets one sentence, whatever was guessed.
 */
import assert from 'node:assert/strict';
import type { Canary, CanaryPhase } from '../../../function/api/canary.ts';
import { HookError } from '../../../function/errors.ts';
import { authenticate, authenticateEvent, authenticatePhase } from '../../../function/flagger/authenticate.ts';
import { checksumOf } from '../../../function/flagger/checksum.ts';
import type { Payload } from '../../../function/flagger/payload.ts';

const checksum = checksumOf({ lastAppliedSpec: 'one', trackedConfigs: {} });
const phases: CanaryPhase[] = ['Progressing', 'WaitingPromotion'];
const origin = { hosts: ['10.1.2.3:8080', 'e2e-verifier.default'], path: '/pre-rollout' };

const canary: Canary = {
  metadata: { name: 'podinfo', namespace: 'shop', uid: 'u' },
  spec: {
    targetRef: { kind: 'Deployment', name: 'podinfo' },
    analysis: {
      webhooks: [
        { name: 'e2e', type: 'pre-rollout', url: 'http://e2e-verifier.default/pre-rollout' },
        {
          name: 'smoke',
          type: 'pre-rollout',
          url: 'http://e2e-verifier.default/pre-rollout',
          metadata: { suite: 'smoke', eventMessage: 'from the Canary' },
        },
      ],
    },
  },
  status: { phase: 'Progressing', lastAppliedSpec: 'one', trackedConfigs: {} },
};

const payload: Payload = { name: 'podinfo', namespace: 'shop', phase: 'Progressing', checksum, metadata: {} };
const waiting: Canary = { ...canary, status: { ...canary.status, phase: 'WaitingPromotion' } };

describe('A call that is Flagger’s', () => {
  it('goes on as the Canary has it, and with nothing of the caller’s', () => {
    const metadata = { suite: 'smoke', eventMessage: 'from the caller', token: 'from the caller' };
    assert.deepEqual(authenticate({ payload: { ...payload, metadata }, origin }, waiting, phases), {
      payload: { ...payload, phase: 'WaitingPromotion', metadata: { suite: 'smoke', eventMessage: 'from the Canary' } },
      canary: waiting,
    });
  });

  it('has no metadata where its webhook has none', () => {
    const call = { payload: { ...payload, metadata: { token: 'from the caller' } }, origin };
    assert.deepEqual(authenticate(call, canary, phases).payload, payload);
  });

  it('may be of a former revision where its phase alone counts', () => {
    assert.equal(authenticatePhase({ ...payload, checksum: 'former' }, canary, phases), canary);
  });
});

describe('A call that is not Flagger’s', () => {
  const mismatches: [what: string, payload: Payload, canary: Canary | undefined, detail: string][] = [
    [
      'of a Canary that is not there',
      payload,
      undefined,
      'there is no Canary podinfo in namespace shop. Only the webhooks of a Canary are answered',
    ],
    [
      'in a phase in which Flagger does not ask',
      payload,
      { ...canary, status: { ...canary.status, phase: 'Succeeded' } },
      'Canary podinfo in namespace shop is Succeeded; this hook is asked in Progressing or WaitingPromotion',
    ],
    [
      'of a Canary that Flagger has not looked at',
      payload,
      { metadata: canary.metadata, spec: canary.spec },
      'Canary podinfo in namespace shop is without a phase; this hook is asked in Progressing or WaitingPromotion',
    ],
    [
      'with the checksum of another revision',
      { ...payload, checksum: '85d557f47b' },
      canary,
      `Canary podinfo in namespace shop is at checksum ${checksum}, the payload says 85d557f47b`,
    ],
    [
      'with metadata that no webhook has',
      { ...payload, metadata: { e2espec: 'theirs' } },
      canary,
      "no webhook of Canary podinfo in namespace shop that calls 10.1.2.3:8080, e2e-verifier.default has the payload's metadata",
    ],
  ];
  for (const [what, given, found, detail] of mismatches) {
    it(`is one ${what}, which the log alone says`, () => {
      assert.throws(
        () => authenticate({ payload: given, origin }, found, phases),
        (error) => {
          assert.ok(error instanceof HookError);
          assert.equal(error.kind, 'CanaryMismatch');
          assert.equal(error.message, "the call does not match the Canary; see the verifier's log, or run lint");
          assert.equal(error.detail, detail);
          return true;
        },
      );
    });
  }
});

describe('The call of an event hook', () => {
  const hook = { name: 'chat', type: 'event', url: 'http://e2e-verifier.default/event', metadata: { cluster: 'eu-1' } };
  const withHook = (more: object): Canary => {
    const { analysis = {} } = canary.spec;
    const webhooks = [...(analysis.webhooks ?? []), { ...hook, ...more }];
    return { ...canary, spec: { ...canary.spec, analysis: { ...analysis, webhooks } } };
  };
  const words = { eventMessage: 'New revision', eventType: 'Normal', timestamp: '1' };
  const called = (metadata: Record<string, string>): Payload => ({ ...payload, checksum: 'former', metadata });
  const own = { ...hook.metadata, ...words };

  it("is the Canary's by its static metadata, in any phase and of any revision", () => {
    authenticateEvent({ payload: called(own), origin }, { ...withHook({}), status: {} });
  });

  const strangers: [what: string, payload: Payload, canary: Canary | undefined][] = [
    ['of no Canary', called(own), undefined],
    ['of a Canary without such a hook', called(words), canary],
    ['with other metadata', called({ ...own, cluster: 'us-1' }), withHook({})],
    ['without its metadata', called(words), withHook({})],
    ['of a hook of another type', called(own), withHook({ type: 'rollout' })],
    ['of a hook that calls another path', called(own), withHook({ url: 'http://e2e-verifier.default/rollout' })],
    ['of a hook that calls somebody else', called(own), withHook({ url: 'http://slack.example.com/event' })],
  ];
  for (const [what, said, found] of strangers) {
    it(`is nobody's ${what}`, () => {
      assert.throws(
        () => authenticateEvent({ payload: said, origin }, found),
        (error) =>
          error instanceof HookError &&
          error.kind === 'CanaryMismatch' &&
          /^no event webhook of/.test(error.detail ?? ''),
      );
    });
  }
});
