import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mock } from 'node:test';
import { boundCalls, type Call, type Calls, type Refusal } from '../../../function/http/calls.ts';

// What is counted of such a body is a mebibyte.
const large = 2 ** 20 + 4096;

type Response = Parameters<Calls['begin']>[0];

/** A caller as the bound sees it. */
class Caller extends EventEmitter {
  writableEnded = false;
  refused: Refusal | undefined;
  call: Call | undefined;

  get response(): Response {
    return this as unknown as Response;
  }

  /** Calls, and sends so much of its body. */
  begin(calls: Calls, bytes = 0): boolean {
    this.call = calls.begin(this.response, (why) => {
      this.refused = why;
    });
    return this.call?.keep(bytes) ?? false;
  }

  hangUp(): void {
    this.emit('close');
  }

  beAnswered(calls: Calls): void {
    calls.answered(this.response);
    this.writableEnded = true;
    this.emit('close');
  }
}

function callers(count: number, calls: Calls, bytes = 0): Caller[] {
  return Array.from({ length: count }, () => {
    const caller = new Caller();
    assert.ok(caller.begin(calls, bytes));
    return caller;
  });
}

describe('The bound on calls in flight', () => {
  beforeEach(() => mock.timers.enable({ apis: ['Date', 'setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('takes so many and no more, until one has its answer or hangs up', () => {
    const calls = boundCalls(3);
    const [first, second] = callers(3, calls);
    assert.ok(!new Caller().begin(calls));
    assert.equal(calls.refusal(), 'busy');
    first?.hangUp();
    assert.ok(new Caller().begin(calls));
    assert.ok(!new Caller().begin(calls));
    second?.beAnswered(calls);
    assert.ok(new Caller().begin(calls));
  });

  it('keeps 16 MiB of bodies, and takes a byte more when one of them is gone', () => {
    const calls = boundCalls(1000);
    const [first] = callers(16, calls, large);
    assert.ok(!new Caller().begin(calls, 4097));
    assert.ok(new Caller().begin(calls, 4096), 'as small as Flagger’s are');
    first?.hangUp();
    const [again] = callers(1, calls, large);
    assert.equal(again?.call?.keep(1), false);
  });

  it('gives the oldest body up that has not come for a second, for one that comes', () => {
    const calls = boundCalls(2);
    const [first, second] = callers(2, calls);
    mock.timers.tick(999);
    assert.ok(!new Caller().begin(calls));
    mock.timers.tick(1);
    const third = new Caller();
    assert.ok(third.begin(calls));
    assert.deepEqual([first?.refused, second?.refused], ['slow', undefined]);
    void second?.call?.turn();
    assert.ok(!new Caller().begin(calls), 'whose body is here stays');
    first?.hangUp();
    assert.ok(!new Caller().begin(calls), 'its place is taken');
  });

  it('counts no byte of a body that was given up for its own sake', () => {
    const calls = boundCalls(1000);
    const [first] = callers(16, calls, large);
    mock.timers.tick(1000);
    assert.equal(first?.call?.keep(1), false);
    assert.equal(first?.refused, 'slow');
    assert.ok(new Caller().begin(calls, large));
  });

  it('lets a hundred be worked on at once, and the others in their order', async () => {
    const calls = boundCalls(1000);
    const all = callers(103, calls);
    const turns: number[] = [];
    for (const [index, { call }] of all.entries()) void call?.turn().then((is) => is && turns.push(index));
    await settled();
    assert.equal(turns.length, 100);
    // One hangs up while it waits, one while it is worked on: its work goes on, and keeps its place.
    all[100]?.hangUp();
    all[0]?.hangUp();
    await settled();
    assert.equal(turns.length, 100);
    calls.answered(all[0]?.response ?? assert.fail());
    await settled();
    assert.deepEqual(turns.slice(100), [101]);
    all[1]?.beAnswered(calls);
    await settled();
    assert.deepEqual(turns.slice(100), [101, 102]);
  });

  it('sends a call away that waits a second and a half for its turn', async () => {
    const calls = boundCalls(1000);
    const all = callers(101, calls);
    const turns = all.map(({ call }) => call?.turn());
    mock.timers.tick(1500);
    assert.equal(await turns[100], false);
    assert.equal(await turns[99], true);
    all[0]?.beAnswered(calls);
    const [next] = callers(1, calls);
    assert.equal(await next?.call?.turn(), true);
  });

  it('ends when the last call has its answer, and gives up the bodies that are still coming', async () => {
    const calls = boundCalls(1000);
    const [worked, comes] = callers(2, calls);
    await worked?.call?.turn();
    calls.startEnding();
    const [late] = callers(1, calls);
    assert.ok(calls.isEnding());
    let isOver = false;
    void calls.end().then(() => {
      isOver = true;
    });
    assert.equal(comes?.refused, 'ending');
    assert.ok(!new Caller().begin(calls));
    assert.equal(calls.refusal(), 'ending');
    worked?.beAnswered(calls);
    await settled();
    assert.ok(!isOver, 'those that are given up hear of it');
    comes?.hangUp();
    late?.hangUp();
    await settled();
    assert.ok(isOver);
  });
});

async function settled(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await Promise.resolve();
}
