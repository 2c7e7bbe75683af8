/**
 * Waiting for a place among those that run at once, and for what others wait for as well.
 */
import assert from 'node:assert/strict';
import { queue, until } from '../../../function/kube/transport/waiting.ts';

interface Held {
  result: Promise<unknown>;
  end(): void;
}

describe('A queue', () => {
  let most: number;
  let limit: ReturnType<typeof queue>;
  let running: string[];
  beforeEach(() => {
    most = 2;
    limit = queue(() => most);
    running = [];
  });

  function enter(name: string, signal = new AbortController().signal): Held {
    let end = () => undefined as unknown;
    const held = new Promise((resolve) => {
      end = () => resolve(name);
    });
    const result = limit(signal, () => {
      running.push(name);
      return held;
    }).catch((error: unknown) => String(error));
    return { result, end: () => void end() };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('runs so many at once, and the others in their order', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => enter(name));
    await turn();
    assert.deepEqual(running, ['a', 'b']);
    b?.end();
    await turn();
    assert.deepEqual(running, ['a', 'b', 'c']);
    a?.end();
    c?.end();
    d?.end();
    assert.deepEqual(await Promise.all([a, b, c, d].map((each) => each?.result)), ['a', 'b', 'c', 'd']);
  });

  it('is left by who may not wait any longer, and their place is the next one’s', async () => {
    const first = [enter('a'), enter('b')];
    const impatient = new AbortController();
    const [c, d] = [enter('c', impatient.signal), enter('d')];
    impatient.abort(new Error('too long'));
    assert.equal(await c.result, 'Error: too long');
    first[0]?.end();
    await turn();
    assert.deepEqual(running, ['a', 'b', 'd']);
    for (const each of [...first, d]) each.end();
  });

  it('is not entered by who is too late already', async () => {
    const late = AbortSignal.abort(new Error('late'));
    assert.equal(await enter('a', late).result, 'Error: late');
    assert.deepEqual(running, []);
  });

  it('gives the place of what fails to the next', async () => {
    most = 1;
    const failing = limit(new AbortController().signal, () => Promise.reject(new Error('no')));
    const next = enter('next');
    await assert.rejects(failing, /no/);
    await turn();
    assert.deepEqual(running, ['next']);
    next.end();
  });

  it('lets in more, or fewer, as soon as that is known', async () => {
    most = 1;
    const all = ['a', 'b', 'c', 'd'].map((name) => enter(name));
    await turn();
    assert.deepEqual(running, ['a']);
    most = 3;
    all[0]?.end();
    await turn();
    assert.deepEqual(running, ['a', 'b', 'c', 'd']);
    for (const each of all) each.end();
  });
});

describe('Waiting with others', () => {
  it('ends for one alone, and goes on for the others', async () => {
    let arrive = (_: string) => undefined as unknown;
    const shared = new Promise<string>((resolve) => {
      arrive = resolve;
    });
    const impatient = new AbortController();
    const [short, long] = [until(shared, impatient.signal), until(shared, new AbortController().signal)];
    impatient.abort(new Error('too long'));
    await assert.rejects(short, /too long/);
    arrive('there');
    assert.equal(await long, 'there');
  });
});
