/**
 * What the API server's answers become: values, or a HookError that is thrown. Each row is put to every method.
 */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import nock from 'nock';
import { HookError } from '../../../function/errors.ts';
import { exchange } from '../../../function/kube/response.ts';
import { TransientError } from '../../../function/kube/retry.ts';
import { dated, kubeWithin, now, server, status, withoutNetwork } from './canned-api.ts';
import { eachMethod, type Method, methods } from './methods.ts';

interface Given {
  code: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** What the method makes of these answers, one after the other, or throws, and how many of them it asked for. */
async function outcomeOf(
  { verb, path, query = {}, call }: Method,
  answers: Given[],
  budget = 2500,
): Promise<{ value: unknown; asked: number }> {
  const scopes = answers.map(({ code, body, headers }) =>
    nock(server)
      .intercept(path, verb)
      .query(query)
      .reply(code, typeof body === 'string' ? body : JSON.stringify(body), {
        'Content-Type': 'application/json',
        ...dated,
        ...headers,
      }),
  );
  const value = await call(kubeWithin(budget)).catch((error: unknown) => error);
  return { value, asked: scopes.filter((scope) => scope.isDone()).length };
}

function isUnavailable(value: unknown): value is HookError {
  return value instanceof HookError && value.kind === 'ServiceUnavailable';
}

const page = '<html><body>Sign in</body></html>';
const html = { 'Content-Type': 'text/html' };
const busy = (code: number, seconds: string): Given => ({
  code,
  body: status(code, 'TooManyRequests', 'too many requests'),
  headers: { 'Retry-After': seconds },
});
const broken: Given = { code: 500, body: status(500, 'InternalError', 'etcdserver: request timed out') };
const unauthorized: Given = { code: 401, body: status(401, 'Unauthorized', 'Unauthorized') };

/** An answer that heals by itself, and how often it is asked for. */
interface Row {
  title: string;
  answer: Given;
  /** Where it matters. */
  asked?: number;
  retryAfterSeconds?: number;
  says?: RegExp;
}

const away: Row[] = [
  { title: '500', answer: broken, asked: 3, says: /500: etcdserver: request timed out/ },
  { title: '503 without Retry-After', answer: { code: 503, body: 'upstream' }, asked: 3, says: /503/ },
  { title: '401', answer: unauthorized, asked: 3, says: /token/ },
  { title: '429 with a Retry-After beyond the budget', answer: busy(429, '30'), asked: 1, retryAfterSeconds: 30 },
  { title: '503 with a Retry-After beyond the budget', answer: busy(503, '30'), asked: 1, retryAfterSeconds: 30 },
  { title: '429 with a Retry-After of a day', answer: busy(429, '86400'), asked: 1, retryAfterSeconds: 60 },
  { title: '429 with a Retry-After of 30 digits', answer: busy(429, '9'.repeat(30)), asked: 1, retryAfterSeconds: 60 },
  ...[now.toUTCString(), '-5', '', '1e+21', 'Infinity', '5.5', '0x10', '7, 7', 'soon'].map((seconds) => ({
    title: `429 with a Retry-After of "${seconds}"`,
    answer: busy(429, seconds),
    asked: 3,
  })),
  { title: 'an empty body with 200', answer: { code: 200, body: '' }, asked: 3 },
  { title: 'an empty body with 204', answer: { code: 204, body: '' }, asked: 3 },
  { title: 'a Status of a failure with 200', answer: { code: 200, body: status(404, 'NotFound', 'not found') } },
  { title: 'an object of another kind with 404', answer: { code: 404, body: { kind: 'Pod', metadata: { uid: 'p' } } } },
  { title: 'half a Status with 404', answer: { code: 404, body: '{"kind":"Status","rea' }, asked: 3 },
  {
    title: 'a redirect',
    answer: { code: 302, body: '', headers: { Location: 'http://kubernetes.test/elsewhere' } },
    asked: 3,
  },
  { title: 'a redirect that says it is a Status', answer: { code: 307, body: status(307, 'Moved', 'moved') } },
  { title: 'half a body', answer: { code: 200, body: '{"kind":"Jo' }, asked: 3 },
  { title: 'a page of HTML with 200', answer: { code: 200, body: page, headers: html } },
  { title: 'a page of HTML with 200 that says it is JSON', answer: { code: 200, body: page } },
  { title: 'an empty object with 200', answer: { code: 200, body: {} } },
  { title: 'a list of nothing with 200', answer: { code: 200, body: [] } },
  { title: 'a page of HTML with 403', answer: { code: 403, body: page, headers: html } },
  { title: 'a page of HTML with 404', answer: { code: 404, body: page, headers: html } },
];

function mistakeIn({ value, asked }: { value: unknown; asked: number }, row: Row): string | undefined {
  if (!isUnavailable(value)) return value instanceof Error ? String(value) : JSON.stringify(value ?? 'done');
  if (row.asked !== undefined && asked !== row.asked) return `asked ${asked} times`;
  if (value.retryAfterSeconds !== row.retryAfterSeconds) return `Retry-After ${value.retryAfterSeconds}`;
  const { message } = value;
  return message.includes('<html>') || row.says?.test(message) === false ? message : undefined;
}

/** Puts the same answers to every method at once; resolves to what is wrong, by method. */
async function wrongOf(judge: (method: Method) => Promise<string | undefined>): Promise<string[]> {
  const found = await Promise.all(
    eachMethod.map(async ([name, method]) => {
      const wrong = await judge(method);
      return wrong === undefined ? [] : [`${name}: ${wrong}`];
    }),
  );
  return found.flat();
}

describe('The time of an answer', () => {
  withoutNetwork();
  const day = 24 * 3600 * 1000;

  async function timeWith(headers: Record<string, string>): Promise<number> {
    nock.cleanAll();
    nock(server).get(methods.getJob.path).reply(200, JSON.stringify(methods.getJob.answer), headers);
    return (await kubeWithin(1000).getJob('test', 'podinfo')).now.getTime();
  }

  for (const skew of [-5 * day, -3600_000, 0, 3600_000, 5 * day]) {
    it(`is the API server's, where its clock is ${skew / 3600_000} hours ahead`, async () => {
      const told = new Date(now.getTime() + skew);
      assert.equal(await timeWith({ Date: told.toUTCString() }), told.getTime());
    });
  }

  const absurd = [
    '',
    '0',
    'yesterday',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    'Fri, 31 Dec 9999 23:59:59 GMT',
    new Date(now.getTime() + 400 * day).toUTCString(),
    // Date would read them, and some of them as another time.
    now.toISOString(),
    String(now.getTime()),
    now.toUTCString().replace('GMT', '+0900'),
    'Xyz, 99 Abc 2026 99:99:99 GMT',
  ];
  for (const date of absurd) {
    it(`is this machine's, where the API server says it is "${date}"`, async () => {
      const began = Date.now();
      const time = await timeWith({ Date: date });
      assert.ok(time >= began && time <= Date.now(), String(new Date(time)));
    });
  }

  it('is this machine’s, where the API server does not say', async () => {
    const began = Date.now();
    const time = await timeWith({});
    assert.ok(time >= began && time <= Date.now());
  });
});

describe('What fails on the way', () => {
  const request = { verb: 'get', resource: { group: '', version: 'v1', plural: 'pods' }, namespace: 'test' } as const;
  const memory = { take: () => undefined, give: () => undefined };
  const outcome = (error: unknown) =>
    exchange(request, memory, () => Promise.reject(error)).catch((thrown: unknown) => thrown);

  for (const error of [
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('x'), { code: 'ERR_HTTP2_STREAM_ERROR' }),
    new Error('the answer was cut off'),
    AbortSignal.abort().reason,
  ]) {
    it(`is tried again: ${error}`, async () => assert.ok((await outcome(error)) instanceof TransientError));
  }

  for (const error of [new TypeError('x is undefined'), new RangeError('x'), new HookError('Invalid', 'x')]) {
    it(`is no fault of the API server's where it is the verifier's own: ${error.name}`, async () =>
      assert.equal(await outcome(error), error));
  }
});

describe('An answer of the API server that is none', () => {
  withoutNetwork();

  for (const row of away) {
    it(`is unavailable to every method: ${row.title}`, async () => {
      const wrong = await wrongOf(async (method) => mistakeIn(await outcomeOf(method, Array(4).fill(row.answer)), row));
      assert.deepEqual(wrong, []);
    });
  }

  const isMet = async (method: Method, answers: Given[]): Promise<string | undefined> => {
    const good: Given = { code: 200, body: method.answer };
    const { value } = await outcomeOf(method, [...answers, good]);
    return isDeepStrictEqual(value, method.value) ? undefined : JSON.stringify(value);
  };

  it('is asked for again, so that two failures in a row are not noticed', async () => {
    assert.deepEqual(await wrongOf((method) => isMet(method, [broken, unauthorized])), []);
  });

  it('is asked for again when its Retry-After is over, not before', async () => {
    const began = Date.now();
    assert.deepEqual(await wrongOf((method) => isMet(method, [busy(429, '1')])), []);
    const waited = Date.now() - began;
    assert.ok(waited >= 990 && waited < 2400, `waited ${waited} ms`);
  }).timeout(4000);
});
