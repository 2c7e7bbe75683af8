/**
 * How long a call may be held, and when the next one comes: the arithmetic of Flagger's patience.
 */
import assert from 'node:assert/strict';
import type { Canary, Webhook } from '../../../function/api/canary.ts';
import {
  type Evaluated,
  holdUntil,
  pauseBeforeLook,
  retryAfterHold,
  timeoutOf,
} from '../../../function/flagger/patience.ts';

const url = 'http://e2e-verifier.default';
const gate = (more: Partial<Webhook>): Webhook => ({
  name: 'e2e',
  type: 'pre-rollout',
  url: `${url}/pre-rollout`,
  ...more,
});

function timeout(webhooks: Webhook[], path = '/pre-rollout', metadata = {}): number {
  const canary: Canary = {
    metadata: { name: 'podinfo', namespace: 'test', uid: 'u' },
    spec: { targetRef: { kind: 'Deployment', name: 'podinfo' }, analysis: { webhooks } },
  };
  const payload = { name: 'podinfo', namespace: 'test', phase: '', checksum: 'c', metadata };
  return timeoutOf(canary, { payload, origin: { hosts: ['e2e-verifier.default'], path } });
}

describe('The time for which Flagger waits for an answer', () => {
  const rows: { when: string; webhooks: Webhook[]; path?: string; metadata?: Record<string, string>; is: number }[] = [
    { when: 'the webhook says so', webhooks: [gate({ timeout: '30s' })], is: 30_000 },
    { when: 'it says nothing', webhooks: [gate({})], is: 10_000 },
    { when: 'it says nothing that can be read', webhooks: [gate({ timeout: 'long' })], is: 10_000 },
    {
      when: 'two are alike but for that: the shorter one',
      webhooks: [gate({ timeout: '1m' }), gate({ name: 'again', timeout: '20s' })],
      is: 20_000,
    },
    {
      when: 'one says it and one like it does not: the default is the shorter one',
      webhooks: [gate({ timeout: '1m' }), gate({ name: 'again' })],
      is: 10_000,
    },
    {
      when: 'another hook is more impatient',
      webhooks: [
        gate({ timeout: '1m' }),
        gate({ name: 'r', type: 'rollback', url: `${url}/rollback`, timeout: '5s' }),
        gate({ name: 'm', timeout: '5s', metadata: { suite: 'long' } }),
        gate({ name: 's', url: 'http://another.tools/pre-rollout', timeout: '5s' }),
      ],
      is: 60_000,
    },
    {
      when: 'the metadata tells two apart',
      webhooks: [gate({ timeout: '1m' }), gate({ name: 'm', timeout: '20s', metadata: { suite: 'long' } })],
      metadata: { suite: 'long' },
      is: 20_000,
    },
    { when: 'none of them has this path', webhooks: [gate({ timeout: '1m' })], path: '/rollout', is: 10_000 },
  ];
  for (const { when, webhooks, path, metadata, is } of rows) {
    it(`${is / 1000} s when ${when}`, () => assert.equal(timeout(webhooks, path, metadata), is));
  }

  it('10 s where there is no Canary', () => {
    const payload = { name: 'podinfo', namespace: 'test', phase: '', checksum: 'c', metadata: {} };
    assert.equal(timeoutOf(undefined, { payload, origin: { hosts: [], path: '/pre-rollout' } }), 10_000);
  });
});

describe('A call is held', () => {
  const call: Evaluated = { since: 0, now: 50, took: 50, callBudget: 8000, timeout: 30_000 };
  const rows: { when: string; call: Partial<Evaluated>; until: number | undefined }[] = [
    { when: 'nothing is said: a second less than the budget', call: {}, until: 7000 },
    { when: 'the timeout is the default: 5 s less than that', call: { timeout: 10_000 }, until: 5000 },
    { when: 'the budget is larger', call: { callBudget: 20_000 }, until: 19_000 },
    { when: 'the budget is larger than the timeout', call: { callBudget: 20_000, timeout: 15_000 }, until: 10_000 },
    { when: 'its evaluation was slow, so that the last one is', call: { now: 600, took: 600 }, until: 6800 },
    { when: 'it was held before', call: { now: 3000 }, until: 7000 },
    { when: 'a second is left', call: { now: 6000 }, until: 7000 },
    { when: 'less than a second is left', call: { now: 6001 }, until: undefined },
    { when: 'the timeout is short', call: { timeout: 6000 }, until: undefined },
    { when: 'the timeout is shorter than the way', call: { timeout: 2000 }, until: undefined },
    { when: 'the budget is short', call: { callBudget: 1500 }, until: undefined },
    { when: 'its evaluation has taken a third of all', call: { now: 2500, took: 2500 }, until: undefined },
  ];
  for (const { when, call: more, until } of rows) {
    it(`${until === undefined ? 'not at all' : `until ${until} ms after it came`} when ${when}`, () =>
      assert.equal(holdUntil({ ...call, ...more }), until));
  }
});

describe('In a hold the Job is looked at', () => {
  for (const [left, pauses] of [
    [7000, [1000, 1000, 1000, 1000, 1000, 1000, 1000]],
    [4970, [994, 994, 994, 994, 994]],
    [4400, [1100, 1100, 1100, 1100]],
    [1000, [1000]],
    [0, []],
    [-5, []],
  ] as const) {
    it(`${pauses.length} times in ${left} ms, the last time at their end`, () => {
      const seen: number[] = [];
      let now = 0;
      for (;;) {
        const pause = pauseBeforeLook(now, left);
        if (pause === undefined) break;
        seen.push(pause);
        now += pause;
      }
      assert.deepEqual(seen, pauses);
    });
  }

  it('less often where a look takes long', () => {
    assert.equal(pauseBeforeLook(3200, 5000), 900);
    assert.equal(pauseBeforeLook(4990, 5000), 10);
  });
});

describe('After a hold Flagger is to ask again', () => {
  for (const [seconds, taken, after] of [
    [10, 7030, 3],
    [10, 5030, 5],
    [10, 4999, 5],
    [10, 2000, 8],
    [10, 5600, 5],
    [10, 9990, 1],
    [10, 15_000, 1],
    [5, 7000, 1],
    [60, 7050, 53],
  ] as const) {
    it(`in ${after} s, of ${seconds} s, when the call has taken ${taken} ms`, () => {
      assert.equal(retryAfterHold(seconds, taken), after);
      assert.ok(after === 1 || taken / 1000 + after >= seconds - 0.1, 'the calls come no closer together');
    });
  }
});
