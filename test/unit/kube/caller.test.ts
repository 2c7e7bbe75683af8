/**
 * What of an Authorization header is a token.
 */
import assert from 'node:assert/strict';
import { bearerOf } from '../../../function/kube/caller.ts';

describe('The token of a call', () => {
  const rows: [authorization: string, token: string | undefined][] = [
    ['Bearer eyJh.bGci-O_i~J+S/U==', 'eyJh.bGci-O_i~J+S/U=='],
    ['bearer abc', 'abc'],
    ['Bearer   abc', 'abc'],
    ['', undefined],
    ['Bearer', undefined],
    ['Bearer ', undefined],
    ['Bearer a b', undefined],
    ['Bearer a, Bearer b', undefined],
    ['Bearer a=b', undefined],
    ['Bearer a\r\nImpersonate-User: root', undefined],
    ['Basic YWxpY2U6c2VjcmV0', undefined],
    ['abc', undefined],
  ];
  for (const [authorization, token] of rows) {
    it(`of "${authorization.slice(0, 50)}" is ${token ?? 'none'}`, () => assert.equal(bearerOf(authorization), token));
  }
});
