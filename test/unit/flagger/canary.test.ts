import assert from 'node:assert/strict';
import { intervalOf, milliseconds } from '../../../function/flagger/canary.ts';

describe('A duration in Go’s notation', () => {
  const table: [duration: string | undefined, expected: number | undefined][] = [
    ['10s', 10_000],
    ['1m', 60_000],
    ['1h', 3_600_000],
    ['1m30s', 90_000],
    ['30s500ms', 30_500],
    ['1.5s', 1500],
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
      const began = performance.now();
      assert.equal(milliseconds(duration), expected);
      assert.ok(performance.now() - began < 1000);
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
});
