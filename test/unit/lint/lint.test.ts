import assert from 'node:assert/strict';
import type { Canary, Webhook } from '../../../function/api/canary.ts';
import type { Spec } from '../../../function/api/e2espec.ts';
import { hooks } from '../../../function/flagger/hooks.ts';
import { likelyWebhooks, webhooksBehind } from '../../../function/flagger/webhooks.ts';
import { lint, usesVerifier } from '../../../function/lint/lint.ts';
import { looksLike } from '../../../function/looks-like.ts';
import { effortOf } from '../../support/effort.ts';
import {
  ab,
  blueGreen,
  canary,
  elsewhere,
  findings,
  hook,
  increase,
  inputWith,
  places,
  preRollout,
  promotion,
  rollback,
  rollout,
  suite,
  url,
  webhook,
  weights,
} from './canary-fixture.ts';

const gating: { what: string; subject: Canary; spec?: Partial<Spec> }[] = [
  { what: 'pre-rollout and rollback, weights', subject: canary(weights, [preRollout, rollback]) },
  { what: 'pre-rollout and rollback, A/B', subject: canary(ab, [preRollout, rollback]) },
  { what: 'pre-rollout and rollback, blue/green', subject: canary(blueGreen, [preRollout, rollback]) },
  { what: 'pre-rollout and rollback, mirrored', subject: canary({ ...weights, mirror: true }, [preRollout, rollback]) },
  { what: 'confirm-traffic-increase with weights', subject: canary(weights, [increase, rollback]) },
  {
    what: '/webhook before confirm-traffic-increase',
    subject: canary(weights, [webhook, increase, rollback]),
  },
  { what: 'confirm-promotion with blue/green', subject: canary(blueGreen, [promotion, rollback]) },
  {
    what: 'confirm-promotion with provider kubernetes and no iterations, which are ten then',
    subject: canary({}, [promotion, rollback], { provider: 'kubernetes' }),
  },
  {
    what: 'hooks of others beside them',
    subject: canary(weights, [{ name: 'load', url: 'http://loadtester/' }, preRollout, rollback]),
  },
  {
    what: 'hooks of others on paths that the verifier has as well, or nearly',
    subject: canary(weights, [
      elsewhere('event', 'http://slack-relay.tools/webhook'),
      elsewhere('rollback', 'http://loadtester.test/rollback', { name: 'by hand' }),
      elsewhere('confirm-rollout', 'http://approvals.ops/gate/check'),
      elsewhere('rollout', 'https://hooks.example.com/webhooks?to=shop', { name: 'chat' }),
      preRollout,
      rollback,
    ]),
  },
  {
    what: 'two suites at two stages, blue/green',
    subject: canary(blueGreen, [suite('smoke', preRollout), suite('full', promotion), rollback]),
  },
  {
    what: 'two suites at two stages, weights',
    subject: canary(weights, [suite('smoke', preRollout), suite('full', promotion), rollback]),
  },
  {
    what: 'two suites at two stages, weights, the second at each step',
    subject: canary(weights, [suite('smoke', preRollout), suite('full', increase), rollback]),
  },
  {
    // Seen: WaitingPromotion for as long as the hook says no.
    what: 'confirm-promotion with one iteration',
    subject: canary({ ...blueGreen, iterations: 1 }, [promotion, rollback]),
  },
  {
    what: 'two suites before traffic',
    subject: canary(ab, [suite('smoke', preRollout), suite('full', preRollout), rollback]),
  },
  {
    what: 'mirror with provider kubernetes, which Flagger ignores',
    subject: canary({ ...blueGreen, mirror: true }, [promotion, rollback], { provider: 'kubernetes' }),
  },
  {
    what: 'confirm-promotion of a second suite, where traffic is mirrored after the first',
    subject: canary({ ...blueGreen, mirror: true }, [suite('smoke', preRollout), suite('full', promotion), rollback]),
  },
  {
    what: 'confirm-traffic-increase with mirrored weights, which is asked before the mirror',
    subject: canary({ ...weights, mirror: true }, [increase, rollback]),
  },
  {
    what: 'rollout hooks alone with blue/green, which has no traffic yet',
    subject: canary({ ...blueGreen, interval: '1m' }, [rollout, rollback]),
  },
  {
    what: '/webhook before a rollout hook with blue/green',
    subject: canary({ ...blueGreen, interval: '1m' }, [webhook, rollout, rollback]),
  },
  {
    what: 'confirm-promotion of a second suite with weights, where the first is asked before traffic',
    subject: canary(weights, [suite('smoke', increase), suite('full', promotion), rollback]),
  },
  {
    what: 'onInconclusive: Hold with a gate that waits for a person',
    subject: canary(weights, [increase, rollback]),
    spec: { onInconclusive: 'Hold' },
  },
  {
    what: 'a grace of 30 s and time enough',
    subject: canary(weights, [preRollout, rollback]),
    spec: { activeDeadlineSeconds: 60, podTemplate: { spec: { terminationGracePeriodSeconds: 30 } } },
  },
];

const instead = 'Call /pre-rollout in a pre-rollout hook';
const passes = `/webhook answers 202 while the test runs, which Flagger takes for a pass, and no gate with the same metadata follows. ${instead}, or add a gate`;
const late = `rollout: rollout hooks are asked after the first step of traffic. ${instead}`;
const hint = (other: string | undefined) => (other === undefined ? '' : ` (that of webhook ${other})`);
const noGate = (other?: string) =>
  `: no webhook calls a gate of the verifier${hint(other)}. Add a pre-rollout hook that calls ${url('/pre-rollout')}`;
const noRollback = (other?: string) =>
  `: no rollback hook calls /rollback${hint(other)}: a failed test ends the rollout only by the threshold, or never. Add one: type: rollback, url: ${url('/rollback')}`;

const broken: { what: string; subject: Canary; spec?: Partial<Spec>; says: string[] }[] = [
  { what: '/webhook alone', subject: canary(weights, [webhook, rollback]), says: [`seed: ${passes}`] },
  {
    what: '/webhook with a gate of other metadata',
    subject: canary(weights, [webhook, { ...increase, metadata: { suite: 'a' } }, rollback]),
    says: [`seed: ${passes}`],
  },
  {
    what: 'confirm-traffic-increase with A/B',
    subject: canary(ab, [increase, rollback]),
    says: [`confirm-traffic-increase: Flagger does not ask confirm-traffic-increase in A/B rollouts. ${instead}`],
  },
  {
    what: 'confirm-traffic-increase with blue/green',
    subject: canary(blueGreen, [increase, rollback]),
    says: [
      `confirm-traffic-increase: Flagger does not ask confirm-traffic-increase in blue/green rollouts. ${instead}`,
    ],
  },
  {
    what: 'confirm-traffic-increase with provider kubernetes',
    subject: canary(weights, [increase, rollback], { provider: 'kubernetes' }),
    says: [
      `confirm-traffic-increase: Flagger does not ask confirm-traffic-increase in blue/green rollouts. ${instead}`,
    ],
  },
  {
    what: 'confirm-promotion of a mirrored canary',
    subject: canary({ ...blueGreen, mirror: true }, [promotion, rollback]),
    says: [`confirm-promotion: mirrored traffic reaches the canary before this hook is asked. ${instead}`],
  },
  {
    what: 'confirm-promotion with mirrored weights',
    subject: canary({ ...weights, mirror: true }, [promotion, rollback]),
    says: [
      `confirm-promotion: in weights rollouts confirm-promotion is asked after users have met the canary. ${instead}`,
    ],
  },
  {
    what: 'confirm-promotion with weights',
    subject: canary(weights, [promotion, rollback]),
    says: [
      `confirm-promotion: in weights rollouts confirm-promotion is asked after users have met the canary. ${instead}`,
    ],
  },
  {
    what: 'rollout hooks alone',
    subject: canary({ interval: '1m' }, [rollout, rollback]),
    says: [late],
  },
  {
    what: 'rollout hooks alone where traffic is mirrored',
    subject: canary({ ...blueGreen, interval: '1m', mirror: true }, [rollout, rollback]),
    says: [late],
  },
  {
    what: 'confirm-promotion with A/B',
    subject: canary(ab, [promotion, rollback]),
    says: [`confirm-promotion: in A/B rollouts confirm-promotion is asked after users have met the canary. ${instead}`],
  },
  {
    what: '/webhook before a rollout hook, which is asked after the first step',
    subject: canary({ interval: '1m' }, [webhook, rollout, rollback]),
    says: [late],
  },
  {
    what: 'somebody else’s /rollback in place of the verifier’s',
    subject: canary(weights, [preRollout, elsewhere('rollback', 'http://loadtester.test/rollback')]),
    says: [noRollback("theirs is loadtester.test's")],
  },
  {
    what: 'somebody else’s /rollback, and not somebody else’s gate, in place of the verifier’s',
    subject: canary(weights, [
      preRollout,
      elsewhere('pre-rollout', 'http://tests.qa/pre-rollout'),
      elsewhere('rollback', 'http://loadtester.test/rollback'),
    ]),
    says: [noRollback("theirs is loadtester.test's")],
  },
  {
    what: 'a gate at another host altogether',
    subject: canary(weights, [{ ...preRollout, url: 'http://gates.qa/pre-rollout' }, rollback]),
    says: [noGate("pre-rollout is gates.qa's")],
  },
  {
    what: 'somebody else’s event hook at /webhook in place of a gate',
    subject: canary(weights, [elsewhere('event', 'http://slack-relay.tools/webhook'), rollback]),
    says: [noGate()],
  },
  { what: 'no rollback hook', subject: canary(weights, [preRollout]), says: [noRollback()] },
  { what: 'no gate', subject: canary(weights, [rollback]), says: [noGate()] },
  {
    what: 'skipAnalysis',
    subject: canary(weights, [preRollout, rollback], { skipAnalysis: true }),
    says: [': skipAnalysis is set: Flagger promotes without asking any gate. Remove it'],
  },
  {
    what: 'onInconclusive: Hold with a gate whose every no is a failed check',
    subject: canary(weights, [preRollout, rollback]),
    spec: { onInconclusive: 'Hold' },
    says: [
      'pre-rollout: onInconclusive: Hold does not hold here: 424 costs a failed check at each tick, up to the threshold. Use a confirm gate, or Rollback',
    ],
  },
  {
    what: 'a gate hook that calls a path of another’s',
    subject: canary(weights, [hook('pre-rollout', '/rollout'), preRollout, rollback]),
    says: ['pre-rollout: type pre-rollout calls /rollout; it must call /pre-rollout or /webhook'],
  },
  {
    what: 'a type that is none of Flagger’s',
    subject: canary(weights, [preRollout, hook('roll-back', '/rollback')]),
    says: ["roll-back: type: roll-back is refused by Flagger's schema. Write type: rollback"],
  },
  {
    what: 'a type that is none of Flagger’s at a path that two types call',
    subject: canary(weights, [hook('prerollout', '/webhook'), preRollout, rollback]),
    says: ["prerollout: type: prerollout is refused by Flagger's schema. Write type: pre-rollout or rollout"],
  },
  ...(
    [
      ['/pre-rollout', 'pre-rollout'],
      ['/confirm-traffic-increase', 'confirm-traffic-increase'],
      ['/rollback', 'rollback'],
      ['/post-rollout', 'post-rollout'],
    ] as const
  ).map(([path, type]) => ({
    what: `no type at ${path}`,
    subject: canary(weights, [
      preRollout,
      rollback,
      { name: 'typeless', url: url(path), retries: 218 },
      { name: 'empty', type: '', url: url(path), retries: 218 },
    ]),
    says: ['typeless', 'empty'].map(
      (name) =>
        `${name}: it has no type, so Flagger takes it for a rollout hook, which must not call ${path}. Add type: ${type}`,
    ),
  })),
  {
    what: 'a rollback hook that calls a gate',
    subject: canary(weights, [preRollout, hook('rollback', '/pre-rollout', { retries: 218 })]),
    says: [noRollback(), 'rollback: type rollback calls /pre-rollout; it must call /rollback'],
  },
  {
    what: 'a gate hook that calls another gate’s path',
    subject: canary(weights, [hook('confirm-traffic-increase', '/pre-rollout'), rollback]),
    says: [
      'confirm-traffic-increase: type confirm-traffic-increase calls /pre-rollout; it must call /confirm-traffic-increase',
    ],
  },
];

describe('The wiring check', () => {
  for (const { what, subject, spec } of gating) {
    it(`finds nothing in ${what}`, () => assert.deepEqual(findings(subject, inputWith(spec)), []));
  }
  for (const { what, subject, spec, says } of broken) {
    it(`finds ${what}`, () => assert.deepEqual(findings(subject, inputWith(spec)), says));
  }

  it('looks at the webhooks that call the verifier, where that is known', () => {
    const subject = canary(weights, [preRollout, rollback]);
    const input = { own: [], specOf: () => undefined, retryAfterSeconds: 10 };
    assert.match(
      lint(subject, input)
        .map(({ message }) => message)
        .join(),
      /no webhook calls a gate/,
    );
  });

  it('finds a slip by two letters, whatever the case and whatever stands between words', () => {
    const alike: [string, string][] = [
      ['pre-rollout', 'PreRollout'],
      ['pre-rollout', 'pre_rolout'],
      ['/webhook', 'webhooks'],
      ['/event', 'evnt'],
      ['confirm-promotion', 'confirm-promtoion'],
      ['confirm-promotion', 'confrm-promtion'],
      ['hook', 'hoks'],
    ];
    for (const [a, b] of alike) assert.ok(looksLike(a, b) && looksLike(b, a), `${a} ${b}`);
    const unlike: [string, string][] = [
      ['rollout', 'rollback'],
      ['pre-rollout', 'rollout'],
      ['pre-rollout', 'post-rollout'],
      ['webhook', 'hook'],
      ['event', ''],
      ['a', 'b'],
      ['e2e', 'e2f'],
      ['confirm-promotion', 'confrm-prmtion'],
      ['webhook', 'wobhaak'],
      ['webhook', 'abwebhoxy'],
      ['podinfo', 'dinfopo'],
    ];
    for (const [a, b] of unlike) assert.ok(!looksLike(a, b) && !looksLike(b, a), `${a} ${b}`);
  });

  it('says where each finding stands', () => {
    const analysis = { ...weights, threshold: 3, alerts: [{ name: 'on-call', severity: 'error' }] };
    const webhooks = [hook('rollback', '/pre-rollouts'), { name: 'e2e', url: url('/pre-rollout') }];
    const podTemplate = { spec: { terminationGracePeriodSeconds: 30 } };
    const subject = canary(analysis, [...webhooks, rollback], { skipAnalysis: true });
    assert.deepEqual(places(subject, inputWith({ activeDeadlineSeconds: 30, podTemplate })), [
      'Canary podinfo spec.skipAnalysis',
      'Canary podinfo spec.analysis.webhooks.0.url',
      'Canary podinfo spec.analysis.webhooks.1.type',
      'E2ESpec podinfo spec.activeDeadlineSeconds',
      'Canary podinfo spec.analysis.alerts.0.severity',
    ]);
    assert.deepEqual(places(canary(weights, [preRollout])), ['Canary podinfo spec.analysis.webhooks']);
    assert.deepEqual(places(canary(ab, [increase, rollback])), ['Canary podinfo spec.analysis.webhooks.0.url']);
  });

  describe('of a Canary that does not use the verifier', () => {
    const { metadata, spec } = canary({}, []);
    const others: { what: string; subject: Canary }[] = [
      { what: 'without an analysis', subject: { metadata, spec: { targetRef: spec.targetRef } } },
      { what: 'without webhooks', subject: canary(weights, [], { skipAnalysis: true }) },
      {
        what: 'with the load tester’s webhooks',
        subject: canary(weights, [
          { name: 'load', url: 'http://flagger-loadtester.test/', timeout: '5s', metadata: { cmd: 'hey http://x' } },
          elsewhere('pre-rollout', 'http://flagger-loadtester.test/', { metadata: { type: 'bash', cmd: 'true' } }),
          elsewhere('confirm-rollout', 'http://flagger-loadtester.test/gate/check'),
          elsewhere('confirm-promotion', 'http://flagger-loadtester.test/gate/halt'),
          elsewhere('rollback', 'http://flagger-loadtester.test/rollback/check'),
        ]),
      },
      {
        what: 'with receivers of events and a rollback switch of its own',
        subject: canary({ ...weights, alerts: [{ name: 'on-call', severity: 'error' }] }, [
          elsewhere('event', 'http://slack-relay.tools/webhook'),
          elsewhere('event', 'http://events.tools/event'),
          elsewhere('rollback', 'http://switch.ops/rollback'),
          elsewhere('post-rollout', 'not a url'),
          elsewhere('pre-rollout', 'http://tests.qa/prerollout', { metadata: { spec: 'podinfo-smoke' } }),
        ]),
      },
    ];
    const alone: [type: string, url: string][] = [
      ['post-rollout', 'http://slack-bot.ops/post-rollout'],
      ['confirm-rollout', 'http://approvals.ops/confirm-rollout'],
      ['confirm-promotion', 'http://approvals.ops/confirm-promotion'],
      ['pre-rollout', 'https://ci.example.com/generic-webhook-trigger/webhook'],
      ['rollout', 'http://k6.ops/rollout'],
      ['pre-rollout', 'http://k6.ops/pre-rollout'],
      ['', 'http://k6.ops/rollout'],
      ['event', 'http://events.tools/event'],
      ['rollback', 'http://switch.ops/rollback'],
    ];
    for (const [type, address] of alone) {
      it(`finds nothing with ${type} at ${address} alone, whatever else is known`, () => {
        const subject = canary(weights, [elsewhere(type, address)]);
        const own = likelyWebhooks(subject);
        const input = { specOf: () => undefined, retryAfterSeconds: 10 };
        const known = [{ own }, { own, specNames: ['shop'], knowsAllSpecs: true }, { own, specNames: ['shop'] }];
        const byUrl = ['http://e2e-verifier.default', 'https://gw.example.com/e2e'].map((verifier) => ({
          own: webhooksBehind(verifier, subject),
          url: verifier,
        }));
        for (const more of [{}, ...known, ...byUrl]) {
          assert.ok(!usesVerifier(subject, more), JSON.stringify(more));
          assert.deepEqual(findings(subject, { ...input, ...more }), []);
        }
      });
    }

    const receivers: { what: string; webhooks: Webhook[] }[] = [
      {
        what: 'a receiver of everything and a rollback switch at another host',
        webhooks: [
          ...['pre-rollout', 'post-rollout', 'confirm-rollout'].map((type) =>
            elsewhere(type, `http://bot.ops/${type}`),
          ),
          elsewhere('rollback', 'http://switch.ops/rollback'),
        ],
      },
      {
        what: 'a receiver at /webhook and a rollback switch',
        webhooks: [
          elsewhere('pre-rollout', 'http://ops.tools/webhook'),
          elsewhere('rollback', 'http://ops.tools/rollback'),
        ],
      },
      {
        what: 'two receivers behind one gateway',
        webhooks: [
          elsewhere('pre-rollout', 'https://gw.example.com/load/pre-rollout'),
          elsewhere('rollback', 'https://gw.example.com/switch/rollback'),
        ],
      },
    ];
    for (const { what, webhooks } of receivers) {
      it(`finds nothing with ${what}`, () => assert.ok(!usesVerifier(canary(weights, webhooks))));
    }

    const words: Record<string, string>[] = [
      { e2eSpecs: 'cypress/e2e/login.cy.ts', E2E_SPEC: 'cypress/e2e/login.cy.ts', suite: 'x' },
      { spec: 'podinfo', e2eset: 'a', e2eSuite: 'podinfo' },
    ];
    for (const metadata of words) {
      it(`finds nothing with metadata of others: ${Object.keys(metadata)}`, () => {
        const subject = canary(weights, [elsewhere('pre-rollout', 'http://k6.ops/pre-rollout', { metadata })]);
        assert.ok(!usesVerifier(subject));
      });
    }

    const renamed = [
      elsewhere('pre-rollout', 'http://approvals.ops/pre-rollout'),
      elsewhere('rollback', 'http://approvals.ops/rollback'),
    ];

    it('takes a gate and a rollback hook at one host for the verifier’s, unless more is known', () => {
      const subject = canary(weights, renamed);
      const own = likelyWebhooks(subject);
      assert.ok(usesVerifier(subject, { own }));
      assert.ok(!usesVerifier(subject, { own, specNames: ['shop'], knowsAllSpecs: true }));
      assert.ok(!usesVerifier(subject, { own: [], url: 'http://e2e-verifier.default' }));
      assert.ok(usesVerifier(subject, { own, specNames: ['podinfo'], knowsAllSpecs: true }));
      assert.ok(usesVerifier(subject, { own: [], url: 'http://e2e-verifier.default', specOf: () => ({ image: 'x' }) }));
    });

    const places: { verifier: string; address: string; isMeant: boolean }[] = [
      { verifier: 'http://e2e.tools', address: 'http://e2e.tools/rollout', isMeant: true },
      { verifier: 'http://e2e.tools', address: 'http://e2e.staging.svc/rollout', isMeant: true },
      { verifier: 'http://e2e.tools', address: 'http://e2e.tools/roll-it-out', isMeant: true },
      { verifier: 'http://e2e.tools', address: 'http://k6.ops/rollout', isMeant: false },
      { verifier: 'http://verifier.tools', address: 'http://verfier.tools/rollout', isMeant: true },
      { verifier: 'https://gw.example.com/e2e', address: 'https://gw.example.com/e2e/rollout', isMeant: true },
      { verifier: 'https://gw.example.com/e2e', address: 'https://gw.exmaple.com/e2e/rollout', isMeant: true },
      { verifier: 'https://gw.example.com/e2e', address: 'https://gw.example.com/k6/rollout', isMeant: false },
      { verifier: 'https://gw.example.com', address: 'https://gw.example.com/load', isMeant: false },
    ];
    for (const { verifier, address, isMeant } of places) {
      it(`takes ${address} ${isMeant ? 'to be' : 'not to be'} the verifier’s where that is at ${verifier}`, () => {
        const subject = canary(weights, [elsewhere('rollout', address)]);
        assert.equal(usesVerifier(subject, { own: webhooksBehind(verifier, subject), url: verifier }), isMeant);
      });
    }

    for (const { what, subject } of others) {
      it(`finds nothing ${what}`, () => {
        const input = { specOf: () => undefined, retryAfterSeconds: 10 };
        assert.ok(!usesVerifier(subject));
        assert.deepEqual(findings(subject, input), []);
      });
    }

    const using: { what: string; subject: Canary; specNames?: string[] }[] = [
      ...['http://e2e.tools', 'http://e2e.staging.svc:8080', 'https://10.1.2.3', 'https://gw.example.com/e2e'].map(
        (base) => ({
          what: `by a gate and a rollback hook at ${base}`,
          subject: canary(weights, [
            elsewhere('confirm-promotion', `${base}/confirm-promotion`),
            elsewhere('rollback', `${base}/rollback`),
          ]),
        }),
      ),
      {
        what: 'by a gate and a rollback hook in two namespaces, without a type',
        subject: canary(weights, [
          { name: 'a', url: 'http://e2e.tools/pre-rollout' },
          { name: 'b', url: 'http://e2e.staging/rollback' },
        ]),
      },
      {
        what: 'by a host that Flagger cannot call',
        subject: canary(weights, [elsewhere('pre-rollout', 'http://e2e-verifier.default/pre-rollout ')]),
      },
      { what: 'by the verifier’s usual name', subject: canary(weights, [hook('pre-rollout', '/tests')]) },
      {
        what: 'by a slip of it',
        subject: canary(weights, [elsewhere('pre-rollout', 'http://e2e-verifer.default/tests')]),
      },
      {
        what: 'by metadata that names an E2ESpec, or nearly',
        subject: canary(weights, [
          elsewhere('pre-rollout', 'http://e2e.tools/prerollout', { metadata: { e2eSpec: 'x' } }),
        ]),
      },
      { what: 'by an E2ESpec of its name', subject: canary(weights, []), specNames: ['podinfo'] },
    ];
    for (const { what, subject, specNames = [] } of using) {
      it(`takes it to use the verifier ${what}`, () => {
        assert.ok(usesVerifier(subject, { specNames }));
        const input = { specOf: () => undefined, retryAfterSeconds: 10, specNames };
        assert.notDeepEqual(findings(subject, input), []);
      });
    }

    it('says what to add to one that has an E2ESpec and calls nobody', () => {
      const theirs = elsewhere('pre-rollout', 'http://tests.qa/load');
      for (const subject of [canary(weights, [theirs]), { metadata, spec: { targetRef: spec.targetRef } }])
        assert.deepEqual(findings(subject, inputWith({}, { specNames: ['podinfo'] })), [
          ': no webhook calls a gate of the verifier. Add a pre-rollout hook that calls /pre-rollout',
        ]);
    });

    it('takes it to use the verifier that it has just called, whatever that is called', () => {
      const origin = { hosts: ['x.tools'], path: '/rollback' };
      const subject = canary(weights, [elsewhere('rollback', 'http://x.tools/rollback')]);
      const own = likelyWebhooks(subject);
      assert.ok(usesVerifier(subject, { own, origin }));
      assert.ok(!usesVerifier(subject, { own }));
      assert.ok(!usesVerifier(subject, { own: [], origin }));
    });
  });

  it('takes no time over what is far too long for a path', () => {
    const long = 'ab'.repeat(10_000);
    const effort = effortOf(() => assert.ok(looksLike(long, long)));
    assert.ok(effort < 1000, `${effort} ms`);
  });

  it('takes no time over 4,000 webhooks, however they are named', () => {
    const many = Array.from({ length: 4000 }, (_, index) =>
      hook('confirm-promotion', '/confirm-promotiom', {
        url: `http://${'a'.repeat(60)}${index}/confirm-${index}-promotion`,
      }),
    );
    const twice = [...many, ...many.map((each) => ({ ...each, url: each.url.replace(/[^/]*$/, 'webhook') }))];
    const effort = effortOf(() => findings(canary(weights, twice)));
    assert.ok(effort < 2000, `${effort} ms`);
  });

  const types = [
    ...['confirm-rollout', 'pre-rollout', 'rollout', 'confirm-traffic-increase', 'confirm-promotion'],
    ...['rollback', 'post-rollout', 'event'],
  ];
  // Others are called by people.
  const asked = Object.entries(hooks).flatMap(([path, { kind }]) => (kind === 'order' ? [] : [path]));
  for (const path of asked) {
    it(`knows a type of hook that calls ${path}`, () => {
      const isRefused = (type: string) =>
        lint(canary({}, [hook(type, path)]), { specOf: () => undefined, retryAfterSeconds: 10 }).some(({ message }) =>
          message.startsWith(`type ${type} calls`),
        );
      assert.notDeepEqual(types.filter(isRefused), types);
    });
  }
});
