/**
 * How a run ends, and what the person on call is told: each cause made for real, asked through the hooks.
 */
import assert from 'node:assert/strict';
import {
  applySpec,
  assertAnswer,
  type Behaviour,
  failing,
  image,
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
import type { KubernetesObject } from '../../support/kubernetes.ts';

const sh = (script: string) => ({ image, command: ['sh', '-c', script] });
const once = { inconclusiveRetries: 0 };

interface Cause {
  title: string;
  spec: Record<string, unknown>;
  status: number;
  words: (string | RegExp)[];
}

const causes: Cause[] = [
  { title: 'A test that ends with 0 passes', spec: passing, status: 200, words: ['Passed', 'the test passed'] },
  {
    title: 'A test that ends with another code fails, with its last words',
    spec: failing,
    status: 412,
    words: ['Error', 'exit code 3', 'checkout rejects an expired card'],
  },
  {
    title: 'A test that says nothing fails with its exit code',
    spec: sh('exit 7'),
    status: 412,
    words: ['exit code 7'],
  },
  {
    title: 'A test with more than one attempt of its own fails when all have failed',
    spec: { ...sh('echo not this time; exit 1'), backoffLimit: 1 },
    status: 412,
    words: ['exit code 1', 'not this time'],
  },
  {
    title: 'A test that writes its termination message is quoted by it',
    spec: sh('echo log line; echo "3 of 42 failed" > /dev/termination-log; exit 1'),
    status: 412,
    words: ['3 of 42 failed'],
  },
  {
    title: 'A test that runs into its deadline fails, with what it said until then',
    // The longer a pod may take to end, the earlier its own deadline comes: a slow node has 9 s to start it.
    spec: {
      ...sh('trap "exit 1" TERM; echo waiting for the moon; sleep 600 & wait'),
      activeDeadlineSeconds: 20,
      podTemplate: { spec: { terminationGracePeriodSeconds: 7 } },
    },
    status: 412,
    words: ['DeadlineExceeded', 'deadline', 'waiting for the moon'],
  },
  {
    title: 'A command that the image does not have could not run',
    spec: { image, command: ['no-such-program'], ...once },
    status: 424,
    words: ['no-such-program'],
  },
  {
    title: 'An image reference that is none could not run, without waiting',
    spec: { ...passing, image: 'UPPERCASE:tag', ...once },
    status: 424,
    words: ['InvalidImageName'],
  },
  {
    title: 'An image that no registry has could not run after a minute of trying',
    spec: { ...passing, image: 'registry.invalid/no-such-image:1', ...once },
    status: 424,
    words: [/ErrImagePull|ImagePullBackOff/, 'registry.invalid/no-such-image:1'],
  },
  {
    title: 'A Secret that the environment needs and that does not exist is named',
    spec: {
      ...passing,
      env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'no-such-secret', key: 'password' } } }],
      ...once,
    },
    status: 424,
    words: ['CreateContainerConfigError', 'no-such-secret'],
  },
  {
    title: 'A Secret that is to be mounted and that does not exist is named',
    spec: { ...passing, secrets: [{ name: 'no-such-secret', mountPath: '/var/secrets' }], ...once },
    status: 424,
    words: ['FailedMount', 'no-such-secret'],
  },
  {
    title: 'A ServiceAccount that does not exist is waited for until the deadline, and named',
    spec: { ...passing, serviceAccountName: 'no-such-account', activeDeadlineSeconds: 20, ...once },
    status: 424,
    words: ['no-such-account'],
  },
  {
    title: 'A pod that fits no node is waited for until the deadline, and says why',
    spec: {
      ...passing,
      podTemplate: { spec: { nodeSelector: { 'example.com/no': 'such-node' } } },
      activeDeadlineSeconds: 20,
      ...once,
    },
    status: 424,
    words: [/FailedScheduling|Unschedulable|DeadlineExceeded/, 'nodes are available'],
  },
];

export const verdicts: Behaviour[] = [
  ...causes.map(({ title, spec, status, words }) => ({
    title,
    async run(world: Parameters<Behaviour['run']>[0]) {
      const canary = await rollOut(world, spec);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
      const decided = await untilDecided(world, canary.payload());
      assertAnswer(decided, status, ...words);
      const rollback = status === 200 ? 403 : 200;
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), rollback, ...words);
      assertAnswer(await world.verifier.post('/webhook', canary.payload()), status === 200 ? 200 : 500, ...words);
      const again = await world.verifier.post('/pre-rollout', canary.payload());
      assert.deepEqual([again.status, again.body], [decided.status, decided.body]);
    },
  })),
  {
    title: 'What could not run is tried again, and the answer meanwhile says which attempt and why',
    async run(world) {
      const canary = await rollOut(world, { ...passing, image: 'UPPERCASE:tag', inconclusiveRetries: 1 });
      const bodies: string[] = [];
      const ask = async () => {
        const answered = await world.verifier.post('/pre-rollout', canary.payload());
        bodies.push(answered.body);
        return answered;
      };
      const decided = await until(ask, ({ status }) => status !== 429);
      assertAnswer(decided, 424, 'InvalidImageName', '2 attempts');
      assert.ok(
        bodies.some((body) => body.includes('attempt 2 of 2; attempt 1 could not run: InvalidImageName')),
        bodies.join('\n'),
      );
      const [record] = await recordsOf(world);
      assert.equal(record?.['attempt'], 2);
    },
  },
  {
    title: 'A test that passed and whose pod is gone before anybody asked is run again, and passes then',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
      await sweep(world);
      const again = await world.verifier.post('/pre-rollout', canary.payload());
      assertAnswer(again, 429, 'attempt 2 of 3; attempt 1 could not run: ResultLost');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403);
      assertAnswer(await untilDecided(world, canary.payload()), 200, 'Passed');
    },
  },
  {
    title: 'A test whose pod is always gone before anybody asks is never passed, and never rolls back',
    async run(world) {
      const canary = await rollOut(world, { ...passing, ...once });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
      await sweep(world);
      assertAnswer(
        await world.verifier.post('/pre-rollout', canary.payload()),
        424,
        'ResultLost',
        'who deletes the pods',
      );
      assertAnswer(await world.verifier.post('/confirm-promotion', canary.payload()), 403, 'ResultLost');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'ResultLost');
      await world.kubernetes.delete(jobKey(world, (await onlyJob(world)).metadata.name));
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'ResultLost');
    },
  },
  {
    title: 'With onInconclusive: Hold what could not run does not roll back',
    async run(world) {
      const spec = { ...passing, image: 'UPPERCASE:tag', ...once, onInconclusive: 'Hold' };
      const canary = await rollOut(world, spec);
      assertAnswer(await untilDecided(world, canary.payload()), 424);
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'InvalidImageName');
    },
  },
  {
    title: 'An E2ESpec that is mended while its test cannot run recovers by itself',
    async run(world) {
      const canary = await rollOut(world, { ...passing, image: 'registry.invalid/no-such-image:1' });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      const broken = await onlyJob(world);
      await until(
        () => world.verifier.post('/pre-rollout', canary.payload()),
        ({ body }) => /ErrImagePull|ImagePullBackOff/.test(body),
      );
      await applySpec(world, passing);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'edited');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      assert.notEqual((await onlyJob(world)).metadata.uid, broken.metadata.uid);
    },
  },
  {
    title: 'An E2ESpec that is mended after its test could not run is tested at once',
    async run(world) {
      const canary = await rollOut(world, { ...passing, image: 'UPPERCASE:tag', ...once });
      assertAnswer(await untilDecided(world, canary.payload()), 424);
      await applySpec(world, passing);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      assertAnswer(await untilDecided(world, canary.payload()), 200);
    },
  },
  {
    title: 'An E2ESpec that is edited while its test runs does not stop it',
    async run(world) {
      const canary = await rollOut(world, lasting);
      await until(
        () => world.verifier.post('/pre-rollout', canary.payload()),
        ({ body }) => body.startsWith('Running'),
      );
      const job = await onlyJob(world);
      await applySpec(world, failing);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'the E2ESpec was edited');
      assert.equal((await onlyJob(world)).metadata.uid, job.metadata.uid);
    },
  },
  {
    title: 'While the test runs every hook is told so in its own way, and how much of the deadline is left',
    async run(world) {
      const canary = await rollOut(world, lasting);
      await until(
        () => world.verifier.post('/pre-rollout', canary.payload()),
        ({ body }) => body.startsWith('Running'),
      );
      const expected = { '/webhook': 202, '/pre-rollout': 429, '/rollout': 429, '/rollback': 403 };
      for (const [path, status] of Object.entries(expected)) {
        const answered = await world.verifier.post(path, canary.payload());
        assertAnswer(answered, status, 'Running', /\d+ s left until its deadline/);
        assert.equal(answered.headers.get('retry-after'), status === 429 ? '10' : null);
      }
      for (const path of ['/confirm-traffic-increase', '/confirm-promotion']) {
        assertAnswer(await world.verifier.post(path, canary.payload()), 403, 'Running');
      }
    },
  },
  {
    title: 'A gate that is asked first starts the run itself',
    async run(world) {
      const canary = await rollOut(world, passing);
      assertAnswer(await world.verifier.post('/confirm-promotion', canary.payload()), 403, 'Started');
      const ask = () => world.verifier.post('/confirm-promotion', canary.payload());
      assertAnswer(await until(ask, ({ status }) => status !== 403), 200);
      await onlyJob(world);
    },
  },
  {
    title: 'A verdict stands in E2ESpec.status and in one Event each on the Canary and on the E2ESpec',
    async run(world) {
      const canary = await rollOut(world, failing);
      await untilDecided(world, canary.payload());
      await world.verifier.post('/rollback', canary.payload());
      const [record, ...others] = await recordsOf(world);
      assert.deepEqual(others, []);
      assert.equal(record?.['verdict'], 'Failed');
      assert.equal(record?.['checksum'], canary.payload().checksum);
      assert.match(String(record?.['message']), /checkout rejects an expired card/);
      const events = await world.kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace: world.namespace });
      const own = events.filter((event) => String(event['reason']).startsWith('E2ETest'));
      const told = own.map(({ involvedObject, reason }) => `${kindOf(involvedObject)} ${reason}`).sort();
      assert.deepEqual(told, [
        'Canary E2ETestFailed',
        'Canary E2ETestStarted',
        'E2ESpec E2ETestFailed',
        'E2ESpec E2ETestStarted',
      ]);
    },
  },
  {
    title: 'When the canary is deleted its Job goes too',
    async run(world) {
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await world.kubernetes.delete(canary.key);
      await until(
        () => jobsIn(world),
        (jobs) => jobs.length === 0,
      );
    },
  },
];

/** Waits until the test has passed, and deletes its pod. */
async function sweep(world: World): Promise<void> {
  const { kubernetes, namespace } = world;
  const isComplete = ({ status }: KubernetesObject) => JSON.stringify(status ?? '').includes('"Complete"');
  await until(() => onlyJob(world), isComplete);
  const pods = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, 'batch.kubernetes.io/job-name');
  for (const { apiVersion, kind, metadata } of pods) {
    await kubernetes.delete({ apiVersion, kind, namespace, name: metadata.name ?? '' });
  }
  const left = () => kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, 'batch.kubernetes.io/job-name');
  await until(left, (found) => found.length === 0);
}

function kindOf(reference: unknown): unknown {
  return typeof reference === 'object' && reference !== null && 'kind' in reference ? reference.kind : undefined;
}
