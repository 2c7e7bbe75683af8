import assert from 'node:assert/strict';
import { joined } from '../../../function/status/joined.ts';

describe('Those who ask', () => {
  it('for the same at once share what is made', async () => {
    const join = joined<number>();
    let made = 0;
    const make = async () => ++made;
    assert.deepEqual(await Promise.all([join('a', make), join('a', make), join('b', make)]), [1, 1, 2]);
  });

  it('later get what is made anew', async () => {
    const join = joined<number>();
    let made = 0;
    const make = async () => ++made;
    assert.deepEqual([await join('a', make), await join('a', make)], [1, 2]);
  });

  it('after a failure get what is made anew, and all who shared it hear of it', async () => {
    const join = joined<string>();
    const fail = () => Promise.reject(new Error('away'));
    await Promise.all([1, 2].map(() => assert.rejects(join('a', fail), /away/)));
    assert.equal(await join('a', async () => 'here'), 'here');
  });
});
