import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HookError } from '../../../function/errors.ts';
import { canonicalMetadata, metadataProblem, readPayload, userMetadata } from '../../../function/flagger/payload.ts';
import { validators } from '../../../knative/build/validator.ts';
import { read } from '../../support/documents.ts';

describe('The payload', () => {
  it('is the one that Flagger documents', () => {
    const metadata = { eventMessage: 'Test', eventType: 'Normal', timestamp: '1640000000000' };
    const payload = { name: 'my-app', namespace: 'default', phase: 'Progressing', checksum: 'test123', metadata };
    assert.deepEqual(readPayload(JSON.stringify(payload)), payload);
  });

  it('may have no phase', () => {
    const payload = { name: 'a', namespace: 'b', checksum: 'c' };
    assert.equal(readPayload(JSON.stringify(payload)).phase, '');
  });

  it('may have fields that Flagger adds one day, and no metadata', () => {
    const payload = { name: 'a', namespace: 'b', phase: '', checksum: 'c', hook: 'new' };
    const expected = { name: 'a', namespace: 'b', phase: '', checksum: 'c', metadata: {} };
    assert.deepEqual(readPayload(JSON.stringify(payload)), expected);
    assert.deepEqual(readPayload(JSON.stringify({ ...payload, metadata: null })), expected);
  });

  it('is refused with words, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        assert.throws(
          () => readPayload(text),
          (error) => error instanceof HookError && error.kind === 'BadRequest' && error.message.length > 0,
        );
      }),
    );
  });

  const good = { name: 'a', namespace: 'b', phase: 'Progressing', checksum: 'c' };
  const refuses = (text: string) =>
    assert.throws(
      () => readPayload(text),
      (error) => error instanceof HookError && error.kind === 'BadRequest' && Buffer.byteLength(error.message) < 1000,
      text.slice(0, 80),
    );

  const wrong: [what: string, text: string, says: string][] = [
    ['is no JSON', '{"name":', 'the body is not JSON. Flagger posts {"name","namespace","phase","checksum"}'],
    ['is a list', '[]', 'the payload must be object'],
    [
      'has no checksum',
      JSON.stringify({ ...good, checksum: undefined }),
      "the payload must have required property 'checksum'",
    ],
    [
      'has a name that no object has',
      JSON.stringify({ ...good, name: 'My_App' }),
      'name must be the name of a Canary: lower-case letters, digits, "-" and ".", at most 253 characters',
    ],
    [
      'has a namespace that is none',
      JSON.stringify({ ...good, namespace: 'team.shop' }),
      'namespace must be the name of a namespace: lower-case letters, digits and "-", at most 63 characters',
    ],
    [
      'has an empty checksum',
      JSON.stringify({ ...good, checksum: '' }),
      'checksum must be 1 to 32 lower-case letters and digits',
    ],
    [
      'has a phase that is none of Flagger’s',
      JSON.stringify({ ...good, phase: 'Halted' }),
      'phase must be one of the phases of a Canary, as Progressing',
    ],
    [
      'has metadata that is no text',
      JSON.stringify({ ...good, metadata: { 'team/retries~': 3 } }),
      'metadata.team/retries~ must be a string. Put it in quotes',
    ],
    [
      'has an e2espec that is no name',
      JSON.stringify({ ...good, metadata: { e2espec: '' } }),
      'metadata.e2espec must be the name of an E2ESpec. Remove the key where the one with the name of the Canary is meant',
    ],
    [
      'has two keys that become one variable',
      JSON.stringify({ ...good, metadata: { 'region-a': '1', region_a: '2' } }),
      'metadata keys region-a and region_a would both become CANARY_METADATA_REGION_A. Rename one',
    ],
  ];
  for (const [what, text, says] of wrong) {
    it(`that ${what} is refused, and told why`, () => {
      assert.throws(() => readPayload(text), { kind: 'BadRequest', message: says });
    });
  }

  it('is refused with NUL or half a surrogate pair in whatever field', () => {
    for (const strange of ['\u0000', '\ud800', '\udc00', '\udc00\ud800']) {
      for (const field of Object.keys(good)) refuses(JSON.stringify({ ...good, [field]: `a${strange}` }));
      refuses(JSON.stringify({ ...good, metadata: { [`k${strange}`]: 'v' } }));
      refuses(JSON.stringify({ ...good, metadata: { k: strange } }));
      refuses(JSON.stringify({ ...good, metadata: { e2espec: `a${strange}` } }));
      refuses(JSON.stringify({ ...good, metadata: { eventMessage: strange } }));
    }
    const whole = { ...good, metadata: { k: '\ud83d\ude00' } };
    assert.deepEqual(readPayload(JSON.stringify(whole)), whole);
  });

  it('may be 64 KiB of whatever there is, and is read in milliseconds', () => {
    const bytes = 65_536;
    const filled = (begin: string, repeated: string, end: string) =>
      begin + repeated.repeat((bytes - begin.length - end.length) / repeated.length) + end;
    const own = JSON.stringify(good).slice(0, -1);
    const wrong = [
      filled('', '[', ''),
      filled('', '{"a":', ''),
      filled('', '[[[[[[[[]]]]]]]],', ''),
      filled('{"name":"', 'a.', '"}'),
      filled('{"name":"', 'a-', '"}'),
      filled('{"name":', '9', '}'),
      filled(`${own},"metadata":{"a":`, '[', ''),
      filled(`${own},"metadata":{"a":"`, '\\u0000', '"}}'),
      filled(`${own},"metadata":{`, '"a":"",', '"":0}}'),
      filled(`${own},"checksum":"`, 'c', '"}'),
      filled('{"__proto__":{"name":"a","namespace":"b","checksum":"', 'c', '"}}'),
      `${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}`,
    ];
    const right = [
      `${own},"new":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
      filled(`${own},"new":`, '9', '}'),
      filled(`${own},"new":"`, '\\u0000', '"}'),
      filled(`${own},"metadata":{"a":"b"},"metadata":null,"new":"`, 'a', '"}'),
    ];
    for (const text of [...wrong, ...right]) {
      const began = process.threadCpuUsage();
      if (right.includes(text)) assert.deepEqual(readPayload(text), { ...good, metadata: {} });
      else refuses(text);
      const { user, system } = process.threadCpuUsage(began);
      assert.ok(user + system < 100_000, `${user + system} µs for ${text.slice(0, 80)}`);
    }
  });

  it('has the keys of every object as keys like others', () => {
    const text = `${JSON.stringify(good).slice(0, -1)},"metadata":{"__proto__":"a","constructor":"b","toString":"c"}}`;
    const { metadata } = readPayload(text);
    assert.deepEqual(Object.entries(metadata), [
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString', 'c'],
    ]);
    assert.deepEqual(Object.keys(userMetadata(metadata)), ['__proto__', 'constructor', 'toString']);
    refuses('{"constructor":{"name":"a"},"namespace":"b","checksum":"c"}');
  });

  const compile = validators['function/flagger/payload-validator.js'];
  it('is checked by code that was compiled from the schema as it is', () => {
    const compiled = read('function/flagger/payload-validator.js');
    assert.equal(compiled, compile(), 'run npm run generate');
  });

  it('is checked without loading anything', () => {
    assert.doesNotMatch(compile(), /\brequire\(|\bimport\b/);
  });
});

describe('The metadata of a webhook', () => {
  // As Flagger sends an event, and with everything that the verifier understands.
  const metadata = {
    suite: 'smoke',
    region: 'eu',
    e2espec: 'shop',
    token: 's3cret',
    eventMessage: 'New revision detected!',
    eventType: 'Normal',
    timestamp: '1640000000000',
  };

  it('is shown to the test as its author wrote it, without what is for the verifier', () => {
    assert.deepEqual(userMetadata(metadata), { suite: 'smoke', region: 'eu' });
  });

  it('makes a run of its own, whatever else Flagger and the caller add', () => {
    const { suite, region, e2espec } = metadata;
    assert.equal(canonicalMetadata(metadata), canonicalMetadata({ suite, region, e2espec }));
    assert.notEqual(canonicalMetadata(metadata), canonicalMetadata({ suite, region }));
    assert.notEqual(canonicalMetadata(metadata), canonicalMetadata({ ...metadata, region: 'us' }));
    const { token, eventMessage, eventType, timestamp } = metadata;
    assert.equal(canonicalMetadata({ token, eventMessage, eventType, timestamp }), '');
  });

  // The names of Jobs are made of it: a rollout may meet two versions of the verifier.
  it('names the run in one way, in whatever order it was written', () => {
    for (const each of [
      { suite: 'smoke', region: 'eu', Area: '' },
      { Area: '', region: 'eu', suite: 'smoke' },
    ]) {
      assert.equal(canonicalMetadata(each), '[["Area",""],["region","eu"],["suite","smoke"]]');
    }
  });

  const longest = 16_384;
  const filled = (last: number) => ({
    a: 'x'.repeat(longest),
    b: 'x'.repeat(longest),
    c: 'x'.repeat(longest),
    d: 'x'.repeat(last),
  });
  const lengths: [what: string, metadata: Record<string, string>, problem: string | undefined][] = [
    ['may have 60 KiB', filled(12_259), undefined],
    ['may not have a byte more', filled(12_260), 'metadata is 61441 bytes; it must be at most 61440'],
    [
      'is as long as in the JSON of Flagger, which writes "<" in six characters',
      { a: '<>&\u2028\u2029'.repeat(2048) },
      'metadata is 61448 bytes; it must be at most 61440',
    ],
  ];
  for (const [what, given, problem] of lengths) {
    it(what, () => assert.equal(metadataProblem(given), problem));
  }

  it('may be none', () => assert.equal(metadataProblem(undefined), undefined));
});
