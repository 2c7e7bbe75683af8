/**
 * The body by which a person asks for a gate to be opened or closed.
 */
import assert from 'node:assert/strict';
import { readGateOrder } from '../../../function/flagger/gate-order.ts';
import { hooks } from '../../../function/flagger/hooks.ts';

const seed = { name: 'podinfo', namespace: 'test' };
const read = (body: unknown, path: '/gate/open' | '/gate/close' | '/rollback/open' = '/gate/open') =>
  readGateOrder(typeof body === 'string' ? body : JSON.stringify(body), hooks[path]);

describe('An order to a gate', () => {
  it("is what the load tester's curl sends", () => {
    const order = { ...seed, gate: { kind: 'gate', name: '' }, opens: true, once: false, reason: '' };
    assert.deepEqual(read('{"name": "podinfo","namespace":"test"}'), order);
    assert.deepEqual(read(seed, '/gate/close'), { ...order, opens: false });
  });

  it('is for the rollout that is going on where it says so, or rolls back', () => {
    assert.equal(read({ ...seed, once: true }).once, true);
    assert.equal(read(seed, '/rollback/open').once, true);
    assert.equal(read({ ...seed, once: false }, '/rollback/open').once, false);
  });

  it('may name a gate and a reason', () => {
    const { gate, reason } = read({ ...seed, gate: 'promote', reason: 'INC-42' });
    assert.deepEqual([gate, reason], [{ kind: 'gate', name: 'promote' }, 'INC-42']);
  });

  const bad: [body: unknown, says: RegExp][] = [
    ['', /the body is not a JSON object\. Send {"name"/],
    ['null', /not a JSON object/],
    ['"podinfo"', /not a JSON object/],
    [{}, /name and namespace must be strings/],
    [{ name: 'podinfo' }, /name and namespace must be strings/],
    [{ ...seed, name: 7 }, /name and namespace must be strings/],
    [{ ...seed, name: 'rollback.x/y' }, /^name must be the name of a Canary/],
    [{ ...seed, name: '..' }, /^name must be/],
    [{ ...seed, namespace: 'b.c' }, /^namespace must be the name of a namespace/],
    [{ ...seed, gate: 7 }, /gate must be a string/],
    [{ ...seed, gate: 'a b' }, /cannot be the name of a gate/],
    [{ ...seed, once: 'yes' }, /once must be true or false/],
    [{ ...seed, reason: ['a'] }, /reason must be a string/],
  ];
  for (const [body, message] of bad) {
    it(`${JSON.stringify(body)} is refused`, () => assert.throws(() => read(body), { kind: 'BadRequest', message }));
  }
});
