/**
 * How long a request is tried again, and when it is given up.
 */
import assert from 'node:assert/strict';
import type { Fault } from '../../function/fault.ts';
import { pauseBefore, persistently, type Try } from '../../function/kube/retry.ts';

const away = (retryAfterSeconds?: number): Try<string> => ({
  unsettled: { kind: 'unavailable', message: 'away', ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
});

/** Gives these outcomes in their order, the last one for ever; tells how often and when it was asked. */
async function play(
  budget: number,
  ...outcomes: Try<string>[]
): Promise<{ result: string | Fault; tries: number; took: number }> {
  const began = Date.now();
  let tries = 0;
  const result = await persistently(
    { endsAt: began + budget },
    async () => outcomes[tries++] ?? outcomes.at(-1) ?? away(),
  );
  return { result, tries, took: Date.now() - began };
}

describe('Trying again', () => {
  const refused: Fault = { kind: 'refused', message: 'no' };

  it('ends with the first answer', async () => {
    const { result, tries } = await play(1000, { settled: 'yes' });
    assert.deepEqual([result, tries], ['yes', 1]);
  });

  it('ends with a fault that stays', async () => {
    const { result, tries } = await play(1000, { settled: refused });
    assert.deepEqual([result, tries], [refused, 1]);
  });

  it('goes on after what may heal, and ends when it has', async () => {
    const { result, tries } = await play(1000, away(), away(), { settled: 'yes' });
    assert.deepEqual([result, tries], ['yes', 3]);
  });

  it('ends after the third time', async () => {
    const { result, tries, took } = await play(5000, away());
    assert.deepEqual([result, tries], [{ kind: 'unavailable', message: 'away' }, 3]);
    assert.ok(took < 1000, `${took} ms`);
  });

  it('waits as long as it was told', async () => {
    const { result, tries, took } = await play(1500, away(1), { settled: 'yes' });
    assert.deepEqual([result, tries], ['yes', 2]);
    assert.ok(took >= 990, `${took} ms`);
  }).timeout(3000);

  it('does not wait beyond its budget, and says how long was asked for', async () => {
    const { result, tries, took } = await play(900, away(1));
    assert.deepEqual([result, tries], [{ kind: 'unavailable', message: 'away', retryAfterSeconds: 1 }, 1]);
    assert.ok(took < 500, `${took} ms`);
  });

  it('does not begin without a budget', async () => {
    const { result, tries } = await play(0, { settled: 'yes' });
    assert.equal(tries, 0);
    assert.ok(typeof result !== 'string' && result.kind === 'unavailable');
  });

  it('gives each try a signal that ends within the budget', async () => {
    const began = Date.now();
    const attempt = (signal: AbortSignal): Promise<Try<string>> =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(away())));
    // An AbortSignal's timer holds no process: something must.
    const holding = setTimeout(() => undefined, 3000);
    const result = await persistently({ endsAt: began + 300 }, attempt);
    clearTimeout(holding);
    const took = Date.now() - began;
    assert.ok(typeof result !== 'string' && result.kind === 'unavailable');
    assert.ok(took >= 250 && took < 900, `${took} ms`);
  });

  it('pauses longer each time', () => {
    for (let round = 0; round < 200; round++) {
      const [first, second] = [pauseBefore(1, undefined), pauseBefore(2, undefined)];
      assert.ok(first >= 50 && first <= 100, String(first));
      assert.ok(second >= 100 && second <= 200, String(second));
    }
  });

  it('pauses at different times, so that calls that failed together do not come back together', () => {
    assert.ok(new Set(Array.from({ length: 20 }, () => pauseBefore(1, undefined))).size > 1);
  });

  for (const seconds of [0, 1, 30]) {
    it(`pauses ${seconds} s when told so`, () => assert.equal(pauseBefore(1, seconds), seconds * 1000));
  }
});
