/**
 * What `kubectl get e2e`, a page, metrics and `kubectl wait` read: how each run stands now, and how each gate's newest ended.
 */
import assert from 'node:assert/strict';
import type { Condition, LastRun, LatestRun, Status } from '../../../function/api/e2espec.ts';
import {
  applySpec,
  assertAnswer,
  type Behaviour,
  failing,
  image,
  lasting,
  passing,
  recordsOf,
  rollOut,
  until,
  untilDecided,
  type World,
} from '../../support/environment.ts';

const url = 'http://e2e-verifier.default/pre-rollout';
const smoke = { name: 'smoke', type: 'pre-rollout', url };
const again = { name: 'again', type: 'pre-rollout', url, metadata: { suite: 'again' } };

async function statusOf({ kubernetes, namespace }: World): Promise<Status> {
  const spec = await kubernetes.get({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'podinfo' });
  return spec?.['status'] as Status;
}

async function shortOf(world: World): Promise<LastRun> {
  return (await statusOf(world)).lastRun ?? {};
}

async function passedOf(world: World): Promise<Condition | undefined> {
  return (await statusOf(world)).conditions?.find(({ type }) => type === 'Passed');
}

async function latestOf(world: World): Promise<Partial<LatestRun>[]> {
  return (await statusOf(world)).latest ?? [];
}

async function blockedTold({ kubernetes, namespace }: World): Promise<string[]> {
  const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
  return events
    .filter(({ reason, type }) => reason === 'E2ETestBlocked' && type === 'Warning')
    .map(({ involvedObject, message }) => `${(involvedObject as { kind: string }).kind}: ${message}`)
    .sort();
}

export const status: Behaviour[] = [
  {
    title: 'An image that cannot be pulled is shown at the poll that sees it, with the attempt, and is told once',
    async run(world) {
      const canary = await rollOut(world, { image: 'registry.invalid/test:1' });
      const ask = () => world.verifier.post('/pre-rollout', canary.payload());
      assertAnswer(await ask(), 429, 'Started');
      const { verdict, reason, attempt } = await shortOf(world);
      assert.deepEqual([verdict, reason, attempt], ['Running', 'Started', '1 of 3']);
      await until(ask, ({ body }) => /^(ErrImagePull|ImagePullBackOff)/.test(body));
      const short = await shortOf(world);
      assert.match(`${short.verdict} ${short.reason}`, /^Running (ErrImagePull|ImagePullBackOff)$/);
      assert.match(short.message ?? '', /registry\.invalid\/test:1/);
      const [entry] = await latestOf(world);
      assert.deepEqual([entry?.hook, entry?.reason, entry?.attempt], ['e2e', short.reason, 1]);
      const [canarys, specs, ...others] = await blockedTold(world);
      assert.match(canarys ?? '', /^Canary: Job e2e-podinfo-\S+: (ErrImagePull|ImagePullBackOff): /);
      assert.match(specs ?? '', /^E2ESpec: /);
      assert.deepEqual(others, []);
      for (let poll = 1; poll <= 3; poll++) await ask();
      assert.equal((await blockedTold(world)).length, 2);
      const passed = await passedOf(world);
      assert.deepEqual([passed?.status, passed?.reason], ['Unknown', 'Running']);
    },
  },
  {
    title: 'Each further attempt is shown while it goes on, and none when it is over',
    async run(world) {
      const canary = await rollOut(world, { image: 'UPPERCASE:tag' });
      const seen = new Set<string | undefined>();
      const answered = await until(
        async () => {
          const answer = await world.verifier.post('/pre-rollout', canary.payload());
          seen.add((await shortOf(world)).attempt);
          return answer;
        },
        ({ status }) => status !== 429,
      );
      assertAnswer(answered, 424, 'InvalidImageName');
      assert.deepEqual([...seen], ['1 of 3', '2 of 3', '3 of 3', '']);
      const [entry] = await latestOf(world);
      assert.deepEqual(
        [entry?.verdict, entry?.reason, entry?.attempt],
        ['Inconclusive', 'InvalidImageName', undefined],
      );
      assert.equal((await passedOf(world))?.status, 'Unknown');
    },
  },
  {
    title:
      'The condition Passed is true after a pass, unknown while the next test runs, and false when that has failed',
    async run(world) {
      const canary = await rollOut(world, passing);
      // By its definition, so that a rule of Flux's has something to ask.
      assert.deepEqual(await statusOf(world), {});
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      const passed = await passedOf(world);
      assert.deepEqual([passed?.status, passed?.reason], ['True', 'Passed']);
      assert.match(passed?.message ?? '', /^Canary podinfo, webhook e2e: the test passed in \d+ s$/);
      await canary.end('Succeeded');
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed');
      assert.deepEqual(await passedOf(world), passed);
      await applySpec(world, failing);
      await canary.begin('two');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      assert.equal((await passedOf(world))?.status, 'Unknown');
      assertAnswer(await untilDecided(world, canary.payload()), 412);
      const failed = await passedOf(world);
      assert.deepEqual([failed?.status, failed?.reason], ['False', 'Failed']);
      const [entry] = await latestOf(world);
      assert.deepEqual([entry?.verdict, entry?.lastPassedAt !== undefined], ['Failed', true]);
    },
  },
  {
    title: 'Each gate has an entry of its own, by the name of its webhook, until the webhook is gone',
    async run(world) {
      const { kubernetes, verifier } = world;
      const counted = `echo '{"total":3,"passed":2,"failed":1}' > /dev/termination-log; exit 1`;
      const canary = await rollOut(world, passing, { webhooks: [smoke, again] });
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await applySpec(world, { image, command: ['sh', '-c', counted] });
      assertAnswer(await untilDecided(world, canary.payload(again.metadata)), 412);
      const entries = (await latestOf(world)).map(({ hook, verdict, total, failed }) => [hook, verdict, total, failed]);
      assert.deepEqual(entries, [
        ['again', 'Failed', 3, 1],
        ['smoke', 'Passed', undefined, undefined],
      ]);
      assert.equal((await passedOf(world))?.status, 'False');
      await kubernetes.patch(canary.key, { spec: { analysis: { webhooks: [smoke] } } });
      await applySpec(world, lasting);
      await canary.restart('two');
      assertAnswer(await verifier.post('/pre-rollout', canary.payload()), 429);
      const left = (await latestOf(world)).map(({ hook, verdict }) => [hook, verdict]);
      assert.deepEqual(left, [['smoke', 'Running']]);
    },
  },
  {
    title: 'The duration and the end are those of the test itself, and a failure says them too',
    async run(world) {
      const { kubernetes, namespace } = world;
      const canary = await rollOut(world, { image, command: ['sh', '-c', 'sleep 2; echo no checkout; exit 3'] });
      const answered = await untilDecided(world, canary.payload());
      const [pod] = await kubernetes
        .list({ apiVersion: 'v1', kind: 'Pod', namespace })
        .then((pods) => pods.filter(({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-name'] !== undefined));
      const [, startedAt = '', finishedAt = ''] =
        /"terminated":\{.*?"startedAt":"([^"]+)".*?"finishedAt":"([^"]+)"/.exec(ordered(pod?.['status'])) ?? [];
      const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
      assert.ok(seconds >= 1, `${startedAt} to ${finishedAt}`);
      assertAnswer(answered, 412, `the test ended with exit code 3 in ${seconds} s: no checkout`);
      const [record] = await recordsOf(world);
      assert.deepEqual([record?.['finishedAt'], record?.['durationSeconds']], [finishedAt, seconds]);
      assert.equal((await shortOf(world)).duration, `${seconds}s`);
      assert.equal((await latestOf(world))[0]?.durationSeconds, seconds);
    },
  },
];

/** With `startedAt` before `finishedAt`, whichever way the API server has them. */
function ordered(status: unknown): string {
  return JSON.stringify(status, (_, value) => {
    if (typeof value !== 'object' || value === null || !('finishedAt' in value)) return value;
    const { startedAt, finishedAt } = value as Record<string, unknown>;
    return { startedAt, finishedAt };
  });
}
