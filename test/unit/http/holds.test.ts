/**
 * Which calls are held, and that all of them are let go.
 */
import assert from 'node:assert/strict';
import { boundHolds } from '../../../function/http/holds.ts';

const since = 1000;

describe('Calls that are held', () => {
  it('are forty at once, and the next is held when one has been answered', () => {
    const holds = boundHolds(0);
    const held = Array.from({ length: 40 }, () => holds.begin(since));
    assert.equal(held.filter((hold) => hold !== undefined).length, 40);
    assert.equal(holds.begin(since), undefined);
    held[7]?.end();
    held[7]?.end();
    assert.ok(holds.begin(since));
    assert.equal(holds.begin(since), undefined);
  });

  it('have arrived when the process was no longer new', () => {
    const holds = boundHolds(since);
    assert.equal(holds.begin(since - 1), undefined);
    assert.ok(holds.begin(since));
  });

  it('are let go when the process ends, and none is held from then on', () => {
    const holds = boundHolds(0);
    const [one, other] = [holds.begin(since), holds.begin(since)];
    one?.end();
    assert.deepEqual([one?.signal.aborted, other?.signal.aborted], [true, false]);
    holds.end();
    assert.equal(other?.signal.aborted, true);
    assert.equal(holds.begin(since), undefined);
  });
});
