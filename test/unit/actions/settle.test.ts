/**
 * What the runs of a rollout that is over have come to: nothing but the Job of the record is looked at or stopped.
 */
import assert from 'node:assert/strict';
import type { Context } from '../../../function/actions/context.ts';
import { settleRuns } from '../../../function/actions/settle.ts';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import type { Job } from '../../../function/api/kubernetes.ts';
import type { Kube } from '../../../function/kube/client.ts';
import { ago, jobOf, now, recordOf, run } from '../run-fixture.ts';

const canary = {
  metadata: { name: run.canary, namespace: run.namespace, uid: run.canaryUid },
  spec: { targetRef: { kind: 'Deployment', name: 'podinfo' } },
};
const ended = { canary, checksum: run.checksum, rollout: run.rollout, outcome: 'Failed', at: ago(0) } as const;

async function settle(record: RunRecord, job?: Job): Promise<{ settled: RunRecord | undefined; asked: string[] }> {
  const asked: string[] = [];
  const kube: Pick<Kube, 'getJob' | 'deleteJob' | 'listPods' | 'listEvents'> = {
    async getJob(namespace, name) {
      asked.push(`get ${namespace}/${name}`);
      return { value: job, now };
    },
    async deleteJob({ metadata }) {
      asked.push(`delete ${metadata?.namespace}/${metadata?.name} ${metadata?.uid}`);
      return 'gone';
    },
    listPods: async () => [],
    listEvents: async () => [],
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const context = { kube, log } as unknown as Context;
  const [settled] = await settleRuns([record], ended, now, context);
  return { settled, asked };
}

describe('A run that had no verdict when its rollout ended', () => {
  for (const job of ['', '.', '..', 'x/status', 'UPPER', 'x'.repeat(300)]) {
    it(`whose record names the Job "${job.slice(0, 10)}" is closed without asking for anything`, async () => {
      const { settled, asked } = await settle(recordOf({ job }));
      assert.deepEqual([settled?.verdict, settled?.message, asked], ['Cancelled', 'the test had no Job yet', []]);
    });
  }

  it('without the uid of a Job deletes nothing', async () => {
    const { settled, asked } = await settle(recordOf({ jobUID: '' }), jobOf());
    assert.deepEqual([settled?.verdict, asked], ['Cancelled', []]);
  });

  it('whose Job is another by now leaves that one alone', async () => {
    const { settled, asked } = await settle(recordOf(), jobOf({}, {}, 'another'));
    assert.deepEqual(asked, [`get test/${run.jobName}`]);
    assert.equal(settled?.message, `its Job ${run.jobName} was gone`);
  });

  it('whose test still runs is stopped, by the uid of its Job', async () => {
    const { settled, asked } = await settle(recordOf(), jobOf({ ready: 1 }));
    assert.deepEqual(asked, [`get test/${run.jobName}`, `delete test/${run.jobName} j1`]);
    assert.equal(settled?.message, `the test still ran; stopped Job ${run.jobName}`);
  });
});
