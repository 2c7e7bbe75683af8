import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HookError } from '../../../function/errors.ts';
import { readPayload } from '../../../function/flagger/payload.ts';
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

  it('is checked by code that was compiled from the schema as it is', () => {
    const compiled = read('function/flagger/payload-validator.js');
    assert.equal(compiled, compileValidator(), 'run npm run generate');
  });

  it('is checked without loading anything', () => {
    assert.doesNotMatch(compileValidator(), /\brequire\(|\bimport\b/);
  });
});
