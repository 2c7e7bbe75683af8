/**
 * What examples/artifacts does with a test's report, on whichever Kubernetes: its E2ESpec as it stands, with another test and
 * another store.
 */
import assert from 'node:assert/strict';
import { at, type Resource, read, resources } from './documents.ts';
import {
  assertAnswer,
  image,
  onlyJob,
  recordsOf,
  rollOut,
  untilDecided,
  type World as VerifierWorld,
} from './environment.ts';
import { type Asked, accessKey } from './scripted-s3.ts';
import type { Case } from './side-by-side.ts';

export interface Store {
  /** Of its S3, for the pods; what it keeps is shown there too. */
  address: string;
  /** The body of what is at a path there. */
  open(path: string): Promise<string>;
}

export interface World extends VerifierWorld {
  store: Store;
}

const file = 'examples/artifacts/e2espec.yaml';

/** The image of the client, as the example has it. */
export function clientImage(): string {
  return String(at(uploadOf(example()), 'image'));
}

function example(): Resource {
  const [spec, ...others] = resources(read(file));
  assert.ok(spec?.kind === 'E2ESpec' && others.length === 0, file);
  return spec;
}

function uploadOf(spec: Resource): unknown {
  return at(spec, 'spec', 'podTemplate', 'spec', 'initContainers', 0);
}

interface Wishes {
  /** What its test does once its report is written. */
  script: string;
  bucket?: 'reports' | 'refuses' | 'hangs';
  activeDeadlineSeconds?: number;
  terminationGracePeriodSeconds?: number;
  report?: string;
}

const page = '<h1>the card expired</h1>';
const writes = `mkdir -p /artifacts/report/data; echo '${page}' > /artifacts/report/index.html; echo trace > /artifacts/report/data/trace.zip`;

/** The example's spec, with a test and a store that are there. */
function specOf(store: Store, { script, bucket = 'reports', report = writes, ...wishes }: Wishes) {
  const found = structuredClone(example())['spec'] as Record<string, unknown>;
  const { activeDeadlineSeconds = found['activeDeadlineSeconds'], terminationGracePeriodSeconds } = wishes;
  const values: Record<string, string> = { RCLONE_S3_ENDPOINT: store.address, BUCKET: bucket };
  values['PUBLIC_URL'] = `${store.address}/${bucket}`;
  const template = at(found, 'podTemplate', 'spec') as Record<string, unknown>;
  const upload = at(template, 'initContainers', 0) as { env: { name: string; value?: string }[] };
  upload.env = upload.env.map((each) => ({ ...each, ...(each.name in values && { value: values[each.name] }) }));
  if (terminationGracePeriodSeconds !== undefined) Object.assign(template, { terminationGracePeriodSeconds });
  return { ...found, image, command: ['sh', '-c', `${report}; ${script}`], activeDeadlineSeconds };
}

async function begin(world: World, wishes: Wishes, hasSecret = true) {
  const { kubernetes, namespace, store } = world;
  const metadata = { name: 'artifacts', namespace };
  const data = { RCLONE_S3_ACCESS_KEY_ID: accessKey, RCLONE_S3_SECRET_ACCESS_KEY: 'anything' };
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  if (hasSecret) {
    await kubernetes.apply({ apiVersion: 'v1', kind: 'Secret', metadata, data: Object.fromEntries(encoded) });
  }
  return rollOut(world, specOf(store, wishes));
}

/** Follows the link of the record to its page, and looks for it in the answer and the Event. */
async function assertLink(world: World, answer: string, told: string): Promise<void> {
  const { kubernetes, namespace, store } = world;
  const [record] = await recordsOf(world);
  const links = record?.['links'];
  const url = String(at(links, 0, 'url'));
  assert.deepEqual(links, [{ name: 'report', url }]);
  const [pod] = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, 'batch.kubernetes.io/job-name');
  const folder = `/reports/${namespace}/${pod?.metadata.name}`;
  assert.equal(url, `${store.address}${folder}/report/index.html`);
  assert.equal((await store.open(`${folder}/report/index.html`)).trim(), page);
  assert.equal((await store.open(`${folder}/report/data/trace.zip`)).trim(), 'trace');
  const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
  const messages = events.filter(({ reason }) => reason === told).map(({ message }) => String(message));
  assert.ok(messages.length > 0, told);
  for (const each of [answer, ...messages]) assert.ok(each.endsWith(`; report: ${url}`), each);
  const asked: Asked[] = JSON.parse(await store.open('/'));
  const put = asked.filter(({ path }) => path.includes(`/${namespace}/`));
  const types: Record<string, string> = { html: 'text/html; charset=utf-8', zip: 'application/zip' };
  assert.equal(put.length, 2, 'it only puts, and each file once');
  for (const { method, path, type, status } of put)
    assert.deepEqual([method, type, status], ['PUT', types[path.split('.').at(-1) ?? ''], 200]);
}

async function assertNoLink(world: World, answer: string): Promise<void> {
  assert.equal((await recordsOf(world))[0]?.['links'], undefined);
  assert.doesNotMatch(answer, /report:|not uploaded/);
}

/** From the end of its test to that of its pod. */
async function secondsOfUpload(world: World): Promise<number> {
  const { kubernetes, namespace } = world;
  const [pod] = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace }, 'batch.kubernetes.io/job-name');
  const ended = String(at(pod, 'status', 'containerStatuses', 0, 'state', 'terminated', 'finishedAt'));
  const upload = String(at(pod, 'status', 'initContainerStatuses', 0, 'state', 'terminated', 'finishedAt'));
  return (Date.parse(upload) - Date.parse(ended)) / 1000;
}

export const cases: Case<World>[] = [
  {
    title: 'a test that passes has its report in the bucket, and the link in answer, Event and record',
    async run(world) {
      const canary = await begin(world, { script: 'exit 0' });
      const answered = await untilDecided(world, canary.payload());
      assertAnswer(answered, 200, /^Passed: .*; report: http/);
      await assertLink(world, answered.body, 'E2ETestPassed');
    },
  },
  {
    title: 'so has a test that fails, and rolls back',
    async run(world) {
      const canary = await begin(world, { script: 'echo expected 402, got 200; exit 1' });
      const answered = await untilDecided(world, canary.payload());
      assertAnswer(answered, 412, /ended with exit code 1 .*: expected 402, got 200; report: http/);
      await assertLink(world, answered.body, 'E2ETestFailed');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200, '; report: http');
    },
  },
  {
    title: 'a test that writes no report has none, and passes',
    async run(world) {
      const canary = await begin(world, { script: 'exit 0', report: 'echo all is well' });
      const answered = await untilDecided(world, canary.payload());
      assertAnswer(answered, 200, /^Passed: /);
      await assertNoLink(world, answered.body);
    },
  },
  {
    title: 'a store that refuses changes no verdict: a pass',
    async run(world) {
      const canary = await begin(world, { script: 'exit 0', bucket: 'refuses' });
      const answered = await untilDecided(world, canary.payload());
      assertAnswer(answered, 200, /^Passed: /);
      await assertNoLink(world, answered.body);
      assert.equal(at(await onlyJob(world), 'status', 'succeeded'), 1);
    },
  },
  {
    title: 'nor does a Secret that is missing: a failure',
    async run(world) {
      const canary = await begin(world, { script: 'exit 1' }, false);
      const answered = await untilDecided(world, canary.payload());
      assertAnswer(answered, 412, /^Error: /);
      await assertNoLink(world, answered.body);
    },
  },
];

// Its pod has 20 s.
const short = { activeDeadlineSeconds: 30, terminationGracePeriodSeconds: 5 };

/** What a kubelet alone does: SIGTERM to one container after the other, and the end of all processes of one. */
export const casesOfKubelet: Case<World>[] = [
  {
    title: 'a test that is stopped at its deadline has its report there, where it heeds SIGTERM',
    async run(world) {
      const canary = await begin(world, { script: "trap 'exit 1' TERM; sleep infinity & wait", ...short });
      const answered = await untilDecided(world, canary.payload());
      assertAnswer(answered, 412, /^DeadlineExceeded: .*; report: http/);
      await assertLink(world, answered.body, 'E2ETestFailed');
    },
  },
  {
    title: 'one that ignores it has failed all the same, whatever the upload does then',
    async run(world) {
      const canary = await begin(world, { script: 'sleep infinity; true', bucket: 'hangs', ...short });
      const answered = await untilDecided(world, canary.payload());
      assertAnswer(answered, 412, /^DeadlineExceeded: .*the test ran into its deadline/);
    },
  },
  {
    title: 'a store that hangs changes no verdict either: a pass, within the grace',
    async run(world) {
      const canary = await begin(world, { script: 'exit 0', bucket: 'hangs' });
      const answered = await untilDecided(world, canary.payload());
      assertAnswer(answered, 200, /^Passed: /);
      await assertNoLink(world, answered.body);
      const seconds = await secondsOfUpload(world);
      assert.ok(seconds <= 32, `${seconds} s`);
    },
  },
  {
    title: 'nor does it where the grace is shorter than the patience of the upload: a failure',
    async run(world) {
      const canary = await begin(world, { script: 'exit 1', bucket: 'hangs', terminationGracePeriodSeconds: 5 });
      const answered = await untilDecided(world, canary.payload());
      assertAnswer(answered, 412, /^Error: /);
      await assertNoLink(world, answered.body);
      const seconds = await secondsOfUpload(world);
      assert.ok(seconds < 15, `${seconds} s`);
    },
  },
];
