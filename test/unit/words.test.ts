import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lastWords, oneLine } from '../../function/record/words.ts';

describe('Words that leave the verifier', () => {
  const esc = String.fromCharCode(27);
  const table = [
    { what: 'several lines', said: 'one\r\n\ntwo\nthree', told: 'one | two | three' },
    { what: 'colours', said: `${esc}[31mred${esc}[0m`, told: 'red' },
    { what: 'control characters', said: 'a\u0007b\tc', told: 'a b c' },
    {
      what: 'a password in a URL',
      said: 'GET https://ann:hunter2@shop.test/x',
      told: 'GET https://[redacted]@shop.test/x',
    },
    {
      what: 'an Authorization header',
      said: 'Authorization: Bearer abc.def.ghi',
      told: 'Authorization: Bearer [redacted]',
    },
    {
      what: 'basic credentials',
      said: 'curl -H "authorization: Basic YW5uOnB3"',
      told: 'curl -H "authorization: Basic [redacted]"',
    },
    { what: 'a bearer token', said: 'sent Bearer 0123456789abcdef', told: 'sent Bearer [redacted]' },
    { what: 'password=', said: 'login password=hunter2&user=ann', told: 'login password=[redacted]&user=ann' },
    {
      what: 'a JSON password',
      said: '{"db_password": "hunter2", "a": 1}',
      told: '{"db_password": "[redacted]", "a": 1}',
    },
    { what: 'a token in a query', said: '/x?access_token=abc&b=1', told: '/x?access_token=[redacted]&b=1' },
    { what: 'an API key', said: 'X-API-Key: 12345', told: 'X-API-Key: [redacted]' },
    { what: 'a JWT', said: 'got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', told: 'got [redacted]' },
    { what: 'ordinary words about tokens', said: 'the token is expired', told: 'the token is expired' },
  ];
  for (const { what, said, told } of table) it(`are clean of ${what}`, () => assert.equal(oneLine(said), told));

  it('are at most 900 bytes, cut at a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 200, maxLength: 2000 }), (said) => {
        const told = oneLine(said);
        assert.ok(Buffer.byteLength(told) <= 900);
        assert.ok(!told.includes('\uFFFD') || said.includes('\uFFFD'));
      }),
    );
  });

  it('are the end of a long output', () => {
    const told = lastWords(`${'noise '.repeat(500)}the end`);
    assert.ok(told.startsWith('...') && told.endsWith('the end') && told.length <= 603);
  });
});
