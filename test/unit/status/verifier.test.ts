import assert from 'node:assert/strict';
import { standingOf, type Told } from '../../../function/status/verifier.ts';

const cases: [what: string, Told, kind: string, message: RegExp][] = [
  ['answers by itself', { status: 200, body: 'e2e-verifier is up\n' }, 'up', /^it answered just now$/],
  ['is beside a queue-proxy', { status: 400, body: 'unexpected probe header value: activator\n' }, 'up', /just now/],
  ["is asleep behind Knative's activator", { status: 200, body: 'activator' }, 'asleep', /^Knative answers for it/],
  ['is not there', { status: 404, body: '' }, 'down', /^it does not answer: 404$/],
  ['is out of order', { status: 503, body: 'no healthy upstream' }, 'down', /503 no healthy upstream$/],
  ['refuses connections', { error: 'ECONNREFUSED' }, 'down', /ECONNREFUSED$/],
  ['says something else with 400', { status: 400, body: 'Bad Request' }, 'down', /400 Bad Request$/],
];

describe('A verifier that', () => {
  for (const [what, told, kind, message] of cases) {
    it(`${what} is ${kind}`, () => {
      const standing = standingOf(told);
      assert.equal(standing.kind, kind);
      assert.match(standing.message, message);
    });
  }
});
