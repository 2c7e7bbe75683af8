/**
 * Several promises that fail: which error is thrown hangs on their order in the list, never on which of them was first.
 */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { allInOrder, awaitedLater } from '../../function/errors.ts';
import { permutations, subsets } from '../support/permutations.ts';
import { strayRejections } from '../support/stray-rejections.ts';

const names = ['first', 'second', 'third', 'fourth'];

/** Reads of these names, of which the failing ones throw their own name, and that end one after the other in this order. */
function reads(
  failing: readonly string[],
  order: readonly string[],
): { promises: Promise<string>[]; end(): Promise<void> } {
  const ends = new Map<string, () => void>();
  const promises = names.map(
    (name) =>
      new Promise<string>((resolve, reject) => {
        ends.set(name, () => (failing.includes(name) ? reject(name) : resolve(name)));
      }),
  );
  return {
    promises,
    async end() {
      for (const name of order) {
        ends.get(name)?.();
        await turn();
      }
    },
  };
}

describe('All in order', () => {
  for (const failing of subsets(names)) {
    const expected = failing[0] === undefined ? 'all values' : `the error of the ${failing[0]}`;
    it(`is ${expected} in every order of ending when ${failing.join(', ') || 'none'} fails`, async () => {
      const stray = await strayRejections(async () => {
        for (const order of permutations(names)) {
          const { promises, end } = reads(failing, order);
          const all = allInOrder(promises);
          const outcome = all.then(
            (values) => ({ values }),
            (error: unknown) => ({ error }),
          );
          await end();
          assert.deepEqual(await outcome, failing[0] === undefined ? { values: names } : { error: failing[0] });
        }
      });
      assert.deepEqual(stray, []);
    });
  }

  it('is known only when all have ended, so that nothing goes on behind the answer', async () => {
    const { promises, end } = reads(['first'], names);
    let isKnown = false;
    const all = allInOrder(promises).catch(() => {
      isKnown = true;
    });
    await Promise.race([promises[0]?.catch(() => undefined), end()]);
    assert.equal(isKnown, false);
    await all;
    assert.equal(isKnown, true);
  });

  it('is nothing of nothing', async () => assert.deepEqual(await allInOrder([]), []));
});

describe('A promise that is awaited later', () => {
  it('is no unhandled rejection until then, and throws all the same', async () => {
    const stray = await strayRejections(async () => {
      const later = awaitedLater(Promise.reject(new Error('no')));
      await turn();
      await assert.rejects(later, /no/);
    });
    assert.deepEqual(stray, []);
  });

  it('would be one otherwise: this is what the tests here would see', async () => {
    const stray = await strayRejections(async () => {
      Promise.reject(new Error('seen'));
    });
    assert.deepEqual(stray.map(String), ['Error: seen']);
  });
});
