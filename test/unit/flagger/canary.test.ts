import assert from 'node:assert/strict';
import { intervalOf, isTime, milliseconds, noRollout, rolloutOf } from '../../../function/flagger/canary.ts';
import { effortOf } from '../../support/effort.ts';

describe('A duration in Go’s notation', () => {
  const table: [duration: string | undefined, expected: number | undefined][] = [
    ['10s', 10_000],
    ['1m', 60_000],
    ['1h', 3_600_000],
    ['1m30s', 90_000],
    ['30s500ms', 30_500],
    ['1.5s', 1500],
    ['1.25s', 1250],
    ['1s'.repeat(32), 32_000],
    [`0${'1s'.repeat(32)}`, undefined],
    ['100us', 0.1],
    [undefined, undefined],
    ['', undefined],
    ['s', undefined],
    ['10', undefined],
    ['10s later', undefined],
    ['1'.repeat(1_000_000), undefined],
    ['1s'.repeat(500_000), undefined],
  ];
  for (const [duration, expected] of table) {
    it(`${JSON.stringify(duration)?.slice(0, 20)} is ${expected} ms`, () => {
      const effort = effortOf(() => assert.equal(milliseconds(duration), expected));
      assert.ok(effort < 1000, `${effort} ms`);
    });
  }
});

describe('The interval of an analysis', () => {
  const table: [interval: string | undefined, expected: number][] = [
    ['30s', 30_000],
    ['30s500ms', 30_500],
    ['10s', 10_000],
    ['9s', 10_000],
    ['0s', 10_000],
    ['1ms', 10_000],
    ['30seconds', 60_000],
    [undefined, 60_000],
  ];
  for (const [interval, expected] of table) {
    it(`${interval} is ${expected} ms, as Flagger takes it`, () => {
      const analysis = interval === undefined ? {} : { interval };
      const metadata = { name: 'a', namespace: 'b', uid: 'u' };
      assert.equal(
        intervalOf({ metadata, spec: { targetRef: { kind: 'Deployment', name: 'a' }, analysis } }),
        expected,
      );
    });
  }

  it('is a minute without an analysis, as Flagger takes it', () => {
    const metadata = { name: 'a', namespace: 'b', uid: 'u' };
    assert.equal(intervalOf({ metadata, spec: { targetRef: { kind: 'Deployment', name: 'a' } } }), 60_000);
  });
});

describe('A rollout', () => {
  const canary = {
    metadata: { name: 'a', namespace: 'b', uid: 'u' },
    spec: { targetRef: { kind: 'Deployment', name: 'a' } },
  };

  it('is named by the time of the condition Promoted', () => {
    const lastTransitionTime = '2026-11-21T09:00:00Z';
    const conditions = [
      { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-21T08:00:00Z' },
      { type: 'Promoted', status: 'Unknown', lastTransitionTime },
    ];
    assert.equal(rolloutOf({ ...canary, status: { conditions } }), lastTransitionTime);
  });

  it('has no name in a Canary that Flagger has said nothing of', () => {
    assert.equal(rolloutOf(canary), undefined);
    assert.equal(rolloutOf({ ...canary, status: {} }), undefined);
  });

  const none = [noRollout, '', 'today', '2026-11-21', '2026-11-21T09:00:00Z or later', 'at 2026-11-21T09:00:00Z'];
  for (const text of none) {
    it(`is not named "${text}"`, () => {
      const conditions = [{ type: 'Promoted', status: 'Unknown', lastTransitionTime: text }];
      assert.ok(!isTime(text));
      assert.equal(rolloutOf({ ...canary, status: { conditions } }), undefined);
    });
  }

  // It is on Jobs and in records that another version of the verifier may have written.
  it('of a run without a Canary is a dash', () => assert.equal(noRollout, '-'));
});
