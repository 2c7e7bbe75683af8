/**
 * Alerts that stay silent when a test fails: by what Flagger's rollback sends.
 */
import assert from 'node:assert/strict';
import type { Canary, Webhook } from '../../../function/api/canary.ts';
import {
  ab,
  blueGreen,
  canary,
  findings,
  hook,
  increase,
  places,
  preRollout,
  promotion,
  rollback,
  rollout,
  suite,
  webhook,
  weights,
} from './canary-fixture.ts';

const alerts = [
  { name: 'on-call', severity: 'error' },
  { name: 'qa', severity: 'warn' },
  { name: 'dev', severity: 'info' },
];
const alerting = (strategy: typeof weights, threshold: number | undefined, webhooks: Webhook[]): Canary =>
  canary({ ...strategy, interval: '1m', alerts, ...(threshold === undefined ? {} : { threshold }) }, webhooks);

const silent = (name: string, remedy: string): string =>
  `advice: : alert ${name} will stay silent when the test fails: Flagger only warns when a rollback hook ends a rollout. ${remedy}`;
const warn = 'Write severity: warn';
const either = `${warn}, or threshold: 1 where a rollout may end at its first failed check of any kind`;

const told: { what: string; subject: Canary; remedy: string }[] = [
  {
    what: '/pre-rollout and a threshold of 3',
    subject: alerting(blueGreen, 3, [preRollout, rollback]),
    remedy: either,
  },
  { what: '/pre-rollout and a threshold of 2, A/B', subject: alerting(ab, 2, [preRollout, rollback]), remedy: either },
  { what: '/rollout and a threshold of 3', subject: alerting(blueGreen, 3, [rollout, rollback]), remedy: either },
  {
    what: '/confirm-promotion, whatever the threshold',
    subject: alerting(blueGreen, 1, [promotion, rollback]),
    remedy: warn,
  },
  {
    what: '/confirm-traffic-increase, whatever the threshold',
    subject: alerting(weights, 1, [webhook, increase, rollback]),
    remedy: warn,
  },
  {
    what: 'a second suite at /confirm-promotion, whatever the threshold',
    subject: alerting(blueGreen, 1, [suite('smoke', preRollout), suite('full', promotion), rollback]),
    remedy: warn,
  },
];

const heard: { what: string; subject: Canary }[] = [
  { what: '/pre-rollout and a threshold of 1', subject: alerting(blueGreen, 1, [preRollout, rollback]) },
  { what: '/pre-rollout and no threshold, which is 1', subject: alerting(weights, undefined, [preRollout, rollback]) },
  { what: '/pre-rollout and a threshold of 0, which is 1', subject: alerting(weights, 0, [preRollout, rollback]) },
];

describe('An alert of severity error', () => {
  for (const { what, subject, remedy } of told) {
    it(`stays silent with ${what}`, () => {
      assert.deepEqual(findings(subject), [silent('on-call', remedy)]);
      assert.deepEqual(places(subject), ['Canary podinfo spec.analysis.alerts.0.severity']);
    });
  }

  for (const { what, subject } of heard) {
    it(`is sent with ${what}`, () => assert.deepEqual(findings(subject), []));
  }

  it('is not spoken of where nothing rolls back by a hook of the verifier’s, or nothing gates', () => {
    const isTold = (webhooks: Webhook[]) =>
      findings(alerting(blueGreen, 3, webhooks))
        .join()
        .includes('on-call');
    assert.ok(!isTold([preRollout]));
    assert.ok(!isTold([webhook, rollback]));
    assert.ok(!isTold([rollback]));
    assert.ok(!isTold([hook('confirm-rollout', '/confirm-rollout')]));
  });

  it('is named, each of them', () => {
    const both = [{ name: 'on-call', severity: 'error' }, { name: 'pager', severity: 'error' }, { severity: 'error' }];
    const subject = canary({ ...blueGreen, threshold: 3, alerts: both }, [preRollout, rollback]);
    assert.deepEqual(
      findings(subject),
      ['on-call', 'pager', '3'].map((name) => silent(name, either)),
    );
  });
});

describe('An alert without a severity', () => {
  for (const severity of [undefined, '']) {
    it(`is never sent, whatever the wiring: ${JSON.stringify(severity)}`, () => {
      const nobody = severity === undefined ? { name: 'nobody' } : { name: 'nobody', severity };
      for (const webhooks of [
        [preRollout, rollback],
        [promotion, rollback],
      ])
        assert.deepEqual(findings(canary({ ...blueGreen, alerts: [nobody] }, webhooks)), [
          'advice: : alert nobody has no severity, so Flagger sends nothing. Write severity: warn',
        ]);
    });
  }
});
