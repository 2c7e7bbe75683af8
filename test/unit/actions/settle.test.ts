/**
 * What the runs of a rollout that is over have come to: nothing but the Job of the record is looked at or stopped.
 */
import assert from 'node:assert/strict';
import type { Context } from '../../../function/actions/context.ts';
import { settleRuns } from '../../../function/actions/settle.ts';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import type { Job, Pod } from '../../../function/api/kubernetes.ts';
import { HookError } from '../../../function/errors.ts';
import type { Kube } from '../../../function/kube/client.ts';
import { ago, conditions, endedPod, jobOf, now, recordOf, run } from '../run-fixture.ts';

const canary = {
  metadata: { name: run.canary, namespace: run.namespace, uid: run.canaryUid },
  spec: { targetRef: { kind: 'Deployment', name: 'podinfo' } },
};
const ended = {
  canary,
  checksum: run.checksum,
  rollout: run.rollout,
  outcome: 'Failed',
  end: ago(5),
  at: ago(0),
} as const;

const owner = { apiVersion: 'batch/v1', kind: 'Job', name: run.jobName, uid: 'j1', controller: true };
const own = (pod: Pod): Pod => ({ ...pod, metadata: { ...pod.metadata, ownerReferences: [owner] } });
type State = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]['state'];
const podIn = (phase: string, state: State): Pod =>
  own({
    metadata: { name: 'p', creationTimestamp: ago(90) },
    status: {
      phase,
      containerStatuses: [
        { name: 'e2e', image: '', imageID: '', ready: false, restartCount: 0, ...(state && { state }) },
      ],
    },
  });
const runningPod = podIn('Running', { running: { startedAt: ago(80) } });
const waitingPod = podIn('Pending', { waiting: { reason: 'InvalidImageName' } });

interface Scene {
  records: RunRecord[];
  job: Job | undefined;
  pods: Pod[];
  getJob: Kube['getJob'];
  deleteJob: Kube['deleteJob'];
}

/** What the records have come to, and what was asked for. */
async function settle({ records = [recordOf()], job, pods = [], ...more }: Partial<Scene>) {
  const { getJob = async () => ({ value: job, now }), deleteJob = async () => 'gone' } = more;
  const asked: string[] = [];
  const kube: Pick<Kube, 'getJob' | 'deleteJob' | 'listPods' | 'listEvents'> = {
    async getJob(namespace, name) {
      asked.push(`get ${namespace}/${name}`);
      return getJob(namespace, name);
    },
    async deleteJob(deleted) {
      const { metadata } = deleted;
      asked.push(`delete ${metadata?.namespace}/${metadata?.name} ${metadata?.uid}`);
      return deleteJob(deleted);
    },
    listPods: async () => pods,
    listEvents: async () => [],
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const context = { kube, log } as unknown as Context;
  const settled = await settleRuns(records, ended, now, context);
  return { settled: settled.map(({ verdict, message }) => [verdict, message]), asked };
}

const get = `get test/${run.jobName}`;
const deleted = `delete test/${run.jobName} j1`;
const { jobUID: _, ...withoutUid } = recordOf();
const refused = new HookError('ServiceUnavailable', 'the API server cannot be reached (ECONNREFUSED)');

describe('A run that had no verdict when its rollout ended', () => {
  for (const job of ['', '.', '..', 'x/status', 'UPPER', 'x'.repeat(300)]) {
    it(`whose record names the Job "${job.slice(0, 10)}" is closed without asking for anything`, async () => {
      const { settled, asked } = await settle({ records: [recordOf({ job })] });
      assert.deepEqual([settled, asked], [[['Cancelled', 'the test had no Job yet']], []]);
    });
  }

  it('without the uid of a Job asks for nothing, and deletes nothing', async () => {
    const { settled, asked } = await settle({ records: [recordOf({ jobUID: '' }), withoutUid], job: jobOf() });
    const [closed] = settled;
    assert.deepEqual([settled, asked], [[closed, closed], []]);
    assert.deepEqual(closed, ['Cancelled', 'the test had no Job yet']);
  });

  it('whose Job is gone is closed', async () => {
    const { settled, asked } = await settle({ job: undefined });
    assert.deepEqual([settled, asked], [[['Cancelled', `its Job ${run.jobName} was gone`]], [get]]);
  });

  it('whose Job is another by now leaves that one alone', async () => {
    const { settled, asked } = await settle({ job: jobOf({}, {}, 'another') });
    assert.deepEqual([settled, asked], [[['Cancelled', `its Job ${run.jobName} was gone`]], [get]]);
  });

  it('whose test still runs is stopped, by the uid of its Job', async () => {
    const { settled, asked } = await settle({ job: jobOf({ ready: 1 }) });
    assert.deepEqual(asked, [get, deleted]);
    assert.deepEqual(settled, [['Cancelled', `the test still ran; stopped Job ${run.jobName}`]]);
  });

  it('whose test is being stopped at its deadline is stopped as well', async () => {
    const { settled, asked } = await settle({ job: jobOf(conditions('FailureTarget')), pods: [runningPod] });
    assert.deepEqual(asked, [get, deleted]);
    assert.deepEqual(settled, [['Cancelled', `the test still ran; stopped Job ${run.jobName}`]]);
  });

  const verdicts: { what: string; job: Job; pod: Pod; verdict: string; asked: string[] }[] = [
    { what: 'has passed', job: jobOf(conditions('Complete')), pod: own(endedPod()), verdict: 'Passed', asked: [get] },
    {
      what: 'has failed',
      job: jobOf(conditions('Failed')),
      pod: own(endedPod({ exitCode: 1 })),
      verdict: 'Failed',
      asked: [get],
    },
    { what: 'can never begin', job: jobOf(), pod: waitingPod, verdict: 'Inconclusive', asked: [get, deleted] },
  ];
  for (const { what, job, pod, verdict, asked } of verdicts) {
    const becomes = asked.length > 1 ? 'stopped' : 'kept, with its log';
    it(`whose test ${what} is recorded as ${verdict}, and its Job is ${becomes}`, async () => {
      const seen = await settle({ job, pods: [pod] });
      assert.deepEqual([seen.settled[0]?.[0], seen.asked], [verdict, asked]);
    });
  }

  it('is no record that has its verdict', async () => {
    const { settled, asked } = await settle({ records: [recordOf({ verdict: 'Failed' }), recordOf()], job: undefined });
    assert.deepEqual([settled, asked], [[['Cancelled', `its Job ${run.jobName} was gone`]], [get]]);
  });

  const ways: { what: string; deleteJob: Kube['deleteJob']; says: string }[] = [
    {
      what: 'could not be stopped',
      deleteJob: () => Promise.reject(refused),
      says: `the test still ran; Job ${run.jobName} could not be stopped: ${refused.message}`,
    },
    {
      what: 'has gone to another meanwhile',
      deleteJob: async () => 'changed',
      says: `the test still ran; another Job has its name ${run.jobName} by now`,
    },
  ];
  for (const { what, deleteJob, says } of ways) {
    it(`whose Job ${what} is closed, and says so`, async () => {
      const { settled } = await settle({ job: jobOf({ ready: 1 }), deleteJob });
      assert.deepEqual(settled, [['Cancelled', says]]);
    });
  }

  it('hides no mistake of the verifier itself', async () => {
    const deleteJob = () => Promise.reject(new TypeError('nobody thought of this'));
    await assert.rejects(settle({ job: jobOf({ ready: 1 }), deleteJob }), /nobody thought of this/);
  });
});

describe('A test that was overtaken when its rollout ended', () => {
  const overtaken = recordOf({ verdict: 'Superseded' });
  const rows: { what: string; record?: RunRecord; job?: Job; asked: string[] }[] = [
    { what: 'that still runs is stopped', job: jobOf({ ready: 1 }), asked: [get, deleted] },
    { what: 'that was over before is not asked for', record: { ...overtaken, finishedAt: ago(60) }, asked: [] },
    { what: 'without the uid of a Job is not asked for', record: { ...withoutUid, verdict: 'Superseded' }, asked: [] },
    { what: 'whose record names no Job is not asked for', record: { ...overtaken, job: '..' }, asked: [] },
    { what: 'that has ended by itself is left alone', job: jobOf(conditions('Complete')), asked: [get] },
    { what: 'whose Job is another by now is left alone', job: jobOf({ ready: 1 }, {}, 'another'), asked: [get] },
    { what: 'whose Job is gone is left alone', asked: [get] },
  ];
  for (const { what, record = overtaken, job, asked } of rows) {
    it(`${what}, and comes to nothing else`, async () => {
      assert.deepEqual(await settle({ records: [record], job }), { settled: [], asked });
    });
  }

  it('is asked for again where nobody can tell whether it runs', async () => {
    const getJob = () => Promise.reject(refused);
    await assert.rejects(settle({ records: [overtaken], getJob }), refused);
  });
});
