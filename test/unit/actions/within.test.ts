import assert from 'node:assert/strict';
import { within } from '../../../function/actions/within.ts';

const never = new Promise<string>(() => undefined);
const timers = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;

describe('What may be done without', () => {
  it('is waited for until it comes, and no timer is left behind', async () => {
    assert.equal(await within(60_000, Promise.resolve('came'), 'late'), 'came');
    const before = timers();
    await within(60_000, Promise.resolve('came'), 'late');
    await assert.rejects(within(60_000, Promise.reject(new Error('failed')), 'late'), /failed/);
    assert.equal(timers(), before);
  });

  it('is given up when it comes too late', async () => assert.equal(await within(5, never, 'late'), 'late'));
});
