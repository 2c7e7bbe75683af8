/**
 * The embedded time beside the real one.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startClock } from '../clock.ts';

const secondsBehind = (now: Date) => (Date.now() - now.getTime()) / 1000;

describe('an embedded clock that starts behind real time', () => {
  it('makes up for it by its speed, and is never ahead', async () => {
    const clock = startClock(100, 60);
    assert.ok(secondsBehind(clock.now()) > 50, 'starts before');
    await sleep(200);
    const caughtUp = secondsBehind(clock.now());
    assert.ok(caughtUp > 0 && caughtUp < 45, `${caughtUp} s behind after 0.2 s at a speed of 100`);
    await clock.advance(3600);
    const now = clock.now();
    assert.ok(secondsBehind(now) >= 0 && secondsBehind(now) < 1, `${secondsBehind(now)} s behind`);
    clock.stop();
  });

  it('fires what is due after real seconds, once it has caught up', async () => {
    const clock = startClock(100, 0);
    const began = Date.now();
    await clock.sleep(0.3);
    assert.ok(Date.now() - began >= 295, 'not a hundred times too early');
    clock.stop();
  });
});
