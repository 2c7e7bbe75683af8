/**
 * Writes that fail: those that the next call makes up for are in the log, the others keep a call from its answer.
 */
import assert from 'node:assert/strict';
import { logFailure, orUnavailable } from '../../../function/actions/context.ts';
import { HookError } from '../../../function/errors.ts';

const refused = new HookError('Forbidden', 'the verifier lacks the rule');
const mistake = new TypeError('nobody thought of this');

function logged() {
  const warnings: unknown[] = [];
  const warn = (...warning: unknown[]) => void warnings.push(warning);
  return { warnings, log: { info: () => undefined, warn, error: () => undefined } };
}

describe('A write that changes no answer', () => {
  it('is said to be carried out where it was, and not in the log', async () => {
    const { log, warnings } = logged();
    assert.equal(await logFailure(log, Promise.resolve()), true);
    assert.deepEqual(warnings, []);
  });

  it('is said not to be where it failed, and why is in the log', async () => {
    const { log, warnings } = logged();
    assert.equal(await logFailure(log, Promise.reject(refused)), false);
    assert.deepEqual(warnings, [['not written', { error: 'the verifier lacks the rule' }]]);
  });

  it('hides no mistake of the verifier itself', () =>
    assert.rejects(logFailure(logged().log, Promise.reject(mistake)), mistake));
});

describe('A write without which nothing goes on', () => {
  it('lets Flagger ask again where it failed, whatever the cause, and says what that means', () =>
    assert.rejects(orUnavailable(Promise.reject(refused), 'the skip does not count yet'), {
      kind: 'ServiceUnavailable',
      message: 'the skip does not count yet: the verifier lacks the rule',
    }));

  it('hides no mistake of the verifier itself', () =>
    assert.rejects(orUnavailable(Promise.reject(mistake), 'the skip does not count yet'), mistake));
});
