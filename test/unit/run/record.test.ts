/**
 * One record of E2ESpec.status: what it keeps of a run.
 */
import assert from 'node:assert/strict';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import type { Job } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import type { Verdict } from '../../../function/api/verdict.ts';
import { recordOf as answering, decidedRecord, jobRecord, waitingRecord } from '../../../function/run/record.ts';
import { ago, conditions, jobOf, now, recordOf, run, specOf } from '../run-fixture.ts';

const passed: Verdict = { kind: 'passed', reason: 'Passed', message: 'the test passed' };
const failed: Verdict = { kind: 'failed', reason: 'Error', message: 'the test ended with exit code 1' };
const inconclusive: Verdict = { kind: 'inconclusive', reason: 'ErrImagePull', message: 'no image' };
const running: Verdict = { kind: 'running', reason: 'Running', message: 'the test runs' };

describe('The record of a Job', () => {
  const identity = { canary: 'podinfo', canaryUID: 'c1', checksum: '85d557f47b', rollout: run.rollout, hook: '' };
  const ofJob: Omit<RunRecord, 'verdict'> = {
    ...identity,
    job: run.jobName,
    jobUID: 'j1',
    attempt: 1,
    specGeneration: 1,
    startedAt: ago(100),
  };
  const ended = jobOf({ ...conditions('Failed'), completionTime: ago(40) });
  const rows: { title: string; job: Job; verdict: Verdict; is: RunRecord }[] = [
    {
      title: 'says why it failed',
      job: ended,
      verdict: failed,
      is: { ...ofJob, verdict: 'Failed', reason: 'Error', message: failed.message, finishedAt: ago(40) },
    },
    {
      title: 'says why it could not run',
      job: ended,
      verdict: inconclusive,
      is: { ...ofJob, verdict: 'Inconclusive', reason: 'ErrImagePull', message: 'no image', finishedAt: ago(40) },
    },
    {
      title: 'has no end while the test runs',
      job: jobOf({ ready: 1 }),
      verdict: running,
      is: { ...ofJob, verdict: 'Running', reason: 'Running', message: 'the test runs' },
    },
    {
      title: 'keeps how many tests there were',
      job: ended,
      verdict: { ...failed, counts: { total: 42, failed: 3 } },
      is: {
        ...ofJob,
        verdict: 'Failed',
        reason: 'Error',
        message: failed.message,
        counts: { total: 42, failed: 3 },
        finishedAt: ago(40),
      },
    },
    {
      title: 'keeps all that its Job knows of the run',
      job: jobOf(
        { ready: 1 },
        {
          [annotation.attempt]: '2',
          [annotation.lostJobs]: '1',
          [annotation.specUid]: 's1',
          [annotation.specGeneration]: '3',
          [annotation.target]: 'a1b2c3',
          [annotation.requestedAt]: 'first',
        },
      ),
      verdict: running,
      is: {
        ...ofJob,
        attempt: 2,
        removed: 1,
        specUID: 's1',
        specGeneration: 3,
        target: 'a1b2c3',
        requestedAt: 'first',
        verdict: 'Running',
        reason: 'Running',
        message: 'the test runs',
      },
    },
    {
      title: 'begins when the Job was created, where the Job controller has not seen it yet',
      job: { metadata: { ...jobOf().metadata, creationTimestamp: ago(3) } },
      verdict: running,
      is: { ...ofJob, startedAt: ago(3), verdict: 'Running', reason: 'Running', message: 'the test runs' },
    },
    {
      title: 'ends when that was seen, where the Job controller has not seen the Job yet',
      job: { metadata: { ...jobOf().metadata, creationTimestamp: ago(3) } },
      verdict: inconclusive,
      is: {
        ...ofJob,
        startedAt: ago(3),
        verdict: 'Inconclusive',
        reason: 'ErrImagePull',
        message: 'no image',
        finishedAt: ago(0),
      },
    },
  ];
  for (const { title, job, verdict, is } of rows) {
    it(title, () => assert.deepEqual(jobRecord(run, job, verdict, now), is));
  }

  const at = (type: string, seconds: number, status = 'True') => ({
    type,
    status,
    lastTransitionTime: ago(seconds),
  });
  const ends: { where: string; conditions: NonNullable<Job['status']>['conditions']; finishedAt: string }[] = [
    { where: 'it is complete', conditions: [at('Complete', 30)], finishedAt: ago(30) },
    {
      where: 'its conditions are not in the order of time',
      conditions: [at('Failed', 50), at('FailureTarget', 55)],
      finishedAt: ago(55),
    },
    {
      where: 'it was suspended before',
      conditions: [at('Suspended', 90, 'False'), at('Complete', 30)],
      finishedAt: ago(30),
    },
    {
      where: 'something else is true of it since',
      conditions: [at('example.com/Admitted', 90), at('Complete', 30)],
      finishedAt: ago(30),
    },
    { where: 'it has not failed', conditions: [at('Failed', 90, 'False')], finishedAt: ago(0) },
    { where: 'no condition is an end', conditions: [at('Suspended', 90)], finishedAt: ago(0) },
    { where: 'its end has no time', conditions: [{ type: 'Complete', status: 'True' }], finishedAt: ago(0) },
  ];
  for (const { where, conditions: seen, finishedAt } of ends) {
    it(`says when it ended, where ${where}`, () => {
      const { finishedAt: end } = jobRecord(run, jobOf({ ...(seen && { conditions: seen }) }), failed, now);
      assert.equal(end, finishedAt);
    });
  }
});

describe('The record of a run that is decided when its rollout is over', () => {
  const open = recordOf({ reason: 'Started', message: 'the Job was created', startedAt: ago(100), target: 'a1b2c3' });

  it('keeps what it said of the run, and says when its Job ended', () => {
    const { reason: _, ...rest } = open;
    const job = jobOf({ ...conditions('Complete'), completionTime: ago(40) });
    const decided = { ...rest, verdict: 'Passed', message: 'the test passed', finishedAt: ago(40) };
    assert.deepEqual(decidedRecord(open, job, passed, now), decided);
  });

  it('says when that was seen, where the Job has no end', () => {
    const decided = { verdict: 'Inconclusive', reason: 'ErrImagePull', message: 'no image', finishedAt: ago(0) };
    assert.deepEqual(decidedRecord(open, jobOf(), inconclusive, now), { ...open, ...decided });
  });
});

describe('The record of a run that has no Job yet', () => {
  const waiting: Verdict = { kind: 'running', reason: 'TargetNotReady', message: 'its target is not ready' };
  const spec = specOf();
  const base: RunRecord = {
    canary: 'podinfo',
    canaryUID: 'c1',
    checksum: '85d557f47b',
    rollout: run.rollout,
    hook: '',
    verdict: 'Running',
    reason: 'TargetNotReady',
    message: 'its target is not ready',
    startedAt: ago(30),
    specUID: 's1',
    specGeneration: 1,
  };

  it('says since when it is waited for, and for which E2ESpec', () => {
    assert.deepEqual(waitingRecord(run, spec, waiting, ago(30), now), base);
    assert.deepEqual(waitingRecord(run, spec, waiting, ago(30), now, { attempt: 1, removed: 0 }), base);
  });

  it('counts the tries and the Jobs that were lost', () => {
    const counted = { attempt: 2, removed: 1 };
    assert.deepEqual(waitingRecord(run, spec, waiting, ago(30), now, counted), { ...base, ...counted });
  });

  it('says which request it answers', () => {
    const requested = specOf();
    requested.metadata.annotations = { [annotation.requestedAt]: 'first' };
    const record = waitingRecord(run, requested, waiting, ago(30), now);
    assert.deepEqual(record, { ...base, requestedAt: 'first' });
  });

  it('has an end where it was waited for in vain', () => {
    const vain: Verdict = { ...waiting, kind: 'inconclusive' };
    const record = waitingRecord(run, spec, vain, ago(30), now);
    assert.deepEqual(record, { ...base, verdict: 'Inconclusive', finishedAt: ago(0) });
  });
});

describe('The record that answers for a run', () => {
  it('is none where the status has no runs', () => {
    for (const status of [undefined, {}]) assert.equal(answering(status, run), undefined);
  });
});
