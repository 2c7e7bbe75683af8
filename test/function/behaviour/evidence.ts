/**
 * What is left to those who have to find out why a test failed, or passed only when it was tried again.
 */
import assert from 'node:assert/strict';
import { at } from '../../support/documents.ts';
import {
  assertAnswer,
  type Behaviour,
  failing,
  image,
  jobKey,
  onlyJob,
  passing,
  recordsOf,
  rollOut,
  until,
  untilDecided,
  type World,
} from '../../support/environment.ts';

const links = [{ name: 'report', url: 'https://ci.example.com/report/1' }];

const secondsKept = async (world: World) => at(await onlyJob(world), 'spec', 'ttlSecondsAfterFinished');

async function eventsSay({ kubernetes, namespace }: World, reason: string): Promise<string[]> {
  const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
  return events.filter((event) => event['reason'] === reason).map(({ message }) => String(message));
}

export const evidence: Behaviour[] = [
  {
    title: 'A quota on Jobs that is used up is told, and the test begins when a Job goes',
    async run(world) {
      const { kubernetes, namespace, verifier } = world;
      const hard = { 'count/jobs.batch': '1' };
      const metadata = { namespace, name: 'few' };
      await kubernetes.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } });
      const first = await rollOut(world, passing, { name: 'cart' });
      assertAnswer(await untilDecided(world, first.payload()), 200);
      const canary = await rollOut(world, passing);
      const ask = () => verifier.post('/pre-rollout', canary.payload());
      for (let poll = 1; poll <= 2; poll++) assertAnswer(await ask(), 503, 'a quota is used up');
      const told = await eventsSay(world, 'E2ETestBlocked');
      assert.equal(told.length, 2, 'on the Canary and on the E2ESpec');
      assert.match(
        told[0] ?? '',
        /^Job \S+ is not there yet: a quota is used up: .*A finished Job counts until it is gone/,
      );
      const job = await onlyJob(world);
      await kubernetes.delete(jobKey(world, job.metadata.name));
      assertAnswer(await untilDecided(world, canary.payload()), 200);
    },
  },
  {
    title: 'A test that passes at its second try has passed, and what failed first is told',
    async run(world) {
      const words = { apiVersion: 'v1', kind: 'ConfigMap', namespace: world.namespace, name: 'words' };
      await world.kubernetes.apply({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace: world.namespace, name: 'words' },
        data: { code: '1' },
      });
      const env = [{ name: 'CODE', valueFrom: { configMapKeyRef: { name: 'words', key: 'code' } } }];
      const script = 'sleep 5; test "$CODE" = 0 || echo not this time; exit "$CODE"';
      const canary = await rollOut(world, { image, command: ['sh', '-c', script], env, backoffLimit: 1 });
      const pods = { apiVersion: 'v1', kind: 'Pod', namespace: world.namespace };
      // The second try begins 10 s after the first has ended.
      const mend = async () => {
        await until(
          () => world.kubernetes.list(pods, 'batch.kubernetes.io/job-name'),
          (tries) => tries.some((pod) => at(pod, 'status', 'containerStatuses', 0, 'state', 'running') !== undefined),
        );
        await world.kubernetes.patch(words, { data: { code: '0' } });
      };
      const [answered] = await Promise.all([untilDecided(world, canary.payload()), mend()]);
      assertAnswer(
        answered,
        200,
        /^PassedOnRetry: .*; the first try failed: the test ended with exit code 1 in \d+ s: not this time$/,
      );
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, 'PassedOnRetry');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'PassedOnRetry');
      const [record] = await recordsOf(world);
      assert.deepEqual([record?.['verdict'], record?.['reason']], ['Passed', 'PassedOnRetry']);
      const [told] = await eventsSay(world, 'E2ETestPassed');
      assert.match(told ?? '', /PassedOnRetry: .*not this time$/);
    },
  },
  {
    title: 'A link that a failed test hands over stands in answer, Event and record',
    async run(world) {
      const result = JSON.stringify({ total: 3, failed: 1, failures: [{ name: 'cart' }], links });
      const script = `echo '${result}' > /dev/termination-log; exit 1`;
      const canary = await rollOut(world, { image, command: ['sh', '-c', script] });
      const says = /1 of 3 failed: cart; report: https:\/\/ci\.example\.com\/report\/1$/;
      assertAnswer(await untilDecided(world, canary.payload()), 412, says);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200, says);
      assert.deepEqual((await recordsOf(world))[0]?.['links'], links);
      const told = await eventsSay(world, 'E2ETestFailed');
      assert.equal(told.length, 2);
      for (const each of told) assert.match(each, says);
      const json = await world.verifier.post('/pre-rollout', canary.payload(), { Accept: 'application/json' });
      assert.deepEqual(JSON.parse(json.body).links, links);
    },
  },
  {
    title: 'The Job of a test that failed is kept for a day, one that passed as its E2ESpec says',
    async run(world) {
      const canary = await rollOut(world, failing);
      assertAnswer(await untilDecided(world, canary.payload()), 412);
      assert.equal(await secondsKept(world), 86_400);
      const other = await rollOut(world, { ...passing, ttlSecondsAfterFinished: 400 }, { name: 'cart' });
      assertAnswer(await untilDecided(world, other.payload()), 200);
      const jobs = await world.kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', namespace: world.namespace });
      const kept = jobs.map((job) => at(job, 'spec', 'ttlSecondsAfterFinished'));
      assert.deepEqual(kept.sort(), [400, 86_400]);
    },
  },
];
