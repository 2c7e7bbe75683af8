/**
 * Which run answers: a checksum comes back, a Job goes away, a name is taken.
 */
import assert from 'node:assert/strict';
import { timestamp } from '../../../function/api/kubernetes.ts';
import { defaultWebhooks } from '../../support/canary.ts';
import { at } from '../../support/documents.ts';
import {
  applySpec,
  assertAnswer,
  type Behaviour,
  failing,
  jobKey,
  jobsIn,
  lasting,
  onlyJob,
  passing,
  recordsOf,
  rollOut,
  until,
  untilDecided,
  type World,
} from '../../support/environment.ts';

const specKind = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec' };

async function promotedAt({ kubernetes, namespace }: World): Promise<string> {
  const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' };
  return String(at(await kubernetes.get(key), 'status', 'conditions', '0', 'lastTransitionTime'));
}

const names = [1, 48, 49, 63, 253].map((length) => ({ length, name: dotted(length) }));

export const identity: Behaviour[] = [
  {
    title: 'A revision that was promoted before is tested again when a later rollout comes back to it',
    async run(world) {
      const canary = await rollOut(world, passing);
      const first = canary.payload();
      assertAnswer(await untilDecided(world, first), 200);
      const firstJob = await onlyJob(world);
      await canary.end('Succeeded');
      await canary.begin('two');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.end('Succeeded');
      await applySpec(world, failing);
      await canary.begin('one');
      assert.equal(canary.payload().checksum, first.checksum);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'NotStarted');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Deleting');
      assertAnswer(await untilDecided(world, canary.payload()), 412);
      const again = (await jobsIn(world)).find(({ metadata }) => metadata.name === firstJob.metadata.name);
      assert.ok(again);
      assert.notEqual(again.metadata.uid, firstJob.metadata.uid);
    },
  },
  {
    title:
      'A revision that failed before is tested again when it is rolled out again, and passes when its E2ESpec is mended',
    async run(world) {
      const canary = await rollOut(world, failing);
      assertAnswer(await untilDecided(world, canary.payload()), 412);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200);
      await canary.end('Failed');
      await applySpec(world, passing);
      await canary.begin('one');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
    },
  },
  {
    title: 'A revision that comes back inside one rollout is tested again',
    async run(world) {
      const canary = await rollOut(world, failing);
      const b = canary.payload();
      assertAnswer(await untilDecided(world, b), 412);
      await applySpec(world, passing);
      await canary.restart('three');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.restart('one');
      assert.equal(canary.payload().checksum, b.checksum);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
    },
  },
  {
    title: 'A newer revision cancels the running Job of the older one',
    async run(world) {
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      const older = await onlyJob(world);
      await applySpec(world, passing);
      await canary.restart('two');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      const left = await until(
        () => jobsIn(world),
        (jobs) => jobs.every(({ metadata }) => metadata.uid !== older.metadata.uid),
      );
      assert.equal(left.length, 1);
    },
  },
  {
    title: 'The record answers when the Job is gone after its verdict, and nothing runs twice',
    async run(world) {
      const canary = await rollOut(world, failing);
      const before = await untilDecided(world, canary.payload());
      assertAnswer(before, 412, 'checkout rejects an expired card');
      const job = await onlyJob(world);
      await world.kubernetes.delete(jobKey(world, job.metadata.name));
      await until(
        () => jobsIn(world),
        (jobs) => jobs.length === 0,
      );
      const after = await world.verifier.post('/pre-rollout', canary.payload());
      assert.deepEqual([after.status, after.body], [before.status, before.body]);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200);
      assert.deepEqual(await jobsIn(world), []);
    },
  },
  {
    title: 'A run whose Job is removed before its verdict begins again once, and is inconclusive the second time',
    async run(world) {
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      for (const expected of [429, 424]) {
        const job = await onlyJob(world);
        await world.kubernetes.delete(jobKey(world, job.metadata.name));
        await until(
          () => jobsIn(world),
          (jobs) => jobs.length === 0,
        );
        const words = expected === 429 ? 'removed before its verdict was read; started again' : 'JobRemoved';
        // Its pod has its grace to end.
        const ask = () => world.verifier.post('/pre-rollout', canary.payload());
        assertAnswer(await until(ask, ({ body }) => !body.startsWith('Deleting: ')), expected, words);
      }
      assert.deepEqual(await jobsIn(world), []);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 424, 'JobRemoved');
    },
  },
  {
    title: 'A Job of a former rollout that is still being deleted is waited for, never read',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      const job = await onlyJob(world);
      const key = jobKey(world, job.metadata.name);
      await world.kubernetes.patch(key, { metadata: { finalizers: ['example.com/hold'] } });
      await canary.end('Succeeded');
      await applySpec(world, failing);
      await canary.begin('one');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Deleting');
      assert.equal((await onlyJob(world)).metadata.uid, job.metadata.uid);
      await world.kubernetes.patch(key, { metadata: { finalizers: null } });
      assertAnswer(await untilDecided(world, canary.payload()), 412);
    },
  },
  {
    title: 'The pods of a former try are gone before the next one is made',
    async run(world) {
      const command = ['sh', '-c', 'trap "" TERM; sleep 120'];
      const podTemplate = { spec: { terminationGracePeriodSeconds: 4 } };
      const canary = await rollOut(world, { image: passing.image, command, podTemplate });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
      const former = await onlyJob(world);
      await until(
        () => onlyJob(world),
        (job) => JSON.stringify(job['status']).includes('"ready":1'),
      );
      await applySpec(world, passing);
      const requestedAt = { metadata: { annotations: { 'remarkable.com/requestedAt': 'now' } } };
      const { namespace } = world;
      await world.kubernetes.patch({ ...specKind, namespace, name: 'podinfo' }, requestedAt);
      const ask = () => world.verifier.post('/pre-rollout', canary.payload());
      assertAnswer(await ask(), 429, 'Deleting');
      await until(ask, ({ body }) => !body.startsWith('Deleting'));
      const pods = await world.kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace });
      const owners = pods.flatMap(({ metadata }) => metadata.ownerReferences ?? []).map(({ uid }) => uid);
      assert.ok(!owners.includes(former.metadata.uid ?? ''), 'the former pod is still there');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
    },
  },
  {
    title: 'A run that was let through by hand stays so beside a Job of a former rollout',
    async run(world) {
      const canary = await rollOut(world, failing);
      assertAnswer(await untilDecided(world, canary.payload()), 412);
      await canary.end('Failed');
      await canary.begin('one');
      const skip = { 'remarkable.com/skip': `podinfo/${canary.payload().checksum}: the shop is closed` };
      const { namespace } = world;
      await world.kubernetes.patch({ ...specKind, namespace, name: 'podinfo' }, { metadata: { annotations: skip } });
      for (const path of ['/pre-rollout', '/confirm-promotion', '/pre-rollout']) {
        assertAnswer(await world.verifier.post(path, canary.payload()), 200, 'Skipped');
      }
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'Skipped');
    },
  },
  {
    title: 'A Canary that does not say which rollout is going on is answered by no earlier pass',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      for (const conditions of [
        [],
        [{ type: 'Promoted', status: 'Unknown', lastUpdateTime: timestamp(new Date()), reason: 'x' }],
      ]) {
        await world.kubernetes.patch(canary.key, { status: { conditions } }, 'status');
        for (const path of ['/webhook', '/pre-rollout', '/confirm-promotion', '/rollback']) {
          assertAnswer(await world.verifier.post(path, canary.payload()), 503, 'condition Promoted');
        }
      }
    },
  },
  {
    title: 'A Job that nobody owns is not taken for the run’s own, whatever its labels and annotations say',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      const { metadata, spec: _, status: _status, ...kind } = await onlyJob(world);
      const { namespace } = world;
      await world.kubernetes.delete(jobKey(world, metadata.name));
      await until(
        () => jobsIn(world),
        (jobs) => jobs.length === 0,
      );
      await canary.end('Succeeded');
      await canary.begin('one');
      const rollout = await promotedAt(world);
      const annotations = { ...metadata.annotations, 'remarkable.com/rollout': rollout };
      const forged = { namespace, name: metadata.name ?? '', labels: metadata.labels ?? {}, annotations };
      const containers = [{ name: 'e2e', image: passing.image, command: ['true'] }];
      await world.kubernetes.apply({
        ...kind,
        metadata: forged,
        spec: { template: { spec: { restartPolicy: 'Never', containers } } },
      });
      await until(
        () => onlyJob(world),
        (job) => JSON.stringify(job['status']).includes('"Complete"'),
      );
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 409, 'belongs to nobody');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 409);
      assert.equal((await onlyJob(world)).metadata.deletionTimestamp, undefined);
    },
  },
  {
    title: 'A run that could not test is tried again with an E2ESpec that was deleted and created again',
    async run(world) {
      const canary = await rollOut(world, { image: 'Not/An/Image:1', inconclusiveRetries: 0 });
      await world.verifier.post('/pre-rollout', canary.payload());
      const { namespace } = world;
      await world.kubernetes.delete({ ...specKind, namespace, name: 'podinfo' });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 404, 'SpecMissing');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'SpecMissing');
      await applySpec(world, passing);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
    },
  },
  {
    title: 'A stranger’s Job of that name is neither read nor deleted, and the answer says whose it is',
    async run(world) {
      const canary = await rollOut(world, passing);
      const name = `e2e-podinfo-${canary.payload().checksum}`;
      const containers = [{ name: 'x', image: passing.image, command: ['true'] }];
      const template = { spec: { restartPolicy: 'Never', containers } };
      const { namespace } = world;
      await world.kubernetes.apply({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { namespace, name },
        spec: { template },
      });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 409, name, 'kubectl delete job');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 409);
      await onlyJob(world);
    },
  },
  {
    title: 'Two hooks with different metadata are two runs, and the second does not pass on the first one’s test',
    async run(world) {
      const url = defaultWebhooks[0]?.url ?? '';
      const webhooks = [
        { name: 'smoke', type: 'pre-rollout', url, metadata: { suite: 'smoke' } },
        { name: 'full', type: 'pre-rollout', url, metadata: { suite: 'full' } },
        ...defaultWebhooks.filter(({ type }) => type === 'rollback'),
      ];
      const command = ['sh', '-c', 'test "$CANARY_METADATA_SUITE" = smoke'];
      const canary = await rollOut(world, { ...passing, command }, { webhooks });
      assertAnswer(await untilDecided(world, canary.payload({ suite: 'smoke' })), 200);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload({ suite: 'full' })), 429);
      assertAnswer(await untilDecided(world, canary.payload({ suite: 'full' })), 412);
      assertAnswer(await untilDecided(world, canary.payload({ suite: 'smoke' })), 200);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200, 'exit code 1');
      assert.equal((await jobsIn(world)).length, 2);
    },
  },
  {
    title: 'A hook that names another E2ESpec has a run of its own, and the rollback hook sees it',
    async run(world) {
      const url = defaultWebhooks[0]?.url ?? '';
      const other = { name: 'full', type: 'pre-rollout', url, metadata: { e2espec: 'full' } };
      const canary = await rollOut(world, passing, { webhooks: [...defaultWebhooks, other] });
      await applySpec(world, failing, 'full');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403);
      assertAnswer(await untilDecided(world, canary.payload({ e2espec: 'full' })), 412, 'expired card');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200, 'expired card');
      assert.equal((await recordsOf(world))[0]?.['verdict'], 'Passed');
      assert.equal((await recordsOf(world, 'full'))[0]?.['verdict'], 'Failed');
    },
  },
  {
    title: 'Two calls at once for one canary make one Job and get the same answer',
    async run(world) {
      const canary = await rollOut(world, { ...passing, command: ['sh', '-c', 'sleep 3'] });
      const calls = Array.from({ length: 8 }, () => world.verifier.post('/pre-rollout', canary.payload()));
      for (const answered of await Promise.all(calls)) assertAnswer(answered, 429);
      await onlyJob(world);
      await untilDecided(world, canary.payload());
      const polls = Array.from({ length: 8 }, () => world.verifier.post('/pre-rollout', canary.payload()));
      for (const answered of await Promise.all(polls)) assertAnswer(answered, 200);
      assert.equal((await recordsOf(world)).length, 1);
    },
  },
  ...[-3600_000, 3600_000].map((clockSkew) => ({
    title: `A Flagger whose clock is an hour ${clockSkew < 0 ? 'slow' : 'fast'} gets the verdict of its own rollout`,
    async run(world: Parameters<Behaviour['run']>[0]) {
      const canary = await rollOut(world, passing, { clockSkew });
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      const first = await onlyJob(world);
      await canary.end('Failed');
      await canary.begin('one');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      assert.notEqual((await onlyJob(world)).metadata.uid, first.metadata.uid);
    },
  })),
  ...names.map(({ length, name }) => ({
    title: `A canary whose name has ${length} characters has a Job of a valid name`,
    async run(world: Parameters<Behaviour['run']>[0]) {
      const canary = await rollOut(world, passing, { name });
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      const job = await onlyJob(world);
      assert.ok((job.metadata.name ?? '').length <= 63);
      assert.equal(job.metadata.annotations?.['remarkable.com/canary'], name);
    },
  })),
];

function dotted(length: number): string {
  return Array.from({ length }, (_, index) => (index % 20 === 19 && index < length - 1 ? '.' : 'n')).join('');
}
