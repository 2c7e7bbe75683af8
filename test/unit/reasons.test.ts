/**
 * What is advised for a message, however long and whatever it is.
 */
import assert from 'node:assert/strict';
import { fromKubernetes, kubernetesReasons, ownReasons, withAdvice } from '../../function/api/reasons.ts';

const reasons = Object.keys({ ...kubernetesReasons, ...ownReasons });
const repeated = [
  'persistentvolumeclaim ',
  'persistentvolumeclaim "a" ',
  'affinity/selector ',
  'service',
  'not found',
  'unauthorized ',
  '40',
  'dial ',
  'usage per',
  '.',
  ' ',
  'a',
];

describe('Advice', () => {
  for (const words of repeated) {
    it(`is found in a megabyte of ${JSON.stringify(words)} in less than 50 ms`, () => {
      const message = words.repeat(Math.ceil(1_000_000 / words.length));
      for (const reason of reasons) {
        const times = [1, 2, 3].map(() => {
          const { user } = process.cpuUsage();
          withAdvice(reason, message);
          return process.cpuUsage().user - user;
        });
        assert.ok(Math.min(...times) < 50_000, `${reason}: ${times.join(', ')} µs`);
      }
    });
  }
});

describe('A reason that Kubernetes says', () => {
  it('is one clean line that fits into a record', () => {
    assert.equal(fromKubernetes('ImagePullBackOff'), 'ImagePullBackOff');
    assert.equal(fromKubernetes('Err\u202eor\npassword=hunter2'), 'Error | password=[redacted]');
    assert.equal(fromKubernetes(`Long ${'x'.repeat(1000)}`).length, 128);
  });
});
