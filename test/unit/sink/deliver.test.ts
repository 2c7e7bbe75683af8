import assert from 'node:assert/strict';
import {
  authorizationOf,
  outcomeOf,
  pauseBefore,
  whyUnreachable,
  withoutUser,
} from '../../../function/sink/deliver.ts';

describe("A sink's answer", () => {
  const rows: { status: number; retryAfter?: string; kind: string; why?: RegExp; retryAfterSeconds?: number }[] = [
    { status: 200, kind: 'taken' },
    { status: 202, kind: 'taken' },
    { status: 204, kind: 'taken' },
    { status: 301, kind: 'refused', why: /^it answered 301, and redirects are not followed: name its final address$/ },
    { status: 308, kind: 'refused', why: /redirects/ },
    { status: 400, kind: 'refused', why: /^it answered 400$/ },
    { status: 404, kind: 'refused' },
    { status: 410, kind: 'refused' },
    { status: 408, kind: 'missed', why: /^it answered 408$/ },
    { status: 429, kind: 'missed', retryAfter: '7', retryAfterSeconds: 7 },
    { status: 500, kind: 'missed' },
    { status: 503, kind: 'missed', retryAfter: 'Fri, 27 Nov 2026 10:00:00 GMT' },
    { status: 503, kind: 'missed', retryAfter: '-1' },
  ];
  for (const { status, retryAfter = null, kind, why = /(?:)/, retryAfterSeconds } of rows) {
    it(`${status} ${retryAfter ?? ''} is one of ${kind}`, () => {
      const outcome = outcomeOf(status, retryAfter);
      assert.equal(outcome.kind, kind);
      assert.match(outcome.kind === 'taken' ? '' : outcome.why, why);
      assert.equal(outcome.retryAfterSeconds, retryAfterSeconds);
    });
  }

  const failed = (cause: object) => new TypeError('fetch failed', { cause });
  const silences: { error: unknown; says: string }[] = [
    { error: new DOMException('aborted', 'TimeoutError'), says: 'it did not answer within 5 s' },
    { error: failed({ code: 'ENOTFOUND' }), says: 'it cannot be reached (ENOTFOUND)' },
    { error: failed(new Error('http://a:hunter2@b')), says: 'it cannot be reached' },
    {
      error: failed(new Error('bad port')),
      says: 'its port is one of those that no HTTP client may call: give it another',
    },
    { error: 'a word', says: 'it cannot be reached' },
  ];
  for (const { error, says } of silences) {
    it(`that does not come: ${says}`, () => assert.equal(whyUnreachable(error), says));
  }
});

describe('Before a notice is tried again', () => {
  it('the pause doubles', () =>
    assert.deepEqual(
      [1, 2, 3].map((tries) => pauseBefore(tries)),
      [1000, 2000, 4000],
    ));
  it('the sink may ask for a longer one', () => assert.equal(pauseBefore(1, 5), 5000));
  it('the sink may not ask for a shorter one', () => assert.equal(pauseBefore(3, 1), 4000));
  it('no sink makes it wait for more than ten seconds', () => assert.equal(pauseBefore(1, 3600), 10_000));
});

describe('A user in the address of a sink', () => {
  const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  const rows: { url: string; headers: Record<string, string> }[] = [
    { url: 'https://hook:pass%40word@chat.example.com/x?y=1', headers: basic('hook:pass@word') },
    { url: 'https://hook:100%@chat.example.com/x?y=1', headers: basic('hook:100%') },
    { url: 'https://:token@chat.example.com/x?y=1', headers: basic(':token') },
    { url: 'https://chat.example.com/x?y=1', headers: {} },
  ];
  for (const { url, headers } of rows) {
    it(`goes into a header: ${url}`, () => {
      assert.deepEqual(authorizationOf(url), headers);
      assert.equal(withoutUser(url), 'https://chat.example.com/x?y=1');
    });
  }
});
