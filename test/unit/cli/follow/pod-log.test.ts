import assert from 'node:assert/strict';
import { followLog } from '../../../../function/cli/follow/pod-log.ts';
import { HookError } from '../../../../function/errors.ts';
import type { LogRequest, PodLog, ReadLog } from '../../../../function/kube/pod-log.ts';

const at = (second: number, text: string) => `2026-11-21T10:00:${String(second).padStart(2, '0')}.000000000Z ${text}\n`;

/** Each answer is one connection; an error in it breaks that. */
type Answer = PodLog['kind'] | Error | (string | Error)[];

function answering(answers: Answer[]): { read: ReadLog; asked: LogRequest[] } {
  const asked: LogRequest[] = [];
  return {
    asked,
    async read(request) {
      asked.push(request);
      const answer = answers.shift();
      if (answer === undefined || answer === 'gone') return { kind: 'gone' };
      if (answer === 'notYet' || answer === 'log') return { kind: 'notYet', message: 'it waits' };
      if (answer instanceof Error) throw answer;
      return { kind: 'log', parts: partsOf(answer) };
    },
  };
}

async function* partsOf(parts: (string | Error)[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield Buffer.from(part);
  }
}

const lost = new Error('ECONNRESET');
const away = new HookError('ServiceUnavailable', 'the API server cannot be reached (ECONNREFUSED)');

async function follow(answers: Answer[], hasEnded: () => boolean = () => true) {
  const { read, asked } = answering(answers);
  const lines: string[] = [];
  const take = async (more: string[]) => void lines.push(...more);
  const container = { namespace: 'test', pod: 'e2e-1', container: 'e2e', hasEnded };
  const problem = await followLog(container, read, take, new AbortController().signal);
  return { lines, problem, asked };
}

describe('The log of a container', () => {
  it('is read to its end', async () => {
    const { lines, problem, asked } = await follow([[at(1, 'one'), at(2, 'two')]]);
    assert.deepEqual([lines, problem], [['one', 'two'], undefined]);
    assert.deepEqual(asked, [{ namespace: 'test', pod: 'e2e-1', container: 'e2e', follow: true, timestamps: true }]);
  });

  it('is read on where the connection was lost, and no line is shown twice', async () => {
    let looks = 0;
    const { lines, asked } = await follow(
      [[at(1, 'one'), at(2, 'two'), lost], away, [at(2, 'two'), at(3, 'three')]],
      () => ++looks > 2,
    );
    assert.deepEqual(lines, ['one', 'two', 'three']);
    assert.deepEqual(
      asked.map(({ since }) => since),
      [undefined, '2026-11-21T10:00:02Z', '2026-11-21T10:00:02Z'],
    );
  });

  it('is asked for again while the container waits', async () => {
    let looks = 0;
    const { lines } = await follow(['notYet', [at(1, 'one')]], () => ++looks > 1);
    assert.deepEqual(lines, ['one']);
  });

  it('is nothing when its pod is gone', async () => {
    const { lines, problem } = await follow(['gone']);
    assert.deepEqual([lines, problem], [[], undefined]);
  });

  it('is nothing when its container is gone, and its kubelet says so in place of a log', async () => {
    const gone = 'unable to retrieve container logs for containerd://24ce0d965c20';
    const { lines, problem, asked } = await follow([[at(1, gone), lost], [gone]], () => false);
    assert.deepEqual([lines, problem, asked.length], [[gone], undefined, 2]);
  });

  it('may not be read, and it says so once', async () => {
    const { problem, asked } = await follow([new HookError('Forbidden', 'you may not read logs')], () => false);
    assert.deepEqual([problem, asked.length], ['you may not read logs', 1]);
  });

  it('is given up when the container has ended and its node does not answer', async () => {
    const { problem } = await follow([away]);
    assert.match(problem ?? '', /ECONNREFUSED/);
  });

  it('ends when somebody says so, however often it is asked for', async () => {
    const signal = AbortSignal.timeout(100);
    const read: ReadLog = async () => ({ kind: 'notYet', message: '' });
    const container = { namespace: 'test', pod: 'e2e-1', container: 'e2e', hasEnded: () => false };
    assert.equal(await followLog(container, read, async () => {}, signal), undefined);
  });
});
