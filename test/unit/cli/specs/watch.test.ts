/**
 * What is run next while somebody watches, and how that ends.
 */
import assert from 'node:assert/strict';
import { statuses } from '../../../../function/cli/exit.ts';
import { CannotRun } from '../../../../function/cli/problem.ts';
import type { Request } from '../../../../function/cli/specs/requests.ts';
import { watch } from '../../../../function/cli/specs/watch.ts';

const { passed, failed, couldNotRun, interrupted } = statuses;
type Result = { status: typeof passed | typeof failed | typeof couldNotRun; failedIn: string[] } | Error | 'goes on';

const keys = 'Save a file, or press a key';

const changed: Request = { kind: 'changed', paths: ['a.spec.ts'] };
const again: Request = { kind: 'again' };
const failedAlone: Request = { kind: 'failed' };
const quit: Request = { kind: 'quit' };
const good = { status: passed, failedIn: [] };
const bad = { status: failed, failedIn: ['b.spec.ts'] };

/** Each run ends as its result says; each request comes when nothing else is left to do, or while a run goes on. */
async function watched(results: Result[], requests: Request[], signal = new AbortController().signal) {
  const ran: string[][] = [];
  const said: string[] = [];
  const status = await watch(
    {
      async run(only, ending) {
        ran.push(only);
        const result = results.shift() ?? assert.fail('another run');
        if (result instanceof Error) throw result;
        if (result !== 'goes on') return result;
        await new Promise((resolve) => ending.addEventListener('abort', resolve));
        return 'interrupted';
      },
      requests: {
        async next() {
          await new Promise((resolve) => setTimeout(resolve, 5));
          return requests.shift() ?? new Promise(() => {});
        },
      },
      say: async (line) => void said.push(line),
      keys,
    },
    signal,
  ).catch((error: unknown) => error);
  return { status, ran, said: said.filter((line) => line !== keys) };
}

describe('Watching', () => {
  it('runs all of them first, and again at each save and at Enter', async () => {
    const { status, ran, said } = await watched([good, bad, good], [changed, again, quit]);
    assert.deepEqual([status, ran, said], [passed, [[], [], []], ['changed: a.spec.ts']]);
  });

  it('ends with what the last run said', async () => {
    assert.equal((await watched([good, bad], [again, quit])).status, failed);
    assert.equal((await watched([bad, good], [again, quit])).status, passed);
  });

  it('runs the files that failed alone, as long as some fail', async () => {
    const { status, ran, said } = await watched([bad, bad, good], [failedAlone, failedAlone, failedAlone, quit]);
    assert.deepEqual([status, ran], [passed, [[], ['b.spec.ts'], ['b.spec.ts']]]);
    assert.deepEqual(said, ['nothing has failed']);
  });

  it('ends a run that goes on when there is a save, and waits for it to be gone', async () => {
    const { status, ran } = await watched(['goes on', good], [changed, quit]);
    assert.deepEqual([status, ran], [passed, [[], []]]);
  });

  it('ends a run that goes on at q, without a verdict', async () => {
    assert.equal((await watched(['goes on'], [quit])).status, couldNotRun);
  });

  it('is interrupted at Ctrl-C', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1);
    const { status } = await watched(['goes on'], [quit], controller.signal);
    assert.equal(status, interrupted);
  });

  it('ends where the first run cannot be made, and waits for the next save where a later one cannot', async () => {
    const missing = new CannotRun('there is no folder specs');
    assert.equal((await watched([missing], [])).status, missing);
    const { status, said } = await watched([good, missing, good], [changed, changed, quit]);
    assert.deepEqual(
      [status, said],
      [passed, ['changed: a.spec.ts', 'there is no folder specs', 'changed: a.spec.ts']],
    );
    assert.equal((await watched([good, missing], [changed, quit])).status, couldNotRun);
  });
});
