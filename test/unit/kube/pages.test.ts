/**
 * Lists, page by page: all of them are read, and of what is large no more than can be held.
 */
import assert from 'node:assert/strict';
import { HookError } from '../../../function/errors.ts';
import { client } from '../../../function/kube/client.ts';
import { sharedMemory } from '../../../function/kube/memory.ts';
import type { ApiRequest } from '../../../function/kube/request.ts';
import { type Ask, exchange } from '../../../function/kube/response.ts';
import { TransientError } from '../../../function/kube/retry.ts';
import { kinds } from '../../../function/kube/shapes.ts';

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

const job = (name: string, bytes = 0) => ({
  metadata: { name, namespace: 'test', uid: `uid-of-${name}`, annotations: { large: 'x'.repeat(bytes) } },
});

/** An API server with these items, which heeds `limit` and `continue`. */
function apiWith(items: object[], over?: AbortSignal, memoryOf = sharedMemory()): { ask: Ask; asked: ApiRequest[] } {
  const asked: ApiRequest[] = [];
  const memory = memoryOf(over);
  const ask: Ask = (request) => {
    asked.push(request);
    const { limit, continue: from = '0' } = request.query ?? {};
    const end = Number(from) + Number(limit);
    const next = end < items.length ? { continue: String(end) } : {};
    const kind = `${kinds[request.resource.plural]?.kind}List`;
    const body = JSON.stringify({ kind, metadata: next, items: items.slice(Number(from), end) });
    return exchange(request, memory, async (_, hold) => {
      hold(Buffer.from(body));
      return { status: 200, headers: {}, body };
    });
  };
  return { ask, asked };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `job-${index}`);
const isUnavailable = (error: unknown) => error instanceof HookError && error.kind === 'ServiceUnavailable';

describe('A list', () => {
  for (const count of [0, 1, 25, 26, 130]) {
    it(`of ${count} is read as a whole`, async () => {
      const { ask, asked } = apiWith(names(count).map((name) => job(name)));
      const found = await client(ask).listPods('test', 'j1');
      assert.deepEqual(
        found.map(({ metadata }) => metadata?.name),
        names(count),
      );
      assert.equal(asked.length, Math.max(1, Math.ceil(count / 25)));
      for (const { query } of asked) assert.match(query?.['labelSelector'] ?? '', /controller-uid=j1/);
    });
  }

  it('of 150 Jobs of 240 kB is read, and nothing is held but what is picked of each', async () => {
    const { ask } = apiWith(
      names(150).map((name) => job(name, 240_000)),
      new AbortController().signal,
    );
    const pick = ({ metadata }: { metadata?: { name?: string } }) =>
      metadata?.name?.endsWith('7') ? metadata.name : undefined;
    assert.equal((await client(ask).listJobs('test', 'a=b', pick)).length, 15);
  }).timeout(10_000);

  it('of 400 pods of 240 kB is not read to its end', async () => {
    const { ask, asked } = apiWith(names(400).map((name) => job(name, 240_000)));
    await assert.rejects(client(ask).listPods('test', 'j1'), isUnavailable);
    assert.equal(asked.length, 2);
  });

  it('that never ends is not read for ever', async () => {
    let asked = 0;
    const ask: Ask = async () => {
      asked++;
      return { code: 200, body: { kind: 'EventList', metadata: { continue: 'more' }, items: [] }, now: new Date() };
    };
    await assert.rejects(client(ask).listEvents('test', { field: 'uid', value: 'x' }), isUnavailable);
    assert.equal(asked, 40);
  });
});

describe('The memory that calls share', () => {
  const getJob = (size: number, memoryOf: ReturnType<typeof sharedMemory>, over?: AbortSignal) => {
    const memory = memoryOf(over);
    const request = { verb: 'get', resource: { group: 'batch', version: 'v1', plural: 'jobs' } } as const;
    return exchange({ ...request, namespace: 'test', name: 'a' }, memory, async (_, hold) => {
      hold(Buffer.alloc(size));
      return { status: 200, headers: {}, body: JSON.stringify(job('a')) };
    });
  };

  it('is there for one object of 4 MiB, and not for a larger one', async () => {
    await getJob(4 * megabyte, sharedMemory());
    await assert.rejects(getJob(4 * megabyte + 1, sharedMemory()), isUnavailable);
  });

  it('ends at a number of large answers, which may be asked for again, and begins again when a call is over', async () => {
    const memoryOf = sharedMemory();
    const calls = Array.from({ length: 7 }, () => new AbortController());
    const read = (call: AbortController | undefined) => getJob(4 * megabyte, memoryOf, call?.signal);
    for (const call of calls.slice(0, 6)) await read(call);
    await assert.rejects(read(calls[6]), (error) => error instanceof TransientError);
    calls[0]?.abort();
    await read(calls[6]);
  });

  it('is left for what calls usually read', async () => {
    const memoryOf = sharedMemory();
    const calls = Array.from({ length: 6 }, () => new AbortController());
    for (const { signal } of calls) await getJob(4 * megabyte, memoryOf, signal);
    for (let call = 0; call < 100; call++) await getJob(100 * kilobyte, memoryOf, new AbortController().signal);
  });

  it('is given back by what failed', async () => {
    const memoryOf = sharedMemory();
    const { signal } = new AbortController();
    for (let tries = 0; tries < 20; tries++) await assert.rejects(getJob(5 * megabyte, memoryOf, signal));
    await getJob(4 * megabyte, memoryOf, signal);
  });
});
