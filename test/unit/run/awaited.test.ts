/**
 * For which Job a call may be held, and when it is worth looking at everything again.
 */
import assert from 'node:assert/strict';
import type { Job } from '../../../function/api/kubernetes.ts';
import { awaitedJob, hasMoved } from '../../../function/run/awaited.ts';
import type { RunState } from '../../../function/run/state.ts';
import type { Step } from '../../../function/run/step.ts';
import { failed, inconclusive, running } from '../../../function/verdict/judge.ts';
import { ago, conditions, jobOf, recordOf } from '../run-fixture.ts';

const runs: Step = { do: 'answer', verdict: running('Running', 'the test runs') };
const present = (job: Job): RunState => ({ kind: 'present', job });
const deleted = (job: Job): Job => ({ ...job, metadata: { ...job.metadata, deletionTimestamp: ago(5) } });
const uid = jobOf().metadata?.uid ?? '';

describe('A call is held for a Job', () => {
  it('whose test runs', () => {
    const { namespace, name } = jobOf().metadata ?? {};
    assert.deepEqual(awaitedJob(runs, present(jobOf())), { namespace, name, uid, decisions: [] });
  });

  it('that has failed, and whose pod is still stopping', () => {
    assert.deepEqual(awaitedJob(runs, present(jobOf(conditions('FailureTarget'))))?.decisions, ['FailureTarget']);
  });

  const others: { when: string; step?: Step; state?: RunState }[] = [
    { when: 'there is a verdict', step: { do: 'answer', verdict: failed('TestsFailed', 'no') } },
    { when: 'the test could not run', step: { do: 'answer', verdict: inconclusive('PodDisrupted', 'no') } },
    { when: 'the Job is begun by this call', step: { do: 'start', next: { attempt: 1, lostJobs: 0, message: '' } } },
    { when: 'the target has changed', step: { do: 'targetChanged', job: jobOf(), seen: 'x', changedSince: undefined } },
    { when: 'the Job is being deleted', state: present(deleted(jobOf())) },
    { when: 'it is going', state: { kind: 'terminating', job: deleted(jobOf()) } },
    { when: 'there is none yet', state: { kind: 'jobAwaited', record: recordOf(), job: undefined } },
    { when: 'it is on record only', state: { kind: 'decided', record: recordOf(), job: jobOf() } },
  ];
  for (const { when, step = runs, state = present(jobOf()) } of others) {
    it(`not when ${when}`, () => assert.equal(awaitedJob(step, state), undefined));
  }
});

describe('A call that is held is evaluated again', () => {
  const awaited = { namespace: 'test', name: 'e2e', uid, decisions: [] };
  const rows: { when: string; job: Job | undefined; moved: boolean }[] = [
    { when: 'nothing has happened', job: jobOf(), moved: false },
    { when: 'its pod has got ready', job: jobOf({ ready: 1 }), moved: false },
    { when: 'it was suspended', job: jobOf(conditions('Suspended')), moved: false },
    ...(['Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget'] as const).map((type) => ({
      when: `it is ${type}`,
      job: jobOf(conditions(type)),
      moved: true,
    })),
    { when: 'it is gone', job: undefined, moved: true },
    { when: 'it is being deleted', job: deleted(jobOf()), moved: true },
    {
      when: 'another one has its name',
      job: { ...jobOf(), metadata: { ...jobOf().metadata, uid: 'other' } },
      moved: true,
    },
  ];
  for (const { when, job, moved } of rows) {
    it(`${moved ? '' : 'not '}when ${when}`, () => assert.equal(hasMoved(awaited, job), moved));
  }

  it('when a Job that had failed has stopped its pod, and not before', () => {
    const stopping = { ...awaited, decisions: ['FailureTarget'] };
    assert.equal(hasMoved(stopping, jobOf(conditions('FailureTarget'))), false);
    assert.equal(hasMoved(stopping, jobOf(conditions('FailureTarget', 'Failed'))), true);
  });
});
