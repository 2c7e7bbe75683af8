import assert from 'node:assert/strict';
import type { Analysis, Canary, Webhook } from '../../../function/api/canary.ts';
import { type Spec, withDefaults } from '../../../function/api/e2espec.ts';
import { hooks } from '../../../function/flagger/hooks.ts';
import { lint } from '../../../function/lint/lint.ts';
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

const gating = [
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
];

const broken: { what: string; subject: Canary; spec?: Partial<Spec>; says: RegExp }[] = [
  { what: '/webhook alone', subject: canary(weights, [webhook, rollback]), says: /^seed: \/webhook answers 202/ },
  {
    what: '/webhook with a gate of other metadata',
    subject: canary(weights, [webhook, { ...increase, metadata: { suite: 'a' } }, rollback]),
    says: /^seed: \/webhook answers 202/,
  },
  {
    what: 'a gate whose metadata differs from the starting hook’s',
    subject: canary(weights, [preRollout, { ...increase, metadata: { suite: 'a' } }, rollback]),
    says: /^confirm-traffic-increase: its metadata differs/,
  },
  {
    what: 'confirm-traffic-increase with A/B',
    subject: canary(ab, [increase, rollback]),
    says: /does not ask confirm-traffic-increase in A\/B/,
  },
  {
    what: 'confirm-traffic-increase with blue/green',
    subject: canary(blueGreen, [increase, rollback]),
    says: /does not ask confirm-traffic-increase in blue\/green/,
  },
  {
    what: 'confirm-traffic-increase with provider kubernetes',
    subject: canary(weights, [increase, rollback], { provider: 'kubernetes' }),
    says: /in blue\/green/,
  },
  {
    what: 'confirm-traffic-increase of a mirrored canary',
    subject: canary({ ...weights, mirror: true }, [increase, rollback]),
    says: /mirrored traffic/,
  },
  {
    what: 'confirm-promotion of a mirrored canary',
    subject: canary({ ...blueGreen, mirror: true }, [promotion, rollback]),
    says: /mirrored traffic/,
  },
  {
    what: 'confirm-promotion with one iteration',
    subject: canary({ ...blueGreen, iterations: 1 }, [promotion, rollback]),
    says: /iterations: 1/,
  },
  {
    what: 'confirm-promotion with weights',
    subject: canary(weights, [promotion, rollback]),
    says: /after users have met the canary/,
  },
  {
    what: 'rollout hooks alone',
    subject: canary(weights, [hook('', '/rollout'), rollback]),
    says: /after the first step/,
  },
  { what: 'no rollback hook', subject: canary(weights, [preRollout]), says: /no rollback hook/ },
  { what: 'no gate', subject: canary(weights, [rollback]), says: /no webhook calls a gate/ },
  {
    what: 'skipAnalysis',
    subject: canary(weights, [preRollout, rollback], { skipAnalysis: true }),
    says: /skipAnalysis is set/,
  },
  {
    what: 'too few retries',
    subject: canary(weights, [{ ...preRollout, retries: 3 }, rollback]),
    says: /retries: 3 .* Use 218 or more/,
  },
  {
    what: 'no retries',
    subject: canary(weights, [hook('pre-rollout', '/pre-rollout'), rollback]),
    says: /retries: 0/,
  },
  {
    what: 'onInconclusive: Hold with a gate whose every no is a failed check',
    subject: canary(weights, [preRollout, rollback]),
    spec: { onInconclusive: 'Hold' },
    says: /Hold does not hold here/,
  },
  {
    what: 'a timeout that Flagger’s schema refuses',
    subject: canary(weights, [{ ...preRollout, timeout: '1h' }, rollback]),
    says: /timeout: 1h is refused/,
  },
  {
    what: 'an interval too long for the TTL',
    subject: canary({ interval: '30m' }, [increase, rollback]),
    says: /ttlSecondsAfterFinished: 5400/,
  },
  {
    what: 'a rollback hook that calls a gate',
    subject: canary(weights, [preRollout, hook('rollback', '/pre-rollout', { retries: 218 })]),
    says: /type rollback calls \/pre-rollout; it must call \/rollback/,
  },
  {
    what: 'a gate hook that calls another gate’s path',
    subject: canary(weights, [hook('confirm-traffic-increase', '/pre-rollout', { retries: 218 }), rollback]),
    says: /type confirm-traffic-increase calls \/pre-rollout/,
  },
];

describe('The wiring check', () => {
  for (const { what, subject } of gating) {
    it(`finds nothing in ${what}`, () => assert.deepEqual(findings(subject), []));
  }
  for (const { what, subject, spec, says } of broken) {
    it(`finds ${what}`, () => {
      const found = findings(subject, spec);
      assert.ok(
        found.some((message) => says.test(message)),
        found.join('\n') || 'nothing found',
      );
    });
  }

  it('counts the retries that outlast every attempt', () => {
    assert.equal(retriesFor(withDefaults({ image: 'x' }), 10), 218);
    assert.equal(retriesFor(withDefaults({ image: 'x', activeDeadlineSeconds: 60, inconclusiveRetries: 0 }), 10), 14);
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
