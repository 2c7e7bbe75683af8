/**
 * Whether a hook waits long enough, what it costs where it does not, and whether a tick has the time.
 */
import assert from 'node:assert/strict';
import type { Webhook } from '../../../function/api/canary.ts';
import { type Spec, withDefaults } from '../../../function/api/e2espec.ts';
import { retriesFor } from '../../../function/lint/timing.ts';
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
  webhook,
  weights,
} from './canary-fixture.ts';

const tooFew = (retries: number, cost: string, needed = 218): string =>
  `retries: ${retries} ends the waiting before the run can end: ${cost}. Use ${needed} or more, or shorten the E2ESpec`;
const rolledBack = 'so that a good revision can be rolled back';
const withRetries = (retries: number | undefined, of = preRollout): Webhook => {
  const { retries: _, ...rest } = of;
  return retries === undefined ? rest : { ...rest, retries };
};

describe('The retries of a hook that waits', () => {
  it('outlast every attempt', () => {
    assert.equal(retriesFor(withDefaults({ image: 'x' }), 10), 218);
    assert.equal(retriesFor(withDefaults({ image: 'x', activeDeadlineSeconds: 60, inconclusiveRetries: 0 }), 10), 14);
  });

  it('are counted for the E2ESpec that the webhook names, or else that of the Canary’s name', () => {
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
    assert.deepEqual(findings(canary(weights, [...gates, rollback]), input), [
      `own: ${tooFew(0, `up to 40 failed checks, ${rolledBack}`, 40)}`,
      `shared: ${tooFew(0, `up to 60 failed checks, ${rolledBack}`, 60)}`,
    ]);
  });

  // The run takes 1980 s at the longest, and 10 % on top; a check lasts as long as the retries, and an interval at least.
  const costs: { retries?: number; interval?: string; threshold?: number; cost: string; isAdvice?: true }[] = [
    { cost: `up to 218 failed checks, ${rolledBack}` },
    { interval: '1m', cost: `up to 37 failed checks, ${rolledBack}` },
    { retries: 3, cost: `up to 72 failed checks, ${rolledBack}` },
    { retries: 3, interval: '1m', cost: `up to 36 failed checks, ${rolledBack}` },
    { retries: 60, threshold: 3, cost: `up to 3 failed checks, ${rolledBack}` },
    { retries: 60, threshold: 4, cost: 'up to 3 failed checks of the 4 that roll back', isAdvice: true },
    { retries: 217, threshold: 2, cost: 'up to 1 failed check of the 2 that roll back', isAdvice: true },
    { retries: 217, cost: `up to 1 failed check, ${rolledBack}` },
    {
      retries: 100,
      interval: '30m',
      threshold: 2,
      cost: 'up to 1 failed check of the 2 that roll back',
      isAdvice: true,
    },
  ];
  for (const { retries, interval = '10s', threshold, cost, isAdvice } of costs) {
    const subject = canary({ interval, ...(threshold === undefined ? {} : { threshold }) }, [
      withRetries(retries),
      rollback,
    ]);
    it(`cost ${cost} where they are ${retries ?? 'none'}, each ${interval}`, () => {
      assert.deepEqual(findings(subject), [`${isAdvice ? 'advice: ' : ''}pre-rollout: ${tooFew(retries ?? 0, cost)}`]);
      assert.deepEqual(places(subject), ['Canary podinfo spec.analysis.webhooks.0.retries']);
    });
  }

  it('cost nothing where they are enough', () => {
    for (const retries of [218, 1000])
      assert.deepEqual(findings(canary(weights, [withRetries(retries), rollback])), []);
  });

  const slow = { ...blueGreen, interval: '1m' };
  it('are needed by a rollout hook that no other gate comes before', () => {
    const says = `rollout: ${tooFew(0, `up to 37 failed checks, ${rolledBack}`)}`;
    assert.deepEqual(findings(canary(slow, [withRetries(undefined, rollout), rollback])), [says]);
    assert.deepEqual(findings(canary(slow, [webhook, withRetries(undefined, rollout), rollback])), [says]);
    const other = suite('smoke', withRetries(undefined, rollout));
    assert.deepEqual(findings(canary(slow, [suite('full', preRollout), other, rollback])), [
      says.replace('rollout', 'rollout-smoke'),
    ]);
  });

  it('are not needed by a rollout hook that finds the verdict of a gate before it, nor by a confirm hook', () => {
    const bare = withRetries(undefined, rollout);
    assert.deepEqual(findings(canary(slow, [preRollout, bare, rollback])), []);
    assert.deepEqual(findings(canary({ interval: '1m' }, [increase, bare, rollback])), []);
    assert.deepEqual(findings(canary(slow, [promotion, rollback])), []);
  });
});

describe('The time that a Job is kept', () => {
  const enough: { what: string; interval: string; hooks: Webhook[]; ttl?: number }[] = [
    { what: 'an interval below 10 s, which Flagger raises to 10 s', interval: '1s', hooks: [increase], ttl: 300 },
    { what: 'an interval of 30s500ms, which is no 500 minutes', interval: '30s500ms', hooks: [increase] },
    { what: 'an interval far longer, with a hook that waits by itself', interval: '30m', hooks: [preRollout] },
    { what: 'three intervals', interval: '100s', hooks: [increase], ttl: 300 },
  ];
  for (const { what, interval, hooks, ttl = 3600 } of enough) {
    it(`is enough with ${what}`, () => {
      const subject = canary({ interval }, [...hooks, rollback]);
      assert.deepEqual(findings(subject, inputWith({ ttlSecondsAfterFinished: ttl })), []);
    });
  }

  it('is too short for an interval that is too long', () => {
    const subject = canary({ interval: '30m' }, [increase, rollback]);
    assert.deepEqual(findings(subject), [
      'confirm-traffic-increase: the Job is kept 3600 s, but Flagger may ask only every 3600 s. Use ttlSecondsAfterFinished: 5400 or more',
    ]);
    assert.deepEqual(places(subject), ['E2ESpec podinfo spec.ttlSecondsAfterFinished']);
  });
});

describe('onInconclusive: Hold', () => {
  it('is told at its place in the E2ESpec', () => {
    const subject = canary(weights, [preRollout, rollback]);
    assert.deepEqual(places(subject, inputWith({ onInconclusive: 'Hold' })), ['E2ESpec podinfo spec.onInconclusive']);
  });
});

describe('The interval', () => {
  for (const interval of ['10s', '1m', '1m30s', '60m'])
    it(`may be ${interval}`, () => assert.deepEqual(findings(canary({ interval }, [preRollout, rollback])), []));

  for (const interval of ['1h', '60', 'm', '0.5m', '']) {
    it(`is refused by Flagger’s schema as "${interval}"`, () => {
      const subject = canary({ interval }, [preRollout, rollback]);
      assert.deepEqual(findings(subject), [
        `: interval: ${interval} is refused by Flagger's schema. Write minutes or seconds, as 1m`,
      ]);
      assert.deepEqual(places(subject), ['Canary podinfo spec.analysis.interval']);
    });
  }
});

describe('The timeout of a hook', () => {
  for (const timeout of ['10m', '30s', '1m30s', '30s500ms']) {
    it(`may be ${timeout}`, () =>
      assert.deepEqual(findings(canary(weights, [preRollout, { ...rollback, timeout }])), []));
  }

  for (const timeout of ['30', 's', 'x30s', '1.5m', '1h', '']) {
    it(`is refused by Flagger’s schema as "${timeout}"`, () => {
      const subject = canary(weights, [preRollout, { ...rollback, timeout }]);
      assert.deepEqual(findings(subject), [
        `rollback: timeout: ${timeout} is refused by Flagger's schema. Write minutes or seconds, as 30s`,
      ]);
      assert.deepEqual(places(subject), ['Canary podinfo spec.analysis.webhooks.1.timeout']);
    });
  }

  it('may be one that the schema takes and Flagger cannot read', () => {
    const subject = canary(weights, [preRollout, { ...rollback, timeout: '30seconds' }]);
    assert.deepEqual(findings(subject), [
      'rollback: Flagger cannot read timeout: 30seconds, so it never calls. Write 30s',
    ]);
  });
});

describe('The timeouts of the rollout hooks', () => {
  const load = (timeout?: string): Webhook =>
    elsewhere('', 'http://flagger-loadtester.test/', { name: 'load', ...(timeout === undefined ? {} : { timeout }) });
  const sums: { interval: string; hooks: Webhook[]; sum: number; use: string }[] = [
    { interval: '10s', hooks: [rollout], sum: 10, use: '11s' },
    { interval: '30s', hooks: [{ ...rollout, timeout: '30s' }], sum: 30, use: '31s' },
    { interval: '1m', hooks: [{ ...rollout, timeout: '30s' }, load('1m')], sum: 90, use: '91s' },
    { interval: '20s', hooks: [rollout, load()], sum: 20, use: '21s' },
    { interval: '1s', hooks: [rollout], sum: 10, use: '11s' },
  ];
  for (const { interval, hooks, sum, use } of sums) {
    it(`should be less than the interval of ${interval} together: ${sum} s is not`, () => {
      const subject = canary({ ...blueGreen, interval }, [...hooks, rollback]);
      const seconds = { '10s': 10, '30s': 30, '1m': 60, '20s': 20, '1s': 10 }[interval];
      assert.deepEqual(findings(subject), [
        `advice: : the timeouts of the rollout hooks are ${sum} s together; Flagger wants them under the interval, ${seconds} s, because it calls them one after the other in each tick. Use interval: ${use} or more, or shorter timeouts`,
      ]);
      assert.deepEqual(places(subject), ['Canary podinfo spec.analysis.interval']);
    });
  }

  it('are less, or those of other receivers alone', () => {
    const fast = { ...rollout, timeout: '5s' };
    for (const hooks of [[fast], [preRollout, fast, load('4s')], [preRollout, load('5m')], [preRollout, load()]])
      assert.deepEqual(
        findings(canary(ab, [...hooks, rollback])).filter((each) => each.includes('timeouts')),
        [],
      );
  });
});
