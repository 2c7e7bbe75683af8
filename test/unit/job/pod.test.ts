import assert from 'node:assert/strict';
import { withDefaults } from '../../../function/api/e2espec.ts';
import { podSpec } from '../../../function/job/pod.ts';

describe('The pod’s own deadline', () => {
  const rows = [
    { job: 600, grace: undefined, pod: 595 },
    { job: 600, grace: 0, pod: 595 },
    { job: 600, grace: 30, pod: 567 },
    { job: 30, grace: 22, pod: 5 },
    { job: 10, grace: undefined, pod: 5 },
  ];
  for (const { job, grace, pod } of rows) {
    it(`is ${pod} s for a Job's of ${job} s and a grace of ${grace ?? 'no'} seconds of its own`, () => {
      const podTemplate = grace === undefined ? {} : { spec: { terminationGracePeriodSeconds: grace } };
      const made = podSpec(withDefaults({ image: 'x', activeDeadlineSeconds: job, podTemplate }), []);
      assert.equal(made.activeDeadlineSeconds, pod);
    });
  }
});
