import assert from 'node:assert/strict';
import { goneMessage } from '../../../../function/cli/follow/gone.ts';

describe('Of a Job that went before its test had ended is said', () => {
  it('that somebody has deleted it, where nobody else does', () => {
    assert.equal(
      goneMessage({ metadata: { name: 'e2e-a-cli-1', namespace: 'shop' } }),
      'Job e2e-a-cli-1 was deleted by somebody before its test had ended. Run it again',
    );
  });

  it('that the verifier takes its own away, and how to see what runs now', () => {
    const labels = { 'remarkable.com/managed-by': 'e2e-verifier' };
    const annotations = { 'remarkable.com/e2espec': 'checkout' };
    assert.equal(
      goneMessage({ metadata: { name: 'e2e-checkout-1', namespace: 'shop', labels, annotations } }),
      'Job e2e-checkout-1 was taken away before its test had ended, as the verifier does where the test is asked for again, or ' +
        'another revision is tested. What runs now: k8s-e2e-verifier logs checkout -n shop -f',
    );
  });
});
