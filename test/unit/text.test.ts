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
    {
      what: 'a link of a terminal',
      said: `see ${esc}]8;;https://shop.test/${esc}\\the log${esc}]8;;${esc}\\`,
      told: 'see the log',
    },
    { what: 'the title of a window', said: `${esc}]0;title\u0007failed`, told: 'failed' },
    { what: 'a device control string', said: `${esc}P1$r0m${esc}\\failed`, told: 'failed' },
    { what: 'a sequence that never ends', said: `${esc}]8;;failed at step 3`, told: '8;;failed at step 3' },
    { what: 'a choice of letters', said: `${esc}(Bfailed${esc}7`, told: 'failed' },
    { what: 'sequences of one byte', said: '\u009b31mfailed\u009d0;title\u009c', told: 'failed' },
    { what: 'line ends of other kinds', said: 'a\u2028b\u2029c\u0085d\u000be', told: 'a | b | c | d | e' },
    { what: 'a secret behind what cannot be seen', said: 'pass\u200bword=hun\u00adter2', told: 'password=[redacted]' },
    { what: 'ordinary words about tokens', said: 'the token is expired', told: 'the token is expired' },
  ];
  for (const { what, said, told } of table) it(`are clean of ${what}`, () => assert.equal(oneLine(said), told));

  const unseen = {
    'embeddings and overrides': '\u202a\u202b\u202c\u202d\u202e',
    isolates: '\u2066\u2067\u2068\u2069',
    marks: '\u200e\u200f\u061c',
    'zero-width characters': '\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u115f\u3164\uffa0',
    'tag characters': '\u{e0001}\u{e0041}\u{e007f}',
    'variation selectors': '\ufe00\ufe0f\u{e0100}\u{e01ef}',
    'annotations of lines': '\ufff9\ufffa\ufffb',
    'lone surrogates': '\ud800',
    'invisible operators': '\u2061\u2062\u2063\u2064\u206a\u206f',
  };
  for (const [what, characters] of Object.entries(unseen)) {
    it(`have no ${what}`, () => {
      const said = `Job ${characters}shop${characters}: failed`;
      for (const show of [oneLine, firstLine, tail]) assert.equal(show(said), 'Job shop: failed');
    });
  }

  it('keep letters of every script', () => {
    const said = 'Größe 测试 עברית العربية हिन्दी ไทย 😀 ½ „Zitat“';
    for (const show of [oneLine, firstLine, tail]) assert.equal(show(said), said);
  });

  it('have no character that is no text, whatever is said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (said) => {
        for (const show of [oneLine, firstLine, tail]) {
          assert.doesNotMatch(show(said), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
        }
      }),
    );
  });

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
  const repeated = [
    ...[
      'a-',
      'a_',
      'a.',
      'a',
      ' ',
      '"',
      '\\',
      'a | ',
      'aaaa\\n',
      'é',
      '\u200b',
      '\u2028',
      '\ud800',
      `${esc}[`,
      `${esc}]8;;`,
      `${esc}P`,
    ],
    ...['https://', 'x://a', 'x://a:', 'x://a@', 'jdbc:oracle:a:', '@tcp( a:', '"a:'],
    ...['eyJ', 'eyJa-', 'eyJaaaaaaaaaaa.', 'ghp_', 'sk-', 'SG.aaaaaaaaaa', 'AKIA', '123456:A', '.8Q~'],
    ...[
      'password',
      'password=',
      'password: ',
      'password="',
      'password=\\"',
      'password=,a',
      'password=a;a',
      'password: | ',
      '%22',
    ],
    ...[
      'token  ',
      'token token=',
      '--token ',
      'key,,,,value=',
      '<a:key>',
      'identified by "',
      'basic ',
      'auth="',
      'bearer a',
    ],
    ...[
      'authorization: ',
      'authorization: digest ',
      'authorization: digest a=b,',
      'digest username="',
      'cookie: a="',
      'cookie:',
    ],
    ...['-u a:', 'docker login ', 'mysql -p', 'machine a login a password ', '?key=', 'hooks.slack.com/a/'],
    ...['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', '-----END ', 'private-lines: 1 '],
  ];
  for (const words of repeated) {
    it(`are looked through for secrets in a megabyte of ${JSON.stringify(words)} in about the time it takes to read it`, () => {
      const text = words.repeat(Math.ceil(long / words.length));
      // Other processes have a share of the clock. A quadratic pattern takes minutes.
      const { user } = process.cpuUsage();
      redact(text);
      assert.ok(process.cpuUsage().user - user < 1_000_000, `${process.cpuUsage().user - user} µs`);
    });

    it(`are shown of a megabyte of ${JSON.stringify(words)} in less than 50 ms`, () => {
      const text = words.repeat(Math.ceil(long / words.length));
      const times = [1, 2, 3].map(() => {
        const { user } = process.cpuUsage();
        for (const show of [oneLine, firstLine, tail]) show(text);
        return process.cpuUsage().user - user;
      });
      assert.ok(Math.min(...times) < 50_000, `${times.join(', ')} µs`);
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
