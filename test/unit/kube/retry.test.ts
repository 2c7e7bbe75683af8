/**
 * How long a request is tried again, and when it is given up.
 */
import assert from 'node:assert/strict';
import { HookError } from '../../../function/errors.ts';
import { pauseBefore, TransientError, withRetry } from '../../../function/kube/retry.ts';

const away = (retryAfterSeconds?: number) => new TransientError('away', retryAfterSeconds);

/** Gives or throws these outcomes in their order, the last one for ever; tells how often and when it was asked. */
async function play(
  budget: number,
  ...outcomes: (string | Error)[]
): Promise<{ result: unknown; tries: number; took: number }> {
  const began = Date.now();
  let tries = 0;
  const attempt = async () => {
    const outcome = outcomes[tries++] ?? outcomes.at(-1) ?? away();
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const result = await withRetry({ endsAt: began + budget }, attempt).catch((error: unknown) => error);
  return { result, tries, took: Date.now() - began };
}

function assertUnavailable(result: unknown): void {
  assert.ok(result instanceof HookError && result.kind === 'ServiceUnavailable', String(result));
}

describe('Trying again', () => {
  it('ends with the first answer', async () => {
    const { result, tries } = await play(1000, 'yes');
    assert.deepEqual([result, tries], ['yes', 1]);
  });

  for (const error of [
    new HookError('Invalid', 'no'),
    new HookError('ServiceUnavailable', 'no'),
    new TypeError('no'),
  ]) {
    it(`ends with an error that stays: ${error}`, async () => {
      const { result, tries } = await play(1000, error);
      assert.equal(result, error);
      assert.equal(tries, 1);
    });
  }

  it('goes on after what may heal, and ends when it has', async () => {
    const { result, tries } = await play(1000, away(), away(), 'yes');
    assert.deepEqual([result, tries], ['yes', 3]);
  });

  it('ends when its call has been answered meanwhile', async () => {
    let tries = 0;
    const over = new AbortController();
    const tried = withRetry({ endsAt: Date.now() + 5000, over: over.signal }, async () => {
      tries++;
      over.abort();
      throw away();
    });
    await assert.rejects(tried);
    assert.equal(tries, 1);
  });

  it('ends after the third time', async () => {
    const last = away();
    const { result, tries, took } = await play(5000, away(), away(), last);
    assert.equal(result, last);
    assert.equal(tries, 3);
    assert.ok(took < 1000, `${took} ms`);
  });

  it('waits as long as it was told', async () => {
    const { result, tries, took } = await play(1500, away(1), 'yes');
    assert.deepEqual([result, tries], ['yes', 2]);
    assert.ok(took >= 990, `${took} ms`);
  }).timeout(3000);

  it('does not wait beyond its budget, and says how long was asked for', async () => {
    const { result, tries, took } = await play(900, away(1));
    assertUnavailable(result);
    assert.deepEqual([Reflect.get(Object(result), 'retryAfterSeconds'), tries], [1, 1]);
    assert.ok(took < 500, `${took} ms`);
  });

  it('does not begin without a budget', async () => {
    const { result, tries } = await play(0, 'yes');
    assert.equal(tries, 0);
    assertUnavailable(result);
  });

  it('gives each try a signal that ends within the budget', async () => {
    const began = Date.now();
    const attempt = (signal: AbortSignal): Promise<string> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(away())));
    // An AbortSignal's timer holds no process: something must.
    const holding = setTimeout(() => undefined, 3000);
    const result = await withRetry({ endsAt: began + 300 }, attempt).catch((error: unknown) => error);
    clearTimeout(holding);
    const took = Date.now() - began;
    assertUnavailable(result);
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

  for (const seconds of [1, 30, 60]) {
    it(`pauses ${seconds} s when told so`, () => assert.equal(pauseBefore(1, seconds), seconds * 1000));
  }

  for (const seconds of [61, 86_400, 1e21, Number.POSITIVE_INFINITY]) {
    it(`pauses a minute when told to pause ${seconds} s`, () => assert.equal(pauseBefore(1, seconds), 60_000));
  }

  for (const seconds of [0, -1, Number.NEGATIVE_INFINITY]) {
    it(`pauses as it would anyway when told to pause ${seconds} s`, () => {
      const pause = pauseBefore(1, seconds);
      assert.ok(pause >= 50 && pause <= 100, String(pause));
    });
  }
});
