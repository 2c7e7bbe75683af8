/**
 * How long the Job of a test that has not passed is kept.
 */
import assert from 'node:assert/strict';
import { keepForLonger } from '../../../function/actions/keep.ts';
import type { Spec } from '../../../function/api/e2espec.ts';
import type { Job } from '../../../function/api/kubernetes.ts';
import type { Verdict } from '../../../function/api/verdict.ts';
import type { Kube } from '../../../function/kube/client.ts';
import { ago, jobOf, now, run, specOf } from '../run-fixture.ts';

function kept(ttlSecondsAfterFinished: number, metadata = {}): Job {
  const { spec = { template: {} }, ...job } = jobOf();
  return { ...job, metadata: { ...job.metadata, ...metadata }, spec: { ...spec, ttlSecondsAfterFinished } };
}

interface Row {
  when: string;
  kind: Verdict['kind'];
  spec?: Partial<Spec>;
  job?: Job;
  seconds?: number;
}

const rows: Row[] = [
  { when: 'its test has failed', kind: 'failed', job: kept(3600), seconds: 86_400 },
  { when: 'it could not be run', kind: 'inconclusive', job: kept(3600), seconds: 86_400 },
  {
    when: 'its E2ESpec says how long',
    kind: 'failed',
    spec: { ttlSecondsAfterFailure: 7200 },
    job: kept(3600),
    seconds: 7200,
  },
  {
    when: 'its E2ESpec says less than for a pass',
    kind: 'failed',
    spec: { ttlSecondsAfterFailure: 300 },
    job: kept(3600),
  },
  {
    when: 'all its Jobs are kept longer',
    kind: 'failed',
    spec: { ttlSecondsAfterFinished: 604_800 },
    job: kept(604_800),
  },
  { when: 'it is kept so long already', kind: 'failed', job: kept(86_400) },
  { when: 'it is being deleted', kind: 'failed', job: kept(3600, { deletionTimestamp: ago(1) }) },
  { when: 'its test has passed', kind: 'passed', job: kept(3600) },
  { when: 'its test runs', kind: 'running', job: kept(3600) },
  { when: 'it is gone', kind: 'failed' },
];

describe('A Job', () => {
  for (const { when, kind, spec, job, seconds } of rows) {
    it(`is ${seconds === undefined ? 'left as it is' : `kept ${seconds} s`} when ${when}`, async () => {
      const asked: number[] = [];
      const kube = { keepJob: async (_: Job, most: number) => void asked.push(most) } as unknown as Kube;
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
      const snapshot = { run, canary: undefined, target: undefined, spec: specOf(spec), job, now };
      const payload = { name: 'podinfo', namespace: 'test', phase: '', checksum: '', metadata: {} };
      const context = { payload, origin: { hosts: [], path: '' }, kube, log, retryAfterSeconds: 10 };
      await keepForLonger({ kind, reason: 'Error', message: 'x' }, snapshot, context);
      assert.deepEqual(asked, seconds === undefined ? [] : [seconds]);
    });
  }
});
