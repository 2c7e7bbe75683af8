import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../function/redact.ts';
import { firstLine, oneLine, tail } from '../../function/text.ts';

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
    {
      what: 'a password in a URL behind a dash',
      said: '-https://ann:hunter2@shop.test/x',
      told: '-https://[redacted]@shop.test/x',
    },
    {
      what: 'a long name that ends in password',
      said: 'my-shop-db_password=hunter2',
      told: 'my-shop-db_password=[redacted]',
    },
    { what: 'a password behind two dashes', said: 'run --password=hunter2', told: 'run --password=[redacted]' },
    { what: 'a JWT behind a dash', said: 't-eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', told: 't-[redacted]' },
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
    const told = tail(`${'noise '.repeat(500)}the end`);
    assert.ok(told.startsWith('...') && told.endsWith('the end') && told.length <= 603);
  });

  const long = 1_000_000;
  const repeated = (words: string) => words.repeat(Math.ceil(long / words.length));
  const patterns = [
    'a-',
    'a_',
    'a.',
    'eyJa-',
    'eyJaaaaaaaaaaa.',
    'https://',
    'x://a',
    'password',
    'token  ',
    'bearer ',
  ];
  for (const words of patterns) {
    it(`are found in a megabyte of ${JSON.stringify(words)} in about the time it takes to read it`, () => {
      const began = performance.now();
      redact(repeated(words));
      // A quadratic pattern takes minutes.
      assert.ok(performance.now() - began < 1000, `${Math.round(performance.now() - began)} ms`);
    });
  }

  it('are cut before anything looks for secrets in them, and never in the middle of a word', () => {
    const secret = 'https://ann:hunter2hunter2@shop.test';
    // What is cut off is a secret, and control characters make what is left short.
    const said = `${'\u0007'.repeat(8180)} ${secret}`;
    assert.equal(oneLine(said), '');
    assert.equal(tail(`${secret} ${'\u0007'.repeat(8185)}`), '');
    assert.equal(firstLine(`it is: ${'x'.repeat(100_000)}`), 'it is:');
  });
});
