import assert from 'node:assert/strict';
import type { Analysis, Canary, Webhook } from '../../../function/api/canary.ts';
import { type Spec, withDefaults } from '../../../function/api/e2espec.ts';
import { hooks } from '../../../function/flagger/hooks.ts';
import { lint } from '../../../function/lint/lint.ts';
import { looksLike } from '../../../function/lint/looks-like.ts';
import { retriesFor } from '../../../function/lint/timing.ts';

const url = (path: string) => `http://e2e-verifier.default${path}`;
const hook = (type: string, path: string, more: Partial<Webhook> = {}): Webhook => ({
  name: type,
  type,
  url: url(path),
  ...more,
});

const preRollout = hook('pre-rollout', '/pre-rollout', { timeout: '30s', retries: 218 });
const rollback = hook('rollback', '/rollback');
const increase = hook('confirm-traffic-increase', '/confirm-traffic-increase');
const promotion = hook('confirm-promotion', '/confirm-promotion');
const webhook = hook('pre-rollout', '/webhook', { name: 'seed' });

const weights: Analysis = { interval: '10s' };
const blueGreen: Analysis = { interval: '10s', iterations: 2 };
const ab: Analysis = { interval: '10s', iterations: 2, match: [{}] };

function canary(analysis: Analysis, webhooks: Webhook[], spec: Partial<Canary['spec']> = {}): Canary {
  return {
    metadata: { name: 'podinfo', namespace: 'test', uid: 'u' },
    spec: { targetRef: { kind: 'Deployment', name: 'podinfo' }, ...spec, analysis: { ...analysis, webhooks } },
  };
}

function findings(subject: Canary, spec: Partial<Spec> = {}): string[] {
  const specOf = () => ({ image: 'x', ...spec });
  return lint(subject, { specOf, retryAfterSeconds: 10 }).map((each) => `${each.webhook ?? ''}: ${each.message}`);
}

const elsewhere = (type: string, address: string, more: Partial<Webhook> = {}): Webhook => ({
  name: 'theirs',
  type,
  url: address,
  ...more,
});
const suite = (name: string, of: Webhook): Webhook => ({
  ...of,
  name: `${of.name}-${name}`,
  metadata: { suite: name },
});

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
    what: 'hooks of others behind the same gateway',
    subject: canary(weights, [
      elsewhere('event', 'https://gw.example.com/slack/webhook'),
      elsewhere('rollout', 'https://gw.example.com/load', { name: 'load' }),
      { ...preRollout, url: 'https://gw.example.com/e2e/pre-rollout' },
      { ...rollback, url: 'https://gw.example.com/e2e/rollback/' },
    ]),
  },
  {
    what: 'every form of the verifier’s name, and slashes too many',
    subject: canary(weights, [
      { ...preRollout, url: 'http://E2E-Verifier.default.svc.cluster.local:80//pre-rollout/?a=b' },
      { ...rollback, url: 'http://e2e-verifier.default.svc:8080/rollback/' },
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
    subject: canary(blueGreen, [hook('rollout', '/rollout'), rollback]),
  },
  {
    what: '/webhook before a rollout hook with blue/green',
    subject: canary(blueGreen, [webhook, hook('', '/rollout'), rollback]),
  },
  {
    what: 'an interval below 10 s, which Flagger raises to 10 s',
    subject: canary({ ...weights, interval: '1s' }, [increase, rollback]),
    spec: { ttlSecondsAfterFinished: 300 },
  },
  {
    what: 'an interval of 30s500ms, which is no 500 minutes',
    subject: canary({ ...weights, interval: '30s500ms' }, [increase, { ...rollback, timeout: '1m30s' }]),
  },
  {
    what: 'an interval far longer than the TTL with a hook that waits by itself',
    subject: canary({ ...weights, interval: '30m' }, [preRollout, rollback]),
  },
  {
    what: 'a Job that is kept for three intervals',
    subject: canary({ ...weights, interval: '100s' }, [increase, rollback]),
    spec: { ttlSecondsAfterFinished: 300 },
  },
  {
    what: 'a hook of others whose path is nearly the verifier’s, at a host that is not',
    subject: canary(weights, [preRollout, rollback, elsewhere('pre-rollout', 'http://tests.qa/prerollout')]),
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
    what: 'a hook of others at an IP address',
    subject: canary(weights, [preRollout, rollback, elsewhere('rollback', 'http://10.1.2.3/rollback')]),
  },
  {
    what: 'a hook of others in the cluster, where the verifier is at an IP address',
    subject: canary(weights, [
      { ...preRollout, url: 'http://10.1.2.3/pre-rollout' },
      { ...promotion, url: 'http://10.1.2.3/confirm-promotion' },
      { ...rollback, url: 'http://10.1.2.3/rollback' },
      elsewhere('rollback', 'http://loadtester.test/rollback'),
    ]),
  },
  ...[
    ['http://e2e.tools', 'https://e2e.shop.example.com'],
    ['https://e2e.shop.example.com', 'http://e2e.tools'],
  ].map(([own, theirs]) => ({
    what: `a hook of others at ${theirs}, where the verifier is at ${own}`,
    subject: canary(weights, [
      { ...preRollout, url: `${own}/pre-rollout` },
      { ...rollback, url: `${own}/rollback` },
      elsewhere('rollback', `${theirs}/rollback`),
    ]),
  })),
  {
    what: 'two gateways with different names',
    subject: canary(weights, [
      { ...preRollout, url: 'https://gw.example.com/pre-rollout' },
      { ...rollback, url: 'https://gw.example.com/rollback' },
      elsewhere('rollback', 'https://chat.example.org/rollback'),
    ]),
  },
  ...['10m', '30s', '1m30s', '30s500ms'].map((timeout) => ({
    what: `a timeout of ${timeout}`,
    subject: canary(weights, [preRollout, { ...rollback, timeout }]),
  })),
  {
    what: 'a grace of 30 s and time enough',
    subject: canary(weights, [preRollout, rollback]),
    spec: { activeDeadlineSeconds: 60, podTemplate: { spec: { terminationGracePeriodSeconds: 30 } } },
  },
];

const instead = 'Call /pre-rollout in a pre-rollout hook';
const correct = 'Correct the one that is wrong';
const passes = `/webhook answers 202 while the test runs, which Flagger takes for a pass, and no gate with the same metadata follows. ${instead}, or add a gate`;
const late = `: rollout hooks are asked after the first step of traffic. ${instead}`;
const hint = (other: string | undefined) => (other === undefined ? '' : ` (that of webhook ${other})`);
const noGate = (other?: string) =>
  `: no webhook calls a gate of the verifier${hint(other)}. Add a pre-rollout hook that calls /pre-rollout`;
const noRollback = (other?: string) =>
  `: no rollback hook calls /rollback${hint(other)}: a failed test ends the rollout only by the threshold, or never. Add one`;

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
    subject: canary(weights, [hook('', '/rollout'), rollback]),
    says: [late],
  },
  {
    what: 'rollout hooks alone where traffic is mirrored',
    subject: canary({ ...blueGreen, mirror: true }, [hook('', '/rollout'), rollback]),
    says: [late],
  },
  {
    what: 'confirm-promotion with A/B',
    subject: canary(ab, [promotion, rollback]),
    says: [`confirm-promotion: in A/B rollouts confirm-promotion is asked after users have met the canary. ${instead}`],
  },
  {
    what: '/webhook before a rollout hook, which is asked after the first step',
    subject: canary(weights, [webhook, hook('', '/rollout'), rollback]),
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
    what: 'somebody else’s event hook at /webhook in place of a gate',
    subject: canary(weights, [elsewhere('event', 'http://slack-relay.tools/webhook'), rollback]),
    says: [noGate()],
  },
  {
    what: 'a slip in the name of the gate’s host',
    subject: canary(weights, [{ ...preRollout, url: 'http://e2e-verifer.default/pre-rollout' }, rollback]),
    says: [
      noGate("pre-rollout is e2e-verifer.default's"),
      `pre-rollout: it calls /pre-rollout at e2e-verifer.default, and others call e2e-verifier.default. ${correct}`,
    ],
  },
  ...['e2e-verifier.defualt', 'e2e-verifier.staging'].map((host) => ({
    what: `another namespace in the gate’s host: ${host}`,
    subject: canary(weights, [{ ...preRollout, url: `http://${host}/pre-rollout` }, rollback]),
    says: [
      noRollback("rollback is e2e-verifier.default's"),
      `rollback: it calls /rollback at e2e-verifier.default, and others call ${host}. ${correct}`,
    ],
  })),
  {
    what: 'another namespace with a short name',
    subject: canary(weights, [
      { ...preRollout, url: 'http://e2e.default/pre-rollout' },
      { ...promotion, url: 'http://e2e.default/confirm-promotion' },
      { ...rollback, url: 'http://e2e.staging/rollback' },
    ]),
    says: [
      noRollback("rollback is e2e.staging's"),
      `rollback: it calls /rollback at e2e.staging, and others call e2e.default. ${correct}`,
    ],
  },
  {
    what: 'a slip in the host of a gateway',
    subject: canary(weights, [
      { ...preRollout, url: 'https://gw.example.com/pre-rollout' },
      { ...promotion, url: 'https://gw.example.com/confirm-promotion' },
      { ...rollback, url: 'https://gw.exmaple.com/rollback' },
    ]),
    says: [
      noRollback("rollback is gw.exmaple.com's"),
      `rollback: it calls /rollback at gw.exmaple.com, and others call gw.example.com. ${correct}`,
    ],
  },
  {
    what: 'a slip in an IP address',
    subject: canary(weights, [
      { ...preRollout, url: 'http://10.1.2.3/pre-rollout' },
      { ...promotion, url: 'http://10.1.2.3/confirm-promotion' },
      { ...rollback, url: 'http://10.1.2.4/rollback' },
    ]),
    says: [
      noRollback("rollback is 10.1.2.4's"),
      `rollback: it calls /rollback at 10.1.2.4, and others call 10.1.2.3. ${correct}`,
    ],
  },
  {
    what: 'a slip in the host and in the path',
    subject: canary(weights, [preRollout, rollback, elsewhere('pre-rollout', 'http://e2e-verifer.default/prerollout')]),
    says: ['theirs: /prerollout is no path of the verifier. Call /pre-rollout'],
  },
  {
    what: 'a slip in the host of a second gate',
    subject: canary(blueGreen, [
      preRollout,
      rollback,
      { ...promotion, url: 'http://e2e-verifyer.default/confirm-promotion' },
    ]),
    says: [
      `confirm-promotion: it calls /confirm-promotion at e2e-verifyer.default, and others call e2e-verifier.default. ${correct}`,
    ],
  },
  {
    what: 'a gate at another host altogether',
    subject: canary(weights, [{ ...preRollout, url: 'http://gates.qa/pre-rollout' }, rollback]),
    says: [noGate("pre-rollout is gates.qa's")],
  },
  ...['/prerollout', '/pre_rollout', '/Pre-Rollout', '/pre-rollouts', '/e2e/preRollout/', '/pre-rolout'].map(
    (path) => ({
      what: `a path that is nearly /pre-rollout: ${path}`,
      subject: canary(weights, [hook('pre-rollout', path), rollback]),
      says: [noGate(), `pre-rollout: ${path.replace(/^\/e2e|\/$/g, '')} is no path of the verifier. Call /pre-rollout`],
    }),
  ),
  {
    what: 'a path that is nearly /confirm-promotion, beside a gate that is right',
    subject: canary(weights, [preRollout, rollback, hook('confirm-promotion', '/confirm-promotions')]),
    says: ['confirm-promotion: /confirm-promotions is no path of the verifier. Call /confirm-promotion'],
  },
  {
    what: 'a path at the verifier’s host that is no hook at all',
    subject: canary(weights, [preRollout, rollback, hook('post-rollout', '/')]),
    says: ['post-rollout: / is no path of the verifier. Call /post-rollout'],
  },
  {
    what: 'a path at the verifier’s host that is no hook at all, of a type with two',
    subject: canary(weights, [preRollout, rollback, hook('', '/tests', { name: 'smoke' })]),
    says: ['smoke: /tests is no path of the verifier. Call /rollout or /webhook'],
  },
  {
    what: 'a path at the verifier’s host that is no hook at all, of a type that is none',
    subject: canary(weights, [preRollout, rollback, hook('smoke', '/tests')]),
    says: ['smoke: /tests is no path of the verifier. Call one that it has'],
  },
  {
    what: 'a path that is no hook where the verifier has an IP address',
    subject: canary(weights, [
      { ...preRollout, url: 'http://10.1.2.3:8080/pre-rollout' },
      { ...rollback, url: 'http://10.1.2.3:8080/rollback' },
      elsewhere('post-rollout', 'http://10.1.2.3:8080/done'),
    ]),
    says: ['theirs: /done is no path of the verifier. Call /post-rollout'],
  },
  {
    what: 'a hook’s path behind a word of the verifier’s own',
    subject: canary(weights, [preRollout, hook('rollback', '/gate/rollback')]),
    says: [noRollback(), "rollback: what stands before /rollback is a word of the verifier's own. Call /rollback"],
  },
  {
    what: 'a path that is nearly a hook’s where no webhook is right',
    subject: canary(weights, [elsewhere('pre-rollout', 'http://tests.qa/prerollout')]),
    says: [noGate(), 'theirs: /prerollout is no path of the verifier. Call /pre-rollout'],
  },
  ...[
    '/pre-rollout',
    'e2e-verifier.default/pre-rollout',
    'http:///pre-rollout',
    ' http://e2e-verifier.default/pre-rollout',
    '',
  ].map((wrong) => ({
    what: `a URL that Flagger cannot call: "${wrong}"`,
    subject: canary(weights, [preRollout, rollback, elsewhere('pre-rollout', wrong)]),
    says: ['theirs: its URL is none that Flagger can call. Write it out, as http://e2e-verifier.default/pre-rollout'],
  })),
  {
    what: 'an empty e2espec',
    subject: canary(weights, [{ ...preRollout, metadata: { e2espec: '' } }, rollback]),
    says: [
      'pre-rollout: metadata.e2espec must be the name of an E2ESpec. Remove the key where the one with the name of the Canary is meant',
    ],
  },
  {
    what: 'metadata keys that become one variable',
    subject: canary(weights, [preRollout, { ...rollback, metadata: { 'a-b': '', a_b: '' } }]),
    says: ['rollback: metadata keys a-b and a_b would both become CANARY_METADATA_A_B. Rename one'],
  },
  {
    what: 'a value of the metadata that is too long',
    subject: canary(weights, [{ ...preRollout, metadata: { a: 'x'.repeat(20_000) } }, rollback]),
    says: [
      'pre-rollout: metadata.a must be at most 64 strings of at most 16384 characters, under keys of at most 253, without NUL and half surrogate pairs',
    ],
  },
  {
    what: 'a deadline that leaves the test no time',
    subject: canary(weights, [preRollout, rollback]),
    spec: { activeDeadlineSeconds: 30, podTemplate: { spec: { terminationGracePeriodSeconds: 30 } } },
    says: [
      'pre-rollout: E2ESpec: activeDeadlineSeconds: 30 with a terminationGracePeriodSeconds of 30 leaves the test 0 s. Use activeDeadlineSeconds: 38 or more, or a shorter grace',
    ],
  },
  {
    what: 'a timeout that the schema takes and Flagger cannot read',
    subject: canary(weights, [preRollout, { ...rollback, timeout: '30seconds' }]),
    says: ['rollback: timeout: 30seconds cannot be read by Flagger, which calls nobody then. Write 30s'],
  },
  { what: 'no rollback hook', subject: canary(weights, [preRollout]), says: [noRollback()] },
  { what: 'no gate', subject: canary(weights, [rollback]), says: [noGate()] },
  {
    what: 'skipAnalysis',
    subject: canary(weights, [preRollout, rollback], { skipAnalysis: true }),
    says: [': skipAnalysis is set: Flagger promotes without asking any gate. Remove it'],
  },
  {
    what: 'too few retries',
    subject: canary(weights, [{ ...preRollout, retries: 3 }, rollback]),
    says: ['pre-rollout: retries: 3 ends the waiting before the run can end. Use 218 or more, or shorten the E2ESpec'],
  },
  {
    what: 'no retries',
    subject: canary(weights, [hook('pre-rollout', '/pre-rollout'), rollback]),
    says: ['pre-rollout: retries: 0 ends the waiting before the run can end. Use 218 or more, or shorten the E2ESpec'],
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
    says: ["roll-back: type: roll-back is refused by Flagger's schema. Write rollback"],
  },
  {
    what: 'a type that is none of Flagger’s at a path that two types call',
    subject: canary(weights, [hook('prerollout', '/webhook'), preRollout, rollback]),
    says: ["prerollout: type: prerollout is refused by Flagger's schema. Write pre-rollout or rollout"],
  },
  ...['30', 's', 'x30s', '1.5m', ''].map((timeout) => ({
    what: `a timeout that Flagger’s schema refuses: "${timeout}"`,
    subject: canary(weights, [preRollout, { ...rollback, timeout }]),
    says: [`rollback: timeout: ${timeout} is refused by Flagger's schema. Write minutes or seconds, as 30s`],
  })),
  {
    what: 'a timeout that Flagger’s schema refuses',
    subject: canary(weights, [{ ...preRollout, timeout: '1h' }, rollback]),
    says: ["pre-rollout: timeout: 1h is refused by Flagger's schema. Write minutes or seconds, as 30s"],
  },
  {
    what: 'an interval too long for the TTL',
    subject: canary({ interval: '30m' }, [increase, rollback]),
    says: [
      'confirm-traffic-increase: the Job is kept 3600 s and asked for every 3600 s at the most. Use ttlSecondsAfterFinished: 5400 or more',
    ],
  },
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
    it(`finds nothing in ${what}`, () => assert.deepEqual(findings(subject, spec), []));
  }
  for (const { what, subject, spec, says } of broken) {
    it(`finds ${what}`, () => assert.deepEqual(findings(subject, spec), says));
  }

  it('counts the retries that outlast every attempt', () => {
    assert.equal(retriesFor(withDefaults({ image: 'x' }), 10), 218);
    assert.equal(retriesFor(withDefaults({ image: 'x', activeDeadlineSeconds: 60, inconclusiveRetries: 0 }), 10), 14);
  });

  it('counts them for the E2ESpec that the webhook names, or else that of the Canary’s name', () => {
    const specs: Record<string, Spec> = {
      podinfo: { image: 'x', activeDeadlineSeconds: 60 },
      shop: { image: 'x', activeDeadlineSeconds: 120 },
    };
    const gates = [
      hook('pre-rollout', '/pre-rollout', { name: 'own' }),
      hook('pre-rollout', '/pre-rollout', { name: 'shared', metadata: { e2espec: 'shop' } }),
      hook('pre-rollout', '/pre-rollout', { name: 'missing', metadata: { e2espec: 'nowhere' } }),
    ];
    const input = { specOf: (name: string) => specs[name], retryAfterSeconds: 10 };
    assert.deepEqual(
      lint(canary(weights, [...gates, rollback]), input).map(({ webhook, message }) => `${webhook}: ${message}`),
      [
        'own: retries: 0 ends the waiting before the run can end. Use 40 or more, or shorten the E2ESpec',
        'shared: retries: 0 ends the waiting before the run can end. Use 60 or more, or shorten the E2ESpec',
      ],
    );
  });

  it('repeats nothing of a URL but its host and its last word', () => {
    const urls = [
      'https://u:s3cret@hooks.example.com/s3cret/webhook',
      'https://hooks.example.com/s3cret/webhooks?s3cret',
      '//s3cret',
    ];
    for (const [own, type] of [
      [[rollback], 'pre-rollout'],
      [[], 'rollout'],
      [[preRollout, rollback], 'event'],
    ] as const) {
      const found = findings(canary(weights, [...own, ...urls.map((each) => elsewhere(type, each))]));
      assert.ok(found.length > 0 && !found.join().includes('s3cret'), found.join('\n'));
    }
  });

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

  it('finds nothing but that no gate is there in a Canary without an analysis', () => {
    const { metadata, spec } = canary({}, []);
    const subject = { metadata, spec: { targetRef: spec.targetRef } };
    assert.deepEqual(findings(subject), [noGate()]);
  });

  it('takes no time over what is far too long for a path', () => {
    const long = 'ab'.repeat(10_000);
    const began = performance.now();
    assert.ok(looksLike(long, long));
    assert.ok(performance.now() - began < 1000, `${performance.now() - began} ms`);
  });

  it('takes no time over 4,000 webhooks, however they are named', () => {
    const many = Array.from({ length: 4000 }, (_, index) =>
      hook('confirm-promotion', '/confirm-promotiom', {
        url: `http://${'a'.repeat(60)}${index}/confirm-${index}-promotion`,
      }),
    );
    const began = performance.now();
    findings(
      canary(weights, [...many, ...many.map((each) => ({ ...each, url: each.url.replace(/[^/]*$/, 'webhook') }))]),
    );
    assert.ok(performance.now() - began < 2000, `${performance.now() - began} ms`);
  });

  const types = [
    ...['confirm-rollout', 'pre-rollout', 'rollout', 'confirm-traffic-increase', 'confirm-promotion'],
    ...['rollback', 'post-rollout', 'event'],
  ];
  for (const path of Object.keys(hooks)) {
    it(`knows a type of hook that calls ${path}`, () => {
      const isRefused = (type: string) =>
        lint(canary({}, [hook(type, path)]), { specOf: () => undefined, retryAfterSeconds: 10 }).some(({ message }) =>
          message.startsWith(`type ${type} calls`),
        );
      assert.notDeepEqual(types.filter(isRefused), types);
    });
  }
});
