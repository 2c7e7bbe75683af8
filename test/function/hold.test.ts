/**
 * A call is held while its test runs: what that gains, what it costs, and what ends it.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CanaryOptions, defaultWebhooks, type PlayedCanary } from '../support/canary.ts';
import type { LoggedRequest } from '../support/embedded/index.ts';
import { resources } from '../support/embedded/resources.ts';
import { assertAnswer, jobsIn, onlyJob, passing, rollOut } from '../support/environment.ts';
import { type Hands, handsOn } from '../support/hands.ts';
import { endTest, runPod } from '../support/job-moves.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { type Case, sideBySide } from '../support/side-by-side.ts';
import { type EmbeddedWorld, embeddedStage } from '../support/stage.ts';
import { type Answered, startVerifier, type Verifier } from '../support/verifier.ts';

const host = 'http://e2e-verifier.default';
const patient = { holdsCalls: true, callBudget: 3500 };

interface Scene extends EmbeddedWorld {
  hands: Hands;
  canary: PlayedCanary;
  job: KubernetesObject;
}

/** A test that runs, moved by hand. */
async function testRuns(world: EmbeddedWorld, options: Partial<CanaryOptions> = {}): Promise<Scene> {
  const canary = await rollOut(world, passing, options);
  const path = new URL(options.webhooks?.[0]?.url ?? `${host}/pre-rollout`).pathname;
  const started = await timed(world.verifier, canary, path);
  assertAnswer(started, 429, 'Started');
  assertNotHeld(started);
  const hands = handsOn(world.kubernetes, world.namespace);
  const job = await onlyJob(world);
  runPod(hands, job);
  return { ...world, hands, canary, job };
}

interface Timed extends Answered {
  /** Milliseconds. */
  took: number;
  /** In milliseconds since the epoch. */
  at: number;
  retryAfter: number;
  /** As its line in the log says. */
  isHeld: boolean;
}

async function timed(verifier: Verifier, canary: PlayedCanary, path = '/pre-rollout'): Promise<Timed> {
  const began = Date.now();
  const answered = await verifier.post(path, canary.payload());
  const at = Date.now();
  const retryAfter = Number(answered.headers.get('retry-after'));
  const line = verifier.lines.findLast(({ fields }) => fields['namespace'] === canary.key.namespace);
  return { ...answered, retryAfter, at, took: at - began, isHeld: line?.fields['held'] === true };
}

function assertHeld({ status, body, took, retryAfter, isHeld }: Timed): void {
  assert.equal(status, 429, body);
  assert.ok(isHeld, `not held, but answered after ${took} ms`);
  assertInTime({ took, retryAfter });
}

/** The next call comes when it would have come, up to the whole seconds of a Retry-After. */
function assertInTime({ took, retryAfter }: Pick<Timed, 'took' | 'retryAfter'>): void {
  const seconds = took / 1000 + retryAfter;
  assert.ok(seconds > 9.85 && seconds < 12, `Retry-After ${retryAfter} after ${took} ms`);
}

function assertNotHeld({ status, took, retryAfter, isHeld }: Timed): void {
  assert.ok(!isHeld, `held, and answered ${status} after ${took} ms`);
  if (status === 429) assert.equal(retryAfter, 10);
}

/** The requests of a namespace since then, and those that were still on their way. */
function requestsSince({ kubernetes, namespace }: EmbeddedWorld, since: number): LoggedRequest[] {
  return kubernetes.requests.filter((each) => each.namespace === namespace && each.startedAt >= since);
}

/** Calls, and is gone before the answer. */
async function hangUp({ url }: Verifier, canary: PlayedCanary, signal: AbortSignal): Promise<void> {
  const call = fetch(`${url}/pre-rollout`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(canary.payload()),
    signal,
  });
  await assert.rejects(call, /TimeoutError|aborted/);
}

const looks = ({ verb, resource }: LoggedRequest): boolean => verb === 'get' && resource === 'jobs';

const inTheMiddle = 1300;

const cases: Case<EmbeddedWorld>[] = [
  ...(
    [
      ['passed', '/pre-rollout', 0, 200, 'the test passed'],
      ['failed', '/pre-rollout', 3, 412, 'rejects an expired card'],
      ['passed', '/rollout', 0, 200, 'the test passed'],
    ] as const
  ).map(([verdict, path, exitCode, status, word]) => ({
    title: `on ${path} it is answered within a second and a bit of the Job's condition when the test has ${verdict}`,
    async run(world: EmbeddedWorld) {
      const webhooks = [{ name: 'e2e', type: path.slice(1), url: `${host}${path}` }];
      const { verifier, canary, hands, job } = await testRuns(world, { webhooks });
      const call = timed(verifier, canary, path);
      await sleep(inTheMiddle);
      const ended = Date.now();
      endTest(hands, job, exitCode);
      const answered = await call;
      assertAnswer(answered, status, word);
      assert.ok(answered.at - ended < 1900, `${answered.at - ended} ms after the test has ended`);
      assert.ok(answered.isHeld);
    },
  })),
  {
    title: 'it asks for the Job once a second, and for nothing else, and is answered 429 in time for the next call',
    async run(world) {
      const scene = await testRuns(world);
      const since = Date.now();
      const answered = await timed(scene.verifier, scene.canary);
      assertHeld(answered);
      const [canary, spec, job, deployment, ...rest] = requestsSince(scene, since);
      assert.deepEqual([canary, spec, job, deployment].map((each) => each?.resource).sort(), [
        'canaries',
        'deployments',
        'e2especs',
        'jobs',
      ]);
      assert.ok(rest.every(looks), JSON.stringify(rest));
      assert.ok(rest.length >= 1 && rest.length <= 3, `${rest.length} looks`);
      const pauses = rest.slice(1).map(({ startedAt }, index) => startedAt - (rest[index]?.startedAt ?? 0));
      assert.ok(
        pauses.every((pause) => pause > 900),
        pauses.join(),
      );
    },
  },
  {
    title: "it is not held where the webhook's own timeout leaves no room for it",
    async run(world) {
      const webhooks = defaultWebhooks.map((each) => ({ ...each, timeout: '5s' }));
      const { verifier, canary } = await testRuns(world, { webhooks });
      assertNotHeld(await timed(verifier, canary));
    },
  },
  ...['/webhook', '/confirm-traffic-increase', '/confirm-promotion', '/rollback'].map((path) => ({
    title: `${path} is answered at once`,
    async run(world: EmbeddedWorld) {
      const { verifier, canary } = await testRuns(world);
      assertNotHeld(await timed(verifier, canary, path));
    },
  })),
  {
    title: 'a call that creates a Job or deletes one is not held',
    async run(world) {
      const { verifier, canary, hands, job } = await testRuns(world);
      // Of another try, so that it is deleted and made again.
      const taken = { reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' };
      const [pod] = hands.list(resources.pods);
      const condition = { type: 'DisruptionTarget', status: 'True', lastTransitionTime: hands.time(), ...taken };
      endTest(hands, job, 1);
      const terminated = { exitCode: 137, reason: 'Error', startedAt: hands.time(9), finishedAt: hands.time() };
      const containerStatuses = [
        { name: 'e2e', image: '', imageID: '', ready: false, restartCount: 0, state: { terminated } },
      ];
      hands.patch(
        resources.pods,
        pod?.metadata.name ?? '',
        { status: { phase: 'Failed', conditions: [condition], containerStatuses } },
        'status',
      );
      const deleting = await timed(verifier, canary);
      assertAnswer(deleting, 429, 'Deleting');
      assertNotHeld(deleting);
      while ((await jobsIn(world)).length > 0) await sleep(100);
      const starting = await timed(verifier, canary);
      assertAnswer(starting, 429, 'Started');
      assertNotHeld(starting);
    },
  },
  {
    title: 'when its Job is deleted it is evaluated anew, at once',
    async run(world) {
      const { verifier, canary, hands, job } = await testRuns(world);
      const call = timed(verifier, canary);
      await sleep(inTheMiddle);
      hands.remove(resources.jobs, job.metadata.name ?? '');
      const answered = await call;
      assert.equal(answered.status, 429);
      assert.ok(answered.took < inTheMiddle + 1900, `${answered.took} ms`);
      assertInTime(answered);
      assert.notEqual(answered.body.includes('the test runs'), true, answered.body);
    },
  },
  {
    title: 'a target that changes meanwhile is found by the next call, and passes nothing',
    async run(world) {
      const { verifier, canary, hands, job } = await testRuns(world);
      const call = timed(verifier, canary);
      await sleep(200);
      await canary.changeTarget('another');
      await sleep(inTheMiddle);
      endTest(hands, job, 0);
      assertAnswer(await call, 409, 'TargetChanged');
    },
  },
  {
    title: 'a target that changes while the test goes on is found by the next call',
    async run(world) {
      const { verifier, canary } = await testRuns(world);
      const call = timed(verifier, canary);
      await sleep(200);
      await canary.changeTarget('another');
      assertHeld(await call);
      assertAnswer(await timed(verifier, canary), 409, 'TargetChanged');
    },
  },
  {
    title: 'nothing is asked any more when the caller has hung up',
    async run(world) {
      const scene = await testRuns(world);
      await hangUp(scene.verifier, scene.canary, AbortSignal.timeout(1500));
      const since = Date.now() + 50;
      await sleep(2000);
      assert.deepEqual(requestsSince(scene, since), []);
    },
  },
  ...(
    [
      ['refuses', { kind: 'refuse' }],
      ['answers 500', { kind: 'status', code: 500 }],
      ['answers 403', { kind: 'status', code: 403 }],
      ['answers with half an object', { kind: 'halfBody' }],
      ['does not answer', { kind: 'delay', milliseconds: 20_000 }],
    ] as const
  ).map(([what, fault]) => ({
    title: `an API server that ${what} makes no other answer of a 429`,
    async run(world: EmbeddedWorld) {
      const scene = await testRuns(world);
      const call = timed(scene.verifier, scene.canary);
      await sleep(300);
      const since = Date.now();
      const mend = scene.kubernetes.misbehave({ verb: 'get', namespace: scene.namespace }, fault);
      const answered = await call;
      mend();
      assert.equal(answered.status, 429, answered.body);
      assert.ok(answered.took < patient.callBudget + 500, `${answered.took} ms`);
      assertInTime(answered);
      assert.ok(requestsSince(scene, since).length <= 3, 'each look is one request');
    },
  })),
  {
    title: 'a verdict is found although a look has failed',
    async run(world) {
      const { verifier, canary, hands, job, kubernetes, namespace } = await testRuns(world);
      const call = timed(verifier, canary);
      await sleep(300);
      kubernetes.misbehave({ verb: 'get', resource: 'jobs', namespace, times: 1 }, { kind: 'reset' });
      endTest(hands, job, 0);
      const answered = await call;
      assertAnswer(answered, 200, 'the test passed');
      assert.ok(answered.took > 1500, `${answered.took} ms`);
    },
  },
  {
    title: 'calls that are held are as many a minute as others',
    run: (world) =>
      withYoungVerifier(world, async (young) => {
        const { canary, verifier } = await testRuns(world);
        const perMinute = async (asked: Verifier) => {
          const { took, retryAfter } = await timed(asked, canary);
          return 60 / (took / 1000 + retryAfter);
        };
        const [held, others] = [await perMinute(verifier), await perMinute(young)];
        // The `retries` that lint asks for count on one call in ten seconds.
        assert.ok(held <= 6.1 && held > 5.4, `${held} a minute`);
        assert.ok(Math.abs(held - others) < 0.6, `${held} a minute, ${others} of the others`);
      }),
  },
  {
    title: 'a process that has only just started answers at once',
    run: (world) =>
      withYoungVerifier(world, async (young) => {
        const { canary } = await testRuns(world);
        assertNotHeld(await timed(young, canary));
      }),
  },
];

async function withYoungVerifier(
  { kubernetes: { kubeconfig } }: EmbeddedWorld,
  use: (verifier: Verifier) => Promise<void>,
): Promise<void> {
  const verifier = await startVerifier({ ...patient, holdsCalls: false, kubeconfig });
  try {
    await use(verifier);
  } finally {
    await verifier.stop();
  }
}

describe('A call whose test runs', function () {
  this.timeout(60_000);
  const { enter } = embeddedStage({ ...patient, runsJobs: false });
  sideBySide(12, enter, cases);
});

describe('Of the calls whose tests run', function () {
  this.timeout(60_000);
  // So long that none of the forty ends meanwhile.
  const stage = embeddedStage({ holdsCalls: true, callBudget: 50_000, runsJobs: false });

  it('forty are held, and the next and all others answered at once; when the forty have hung up, the next are held', async () => {
    const webhooks = defaultWebhooks.map((each) => ({ ...each, timeout: '1m' }));
    const scene = await testRuns(await stage.enter(), { webhooks });
    const { canary, verifier } = scene;
    const since = Date.now();
    const gone = new AbortController();
    const callers = Promise.all(Array.from({ length: 40 }, () => hangUp(verifier, canary, gone.signal)));
    // All have been evaluated, and look at the Job again and again.
    while (requestsSince(scene, since).filter(looks).length < 120) await sleep(50);
    for (const path of ['/pre-rollout', '/confirm-promotion', '/rollback']) {
      assertNotHeld(await timed(verifier, canary, path));
    }
    gone.abort();
    await callers;
    await hangUp(verifier, canary, AbortSignal.timeout(2000));
    while (verifier.lines.filter(({ fields }) => fields['held'] === true).length < 41) await sleep(50);
  });
});
