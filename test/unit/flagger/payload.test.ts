import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HookError } from '../../../function/errors.ts';
import { readPayload, userMetadata } from '../../../function/flagger/payload.ts';
import { compileValidator } from '../../../knative/build/validator.ts';
import { read } from '../../support/documents.ts';

describe('The payload', () => {
  it('is the one that Flagger documents', () => {
    const metadata = { eventMessage: 'Test', eventType: 'Normal', timestamp: '1640000000000' };
    const payload = { name: 'my-app', namespace: 'default', phase: 'Progressing', checksum: 'test123', metadata };
    assert.deepEqual(readPayload(JSON.stringify(payload)), payload);
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

  it('is checked by code that was compiled from the schema as it is', () => {
    const compiled = read('function/flagger/payload-validator.js');
    assert.equal(compiled, compileValidator(), 'run npm run generate');
  });

  it('is checked without loading anything', () => {
    assert.doesNotMatch(compileValidator(), /\brequire\(|\bimport\b/);
  });
});
