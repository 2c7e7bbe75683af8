/**
 * What is done about a run: how it stands, what its Job says, how often it was tried, whether the E2ESpec was edited.
 */
import assert from 'node:assert/strict';
import type { E2ESpec, RunRecord } from '../../../function/api/e2espec.ts';
import type { Job, Pod, Target } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import { revisionHash } from '../../../function/flagger/target.ts';
import type { RunState } from '../../../function/run/state.ts';
import type { Evidence } from '../../../function/verdict/evidence.ts';
import { ago, conditions, endedPod, jobOf, now, recordOf, run, specOf } from '../run-fixture.ts';
import { inShort, stepIn, told } from './describe-step.ts';

const nothing: Evidence = { pods: [], events: [] };

function podThat(state: object): Evidence {
  const containerStatuses = [{ name: 'e2e', image: '', imageID: '', ready: false, restartCount: 0, state }];
  const pod: Pod = { metadata: { name: 'p', creationTimestamp: ago(90) }, status: { containerStatuses } };
  return { pods: [pod], events: [] };
}

const passedTest: Evidence = { pods: [endedPod()], events: [] };
const failedTest: Evidence = { pods: [endedPod({ exitCode: 3, message: 'no checkout' })], events: [] };
const noImage = podThat({ waiting: { reason: 'InvalidImageName', message: 'bad name' } });
const runningTest = podThat({ running: { startedAt: ago(80) } });

interface Row {
  when: string;
  state: RunState;
  spec?: E2ESpec;
  evidence?: Evidence;
  is: string;
  says?: RegExp;
}

const present = (job: Job): RunState => ({ kind: 'present', job });
const decided = (more: Partial<RunRecord>, job?: Job): RunState => ({ kind: 'decided', record: recordOf(more), job });
const jobDeleted = (more: Partial<RunRecord> = {}): RunState => ({ kind: 'jobDeleted', record: recordOf(more) });
const deletedJob = (): Job => {
  const job = jobOf();
  return { ...job, metadata: { ...job.metadata, deletionTimestamp: ago(5) } };
};
const attempt = (number: number) => jobOf({}, { [annotation.attempt]: String(number) });
const edited = specOf({}, [], 2);

const table: Row[] = [
  { when: 'nothing is there', state: { kind: 'absent' }, is: 'start 1/0', says: /^$/ },
  {
    when: 'a Job of another rollout has the name',
    state: { kind: 'stale', job: jobOf() },
    is: 'start 1/0 for j1',
  },
  {
    when: 'a stranger’s Job has the name',
    state: { kind: 'foreign', job: jobOf() },
    is: 'throw AlreadyExists',
    says: /belongs to Canary podinfo.*kubectl delete job e2e-podinfo-85d557f47b -n test/,
  },
  {
    when: 'a Job of that name is being deleted',
    state: { kind: 'terminating', job: deletedJob() },
    is: 'answer running',
  },
  {
    when: 'the target is waited for',
    state: { kind: 'jobAwaited', record: recordOf(), job: undefined },
    is: 'start 1/0',
    says: /^$/,
  },
  {
    when: 'the target is waited for, and the E2ESpec was edited',
    state: { kind: 'jobAwaited', record: recordOf(), job: undefined },
    spec: edited,
    is: 'start 1/0',
    says: /^$/,
  },

  {
    when: 'the test runs the second time',
    state: present(jobOf({ ready: 1 }, { [annotation.attempt]: '2' })),
    is: 'answer running and write',
    says: /attempt 2 of 3$/,
  },
  {
    when: 'attempt 2 of 3 could not run',
    state: present(attempt(2)),
    evidence: noImage,
    is: 'start 3/0 for j1 on record',
    says: /attempt 3 of 3; attempt 2 could not run: InvalidImageName/,
  },
  {
    when: 'attempt 3 of 3 could not run',
    state: present(attempt(3)),
    evidence: noImage,
    is: 'answer inconclusive and write',
    says: /\(3 attempts\)$/,
  },
  {
    when: 'the only attempt could not run',
    state: present(attempt(1)),
    spec: specOf({ inconclusiveRetries: 0 }),
    evidence: noImage,
    is: 'answer inconclusive and write',
    says: /^InvalidImageName: (?!.*attempt)/,
  },
  {
    when: 'the test has passed the second time',
    state: present(jobOf(conditions('Complete'), { [annotation.attempt]: '2' })),
    evidence: passedTest,
    is: 'answer passed and write',
    says: /^Passed: (?!.*attempt)/,
  },
  {
    when: 'a Job that was lost before could not run',
    state: present(jobOf({}, { [annotation.lostJobs]: '1' })),
    evidence: noImage,
    is: 'start 2/1 for j1 on record',
  },
  {
    when: 'the E2ESpec was edited, the last attempt could not run',
    state: present(attempt(3)),
    spec: edited,
    evidence: noImage,
    is: 'start 1/0 for j1',
    says: /edited \(generation 2\)/,
  },
  {
    when: 'the E2ESpec was edited, the test runs',
    state: present(jobOf({ ready: 1 })),
    spec: edited,
    is: 'answer running and write',
    says: /the E2ESpec was edited, but this run goes on as it began$/,
  },

  { when: 'a pass is on record', state: decided({ verdict: 'Passed' }), is: 'answer passed' },
  { when: 'a failure is on record', state: decided({ verdict: 'Failed', message: 'm' }), is: 'answer failed' },
  {
    when: 'a run that could not run is on record',
    state: decided({ verdict: 'Inconclusive' }),
    is: 'answer inconclusive',
  },
  ...(['Passed', 'Failed'] as const).map((verdict) => ({
    when: `${verdict} is on record and the E2ESpec was edited`,
    state: decided({ verdict }),
    spec: edited,
    is: `answer ${verdict.toLowerCase()}`,
  })),
  {
    when: 'Inconclusive is on record and the E2ESpec was edited',
    state: decided({ verdict: 'Inconclusive' }),
    spec: edited,
    is: 'start 1/0',
  },
  {
    when: 'Inconclusive is on record with its Job, and the E2ESpec was edited',
    state: decided({ verdict: 'Inconclusive' }, jobOf()),
    spec: edited,
    is: 'start 1/0 for j1',
  },

  {
    when: 'Inconclusive is on record, of an E2ESpec that was deleted and created again',
    state: decided({ verdict: 'Inconclusive', specUID: 's0' }),
    is: 'start 1/0',
  },
  {
    when: 'Inconclusive is on record, of this very E2ESpec',
    state: decided({ verdict: 'Inconclusive', specUID: 's1' }),
    is: 'answer inconclusive',
  },
  {
    when: 'the test runs, and its E2ESpec was deleted and created again',
    state: present(jobOf({ ready: 1 }, { [annotation.specUid]: 's0' })),
    is: 'answer running and write',
    says: /the E2ESpec was edited, but this run goes on as it began$/,
  },
  {
    when: 'the test starts, and its E2ESpec was deleted and created again',
    state: present(jobOf({}, { [annotation.specUid]: 's0' })),
    is: 'start 1/0 for j1',
    says: /edited/,
  },

  {
    when: 'the next try is awaited',
    state: { kind: 'jobAwaited', record: recordOf({ attempt: 2, reason: 'Deleting', message: 'why' }), job: undefined },
    is: 'start 2/0',
    says: /^why$/,
  },
  {
    when: 'the next try is awaited, whose target was not ready',
    state: {
      kind: 'jobAwaited',
      record: recordOf({ attempt: 2, removed: 1, reason: 'TargetNotReady', message: 'why' }),
      job: undefined,
    },
    is: 'start 2/1',
    says: /^attempt 2 of 3$/,
  },
  {
    when: 'the next try is awaited, and nothing says why',
    state: { kind: 'jobAwaited', record: recordOf({ attempt: 2, reason: 'Deleting' }), job: undefined },
    is: 'start 2/0',
    says: /^$/,
  },
  {
    when: 'the next try is awaited, and the E2ESpec was edited',
    state: { kind: 'jobAwaited', record: recordOf({ attempt: 3, removed: 1 }), job: undefined },
    spec: edited,
    is: 'start 1/1',
    says: /edited/,
  },
  {
    when: 'the next try is awaited, and the former Job is still there',
    state: { kind: 'jobAwaited', record: recordOf({ attempt: 2 }), job: jobOf() },
    is: 'start 2/0 for j1',
  },

  {
    when: 'the Job is gone without a verdict, and the E2ESpec was edited',
    state: jobDeleted({ attempt: 2, removed: 1 }),
    spec: edited,
    is: 'start 1/1',
    says: /edited/,
  },
  {
    when: 'the Job is gone without a verdict when its TTL may have removed it',
    state: jobDeleted({ attempt: 2, startedAt: ago(3600) }),
    is: 'start 2/0',
    says: /come to the end of its ttlSecondsAfterFinished and was removed before its verdict was read/,
  },
  {
    when: 'its TTL may have removed the Job, and somebody else another one',
    state: jobDeleted({ removed: 1, startedAt: ago(3600) }),
    is: 'start 1/1',
  },
  {
    when: 'the Job is gone before its TTL can have removed it',
    state: jobDeleted({ startedAt: ago(3599) }),
    is: 'start 1/1',
  },
  {
    when: 'the Job is gone, whose TTL was shorter than is kept',
    state: jobDeleted({ startedAt: ago(299) }),
    spec: specOf({ ttlSecondsAfterFinished: 1 }),
    is: 'start 1/1',
  },
  {
    when: 'the Job is gone without a verdict',
    state: jobDeleted({ attempt: 2 }),
    is: 'start 2/1',
    says: /removed before its verdict was read; started again/,
  },
  {
    when: 'the Job is gone without a verdict a second time',
    state: jobDeleted({ removed: 1 }),
    is: 'answer inconclusive and write',
    says: /JobRemoved.*twice/,
  },
];

describe('The next step', () => {
  for (const { when, state, spec = specOf(), evidence = nothing, is, says } of table) {
    it(`is ${is} when ${when}`, () => {
      const step = stepIn(state, { run, spec, target: undefined, evidence, now });
      assert.equal(inShort(step), is, told(step));
      if (says) assert.match(told(step), says);
    });
  }
});

describe('A Job that is awaited, where', () => {
  const rows: { what: string; startedAt?: string; waitingSince?: string }[] = [
    { what: 'it has been for 30 s', startedAt: ago(30), waitingSince: ago(30) },
    { what: 'it is since now', startedAt: ago(0), waitingSince: ago(0) },
    { what: 'that is still to come', startedAt: ago(-1) },
    { what: 'that is no time', startedAt: 'yesterday' },
    { what: 'nothing says since when' },
  ];
  for (const { what, startedAt, waitingSince } of rows) {
    it(`${what}, ${waitingSince === undefined ? 'is waited for anew' : 'goes on from there'}`, () => {
      const record = recordOf({ ...(startedAt !== undefined && { startedAt }) });
      const state: RunState = { kind: 'jobAwaited', record, job: undefined };
      const step = stepIn(state, { run, spec: specOf(), target: undefined, evidence: nothing, now });
      assert.ok(!(step instanceof Error) && step.do === 'start');
      assert.equal(step.waitingSince, waitingSince);
    });
  }
});

describe('What has to be on record', () => {
  it('before the Job of a try goes, is what it tested', () => {
    const target: Target = { spec: { template: { spec: {} } } };
    const job = jobOf({}, { [annotation.target]: revisionHash(target) });
    const step = stepIn(present(job), { run, spec: specOf(), target, evidence: noImage, now });
    assert.ok(!(step instanceof Error) && step.do === 'start');
    assert.equal(step.record?.target, revisionHash(target));
  });

  it('before the Job of a try goes, is which try comes next', () => {
    const job = jobOf({}, { [annotation.attempt]: '2', [annotation.lostJobs]: '1' });
    const step = stepIn(present(job), { run, spec: specOf(), target: undefined, evidence: noImage, now });
    assert.ok(!(step instanceof Error) && step.do === 'start');
    const {
      verdict,
      reason,
      attempt,
      removed,
      job: name,
      jobUID,
      startedAt,
    } = step.record ?? assert.fail(inShort(step));
    assert.deepEqual([verdict, reason, attempt, removed, startedAt], ['Running', 'Deleting', 3, 1, ago(0)]);
    assert.deepEqual([name, jobUID], [undefined, undefined]);
  });

  it('of a Job that was removed twice is when that was seen', () => {
    const step = stepIn(jobDeleted({ removed: 1 }), { run, spec: specOf(), target: undefined, evidence: nothing, now });
    assert.ok(!(step instanceof Error) && step.do === 'answer');
    const { verdict, reason, removed, finishedAt } = step.record ?? assert.fail(inShort(step));
    assert.deepEqual([verdict, reason, removed, finishedAt], ['Inconclusive', 'JobRemoved', 2, ago(0)]);
  });
});

const write = (kind: string) => Array(3).fill(`answer ${kind} and write`);
const again = Array(3).fill('start 1/0 for j1');
/** How a Job stands, whether the E2ESpec was edited since, and what is done at attempt 1, 2 and 3 of 3. */
const grid: { job: Job['status']; evidence?: Evidence; what: string; asItWas: string[]; edited: string[] }[] = [
  {
    what: 'passed',
    job: conditions('Complete'),
    evidence: passedTest,
    asItWas: write('passed'),
    edited: write('passed'),
  },
  {
    what: 'is complete and whose pod is gone',
    job: conditions('Complete'),
    asItWas: ['start 2/0 for j1 on record', 'start 3/0 for j1 on record', 'answer inconclusive and write'],
    edited: again,
  },
  {
    what: 'failed',
    job: conditions('FailureTarget', 'Failed'),
    evidence: failedTest,
    asItWas: write('failed'),
    edited: write('failed'),
  },
  {
    what: 'could not run',
    job: {},
    evidence: noImage,
    asItWas: ['start 2/0 for j1 on record', 'start 3/0 for j1 on record', 'answer inconclusive and write'],
    edited: again,
  },
  {
    what: 'failed before its container started',
    job: conditions('FailureTarget', 'Failed'),
    asItWas: ['start 2/0 for j1 on record', 'start 3/0 for j1 on record', 'answer inconclusive and write'],
    edited: again,
  },
  { what: 'starts', job: {}, asItWas: write('running'), edited: again },
  { what: 'runs', job: { ready: 1 }, asItWas: write('running'), edited: write('running') },
  { what: 'runs unready', job: {}, evidence: runningTest, asItWas: write('running'), edited: write('running') },
];

describe('The next step for each attempt of a Job that', () => {
  for (const { what, job, evidence = nothing, asItWas, edited: afterEdit } of grid) {
    it(`${what}: ${asItWas.join('; ')}. Edited: ${afterEdit.join('; ')}`, () => {
      const steps = (spec: E2ESpec) =>
        [1, 2, 3].map((number) => {
          const state = present(jobOf(job, { [annotation.attempt]: String(number) }));
          return inShort(stepIn(state, { run, spec, target: undefined, evidence, now }));
        });
      assert.deepEqual(steps(specOf()), asItWas);
      assert.deepEqual(steps(edited), afterEdit);
    });
  }
});
