import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { isFault } from '../../function/fault.ts';
import { readPayload } from '../../function/payload.ts';
import { compileValidator } from '../../knative/validator.ts';

describe('The payload', () => {
  it('is the one of the seed', () => {
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
        const payload = readPayload(text);
        assert.ok(isFault(payload) && payload.kind === 'invalid' && payload.message.length > 0);
      }),
    );
  });

  it('is checked by code that was compiled from the schema as it is', () => {
    const compiled = readFileSync(new URL('../../function/payload/validator.js', import.meta.url), 'utf8');
    assert.equal(compiled, compileValidator(), 'run npm run generate');
  });

  it('is checked without loading anything', () => {
    assert.doesNotMatch(compileValidator(), /\brequire\(|\bimport\b/);
  });
});
