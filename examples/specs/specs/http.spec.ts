// What users of the new revision get. CANARY_URL is the address of the new revision, before any user meets it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { get } from './http.ts';

describe('The new revision', () => {
  it('answers', async () => {
    const { status } = await get('/');
    assert.equal(status, 200);
  });

  it('says something', async () => {
    const { body } = await get('/');
    assert.match(body, /\S/);
  });

  it('knows what it does not have', async () => {
    const { status } = await get('/no-such-page');
    assert.equal(status, 404);
  });
});
