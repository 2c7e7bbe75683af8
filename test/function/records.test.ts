/**
 * Several writers of one record, and writes that fail: no verdict is lost, none is told twice, and none is made up.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { callerOf } from '../support/caller.ts';
import { type CanaryPayload, defaultWebhooks, playCanary } from '../support/canary.ts';
import { at } from '../support/documents.ts';
import { type EmbeddedKubernetes, type Fault, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import {
  applySpec,
  assertAnswer,
  failing,
  jobsIn,
  lasting,
  onlyJob,
  passing,
  recordsOf,
  rollOut,
  until,
  untilDecided,
  type World,
} from '../support/environment.ts';
import { isTrue } from '../support/scenario.ts';
import { startVerifier, type Verifier } from '../support/verifier.ts';

const statusPatch = { verb: 'patch', resource: 'e2especs', subresource: 'status' } as const;
const eventCreate = { verb: 'create', resource: 'events' } as const;

describe('The record', function () {
  this.timeout(60_000);
  let kubernetes: EmbeddedKubernetes;
  let verifiers: [Verifier, Verifier];
  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
    const { kubeconfig } = kubernetes;
    verifiers = [await startVerifier({ kubeconfig }), await startVerifier({ kubeconfig })];
  });
  after(async () => {
    for (const verifier of verifiers) await verifier.stop();
    await kubernetes.stop();
  });
  const enter = async (): Promise<World> => ({
    kubernetes,
    verifier: verifiers[0],
    namespace: await kubernetes.namespace(),
  });
  const eventsIn = ({ namespace }: World) => kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });

  /** So many canaries of one E2ESpec, at the beginning of their rollouts. */
  async function sharing({ namespace }: World, count: number): Promise<CanaryPayload[]> {
    const metadata = { e2espec: 'shared' };
    const webhooks = defaultWebhooks.map((webhook) => ({ ...webhook, metadata }));
    await kubernetes.apply({
      apiVersion: 'remarkable.com/v1',
      kind: 'E2ESpec',
      metadata: { namespace, name: 'shared' },
      spec: { image: 'busybox:1.36' },
    });
    const payloads: CanaryPayload[] = [];
    for (let index = 0; index < count; index++) {
      const canary = await playCanary(kubernetes, { namespace, name: `shop-${index}`, webhooks });
      await canary.begin('one');
      payloads.push(canary.payload(metadata));
    }
    return payloads;
  }

  async function assertAllPassed(world: World, payloads: CanaryPayload[]): Promise<void> {
    const records = await recordsOf(world, 'shared');
    const told = records.map(({ canary, verdict }) => `${canary} ${verdict}`).sort();
    assert.deepEqual(told, payloads.map(({ name }) => `${name} Passed`).sort());
  }

  const untilComplete = (world: World) =>
    until(
      () => jobsIn(world),
      (jobs) => jobs.length > 0 && jobs.every((job) => /"type":"(Complete|Failed)"/.test(JSON.stringify(job))),
    );

  it('of 20 canaries that share one E2ESpec is whole, whichever of two verifiers is asked, and each Event is there once', async () => {
    const world = await enter();
    const payloads = await sharing(world, 20);
    const before = kubernetes.requests.length;
    const answers = await Promise.all(
      payloads.flatMap((payload) => verifiers.map((verifier) => untilDecided({ ...world, verifier }, payload))),
    );
    for (const answered of answers) assertAnswer(answered, 200, 'Passed');
    await assertAllPassed(world, payloads);
    const events = (await eventsIn(world)).filter(({ reason }) => reason === 'E2ETestPassed');
    assert.equal(events.length, 2 * payloads.length);
    const patches = kubernetes.requests.slice(before).filter((seen) => seen.subresource === 'status');
    assert.ok(patches.length > 2 * payloads.length, `${patches.length} patches: nobody was in another's way`);
  });

  it('of 20 canaries of one E2ESpec that get their verdicts in the same second is whole within 8 s', async () => {
    const world = await enter();
    const { namespace } = world;
    const payloads = await sharing(world, 20);
    for (const payload of payloads) assertAnswer(await world.verifier.post('/pre-rollout', payload), 429);
    await untilComplete(world);
    // As far away as an API server is: each request takes 5 to 20 ms.
    const ends = Array.from({ length: 5000 }, (_, index) =>
      kubernetes.misbehave({ namespace, times: 1 }, { kind: 'delay', milliseconds: 5 + (index % 16) }),
    );
    const before = kubernetes.requests.length;
    const began = Date.now();
    const answers = await Promise.all(payloads.map((payload) => world.verifier.post('/pre-rollout', payload)));
    const took = Date.now() - began;
    for (const end of ends) end();
    for (const answered of answers) assertAnswer(answered, 200, 'Passed');
    await assertAllPassed(world, payloads);
    assert.ok(took < 8000, `${took} ms`);
    const patches = kubernetes.requests.slice(before).filter(({ subresource }) => subresource === 'status');
    assert.ok(patches.length < 20 * 10, `${patches.length} patches: they pause too little`);
  });

  it('that cannot be written within one call is written by the next one', async () => {
    const world = await enter();
    const { kubeconfig } = kubernetes;
    const hasty = await startVerifier({ kubeconfig, callBudget: 700 });
    const canary = await rollOut(world, failing);
    assertAnswer(await hasty.post('/pre-rollout', canary.payload()), 429);
    await untilComplete(world);
    const end = kubernetes.misbehave({ ...statusPatch, namespace: world.namespace }, { kind: 'status', code: 409 });
    const began = Date.now();
    assertAnswer(await hasty.post('/pre-rollout', canary.payload()), 412);
    assert.ok(Date.now() - began < 2500, `answered after ${Date.now() - began} ms`);
    assert.equal((await recordsOf(world))[0]?.['verdict'], 'Running');
    end();
    assertAnswer(await hasty.post('/rollback', canary.payload()), 200);
    assert.equal((await recordsOf(world))[0]?.['verdict'], 'Failed');
    assert.equal((await eventsIn(world)).filter(({ reason }) => reason === 'E2ETestFailed').length, 2);
    await hasty.stop();
  });

  for (const times of [1, 4, 10]) {
    it(`is written although somebody else was faster ${times} times`, async () => {
      const world = await enter();
      const canary = await rollOut(world, { image: 'busybox:1.36' });
      kubernetes.misbehave({ ...statusPatch, namespace: world.namespace, times }, { kind: 'status', code: 409 });
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      const [record] = await recordsOf(world);
      assert.equal(record?.['verdict'], 'Running');
    });
  }

  it('of a skip is there before the skip counts', async () => {
    const world = await enter();
    const { namespace } = world;
    const canary = await rollOut(world, { image: 'busybox:1.36' });
    const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'podinfo' };
    const value = `podinfo/${canary.payload().checksum}: known flake`;
    await kubernetes.patch(key, { metadata: { annotations: { 'remarkable.com/skip': value } } });
    const end = kubernetes.misbehave({ ...statusPatch, namespace }, { kind: 'status', code: 500 });
    for (const path of ['/pre-rollout', '/webhook', '/confirm-promotion', '/rollback']) {
      const answered = await world.verifier.post(path, canary.payload());
      assertAnswer(answered, 503, 'ServiceUnavailable', 'the skip cannot be recorded');
    }
    end();
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, 'Skipped');
  });

  it('says nothing of an unverified promotion while it cannot be known whether the Job passed', async () => {
    const world = await enter();
    const { namespace } = world;
    const canary = await rollOut(world, { image: 'busybox:1.36', command: ['sleep', '600'] });
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
    await canary.end('Succeeded');
    const end = kubernetes.misbehave({ verb: 'get', resource: 'jobs', namespace }, { kind: 'status', code: 500 });
    assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 503);
    end();
    assert.ok((await eventsIn(world)).every(({ reason }) => reason !== 'PromotedUnverified'));
    assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'PromotedUnverified');
  });

  const troubles: { title: string; fault: Fault }[] = [
    { title: 'was answered 500', fault: { kind: 'status', code: 500 } },
    { title: 'was refused', fault: { kind: 'status', code: 403 } },
    { title: 'took too long', fault: { kind: 'delay', milliseconds: 3000 } },
    { title: 'met a reset connection', fault: { kind: 'reset' } },
  ];
  for (const { title, fault } of troubles) {
    it(`of a verdict whose Event ${title} is there in time, and the next call tells the Event, once`, async () => {
      const world = await enter();
      const { namespace } = world;
      const canary = await rollOut(world, failing);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await untilComplete(world);
      const end = kubernetes.misbehave({ ...eventCreate, namespace }, fault);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 412, 'checkout rejects');
      const marked = (await recordsOf(world))[0];
      assert.deepEqual([marked?.['verdict'], marked?.['eventPending']], ['Failed', true]);
      assert.deepEqual(await toldIn(world, 'E2ETestFailed'), []);
      // Still nobody can be told: the status is not written for that.
      const before = kubernetes.requests.length;
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 412, 'checkout rejects');
      assert.deepEqual(
        writesSince(before, namespace).filter((each) => each !== 'create events'),
        [],
      );
      end();
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200);
      assert.equal((await recordsOf(world))[0]?.['eventPending'], undefined);
      assert.equal((await toldIn(world, 'E2ETestFailed')).length, 2);
      const after = kubernetes.requests.length;
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 200);
      assert.deepEqual(writesSince(after, namespace), []);
    });
  }

  it('of a run that goes on and is told costs no write at a poll', async () => {
    const world = await enter();
    const canary = await rollOut(world, lasting);
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
    const before = kubernetes.requests.length;
    for (let poll = 1; poll <= 3; poll++) {
      await sleep(300);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
    }
    assert.deepEqual(writesSince(before, world.namespace), []);
  });

  it('says what a test waits for, and one write and one Event on each object are enough', async () => {
    const world = await enter();
    const canary = await rollOut(world, { image: 'registry.invalid/test:1' });
    const short = async () => {
      const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace: world.namespace, name: 'podinfo' };
      return at(await kubernetes.get(key), 'status', 'lastRun', 'reason');
    };
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
    assert.equal(await short(), 'Started');
    const before = kubernetes.requests.length;
    const ask = () => world.verifier.post('/pre-rollout', canary.payload());
    await until(ask, ({ body }) => /^(ErrImagePull|ImagePullBackOff)/.test(body));
    assert.match(String(await short()), /^(ErrImagePull|ImagePullBackOff)$/);
    for (let poll = 1; poll <= 5; poll++) await ask();
    const told = ['create events', 'create events'];
    assert.deepEqual(writesSince(before, world.namespace), [...told, 'patch e2especs']);
  });

  it('of a former rollout that cannot be closed changes no answer of a gate, and the next call closes it', async () => {
    const world = await enter();
    const { namespace } = world;
    const canary = await rollOut(world, failing);
    assertAnswer(await untilDecided(world, canary.payload()), 412);
    await canary.end('Succeeded');
    await canary.begin('two');
    for (const fault of [{ kind: 'status', code: 500 } as const, { kind: 'delay', milliseconds: 4000 } as const]) {
      const end = kubernetes.misbehave({ ...statusPatch, namespace }, fault);
      const began = Date.now();
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'NotStarted');
      assert.ok(Date.now() - began < 2500, `answered after ${Date.now() - began} ms`);
      assert.equal((await recordsOf(world))[0]?.['closedAt'], undefined);
      end();
    }
    assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'NotStarted');
    assert.deepEqual(
      (await recordsOf(world)).map(({ verdict, closedAt }) => [verdict, closedAt !== undefined]),
      [
        ['PromotedUnverified', true],
        ['Failed', true],
      ],
    );
    const after = kubernetes.requests.length;
    assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'NotStarted');
    assert.deepEqual(writesSince(after, namespace), []);
  });

  it('of a skip that could not be made is told by no Event', async () => {
    const world = await enter();
    const { namespace } = world;
    const canary = await rollOut(world, { image: 'busybox:1.36' });
    const key = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'podinfo' };
    const value = `podinfo/${canary.payload().checksum}: known flake`;
    await kubernetes.patch(key, { metadata: { annotations: { 'remarkable.com/skip': value } } });
    const end = kubernetes.misbehave({ ...statusPatch, namespace }, { kind: 'status', code: 500 });
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 503);
    end();
    assert.deepEqual(await toldIn(world, 'E2ETestSkipped'), []);
    const silence = kubernetes.misbehave({ ...eventCreate, namespace }, { kind: 'status', code: 500 });
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 200, 'Skipped');
    silence();
    assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403, 'Skipped');
    assert.equal((await toldIn(world, 'E2ETestSkipped')).length, 2);
    assert.equal((await recordsOf(world))[0]?.['eventPending'], undefined);
  });

  it('of a rollout that is over is told by the next hook where its Event failed, and says where it could not be written', async () => {
    const world = await enter();
    const { namespace } = world;
    const canary = await rollOut(world, failing);
    assertAnswer(await untilDecided(world, canary.payload()), 412);
    await canary.end('Succeeded');
    const post = () => world.verifier.post('/post-rollout', canary.payload());
    const shut = kubernetes.misbehave({ ...statusPatch, namespace }, { kind: 'status', code: 500 });
    assertAnswer(await post(), 200, 'PromotedUnverified', 'not on record: ');
    shut();
    assert.equal((await recordsOf(world))[0]?.['verdict'], 'Failed');
    await kubernetes.delete({ apiVersion: 'v1', kind: 'Event', namespace, name: await anyToldIn(world) });
    const silence = kubernetes.misbehave({ ...eventCreate, namespace }, { kind: 'status', code: 500 });
    assertAnswer(await post(), 200, 'PromotedUnverified');
    silence();
    assert.equal((await recordsOf(world))[0]?.['eventPending'], true);
    assert.equal((await toldIn(world, 'PromotedUnverified')).length, 1);
    assertAnswer(await post(), 200, 'PromotedUnverified');
    assert.equal((await toldIn(world, 'PromotedUnverified')).length, 2);
    const records = await recordsOf(world);
    assert.deepEqual(
      records.map(({ verdict, eventPending }) => [verdict, eventPending]),
      [
        ['PromotedUnverified', undefined],
        ['Failed', undefined],
      ],
    );
  });

  for (const end of ['Failed', 'Succeeded'] as const) {
    it(`of a rollout that is over (${end}) is closed once and told once by two calls at the same time`, async () => {
      const world = await enter();
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await canary.end(end);
      const calls = [...verifiers, ...verifiers].map((verifier) => verifier.post('/post-rollout', canary.payload()));
      for (const answered of await Promise.all(calls)) assertAnswer(answered, 200);
      const verdicts = (await recordsOf(world)).map(({ verdict }) => verdict);
      assert.deepEqual(verdicts, end === 'Failed' ? ['Cancelled'] : ['PromotedUnverified', 'Cancelled']);
      const told = [...(await toldIn(world, 'E2ETestClosed')), ...(await toldIn(world, 'PromotedUnverified'))];
      assert.equal(told.length, 2, told.join('\n'));
    });
  }

  const refusals: { title: string; fault: Fault; says: string }[] = [
    { title: 'was replaced by another', fault: { kind: 'status', code: 409 }, says: 'another Job has its name' },
    { title: 'may not be deleted', fault: { kind: 'status', code: 403 }, says: 'could not be stopped' },
    { title: 'cannot be deleted now', fault: { kind: 'status', code: 500 }, says: 'could not be stopped' },
  ];
  for (const { title, fault, says } of refusals) {
    it(`of a failed rollout whose Job ${title} does not say that it was stopped`, async () => {
      const world = await enter();
      const { namespace } = world;
      const canary = await rollOut(world, lasting);
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429);
      await canary.end('Failed');
      kubernetes.misbehave({ verb: 'delete', resource: 'jobs', namespace }, fault);
      assertAnswer(await world.verifier.post('/post-rollout', canary.payload()), 200, 'Closed', says);
      const [record] = await recordsOf(world);
      assert.equal(record?.['verdict'], 'Cancelled');
      const said = [String(record?.['message']), ...(await toldIn(world, 'E2ETestClosed'))];
      assert.equal(said.length, 3);
      for (const words of said) {
        assert.ok(words.includes(says), words);
        assert.doesNotMatch(words, /stopped Job/);
      }
    });
  }

  async function toldIn(world: World, word: string): Promise<string[]> {
    return (await eventsIn(world)).filter(({ reason }) => reason === word).map(({ message }) => String(message));
  }

  async function anyToldIn(world: World): Promise<string> {
    const told = (await eventsIn(world)).find(({ reason }) => reason === 'PromotedUnverified');
    return told?.metadata.name ?? assert.fail('nothing was told');
  }

  function writesSince(index: number, namespace: string): string[] {
    return kubernetes.requests
      .slice(index)
      .filter((seen) => seen.namespace === namespace && !['get', 'list', 'watch'].includes(seen.verb))
      .map(({ verb, resource }) => `${verb} ${resource}`);
  }

  it('of a run that was requested is there before its verdict is told, because nobody asks again', async () => {
    const world = await enter();
    await applySpec(world, passing);
    const { run, decided } = await callerOf(world);
    assertAnswer(await run({ id: 'a' }), 429);
    await until(
      () => onlyJob(world),
      (job) => isTrue(job, 'Complete'),
    );
    const end = kubernetes.misbehave({ ...statusPatch, namespace: world.namespace }, { kind: 'status', code: 500 });
    assertAnswer(await run({ id: 'a' }), 503, /^ServiceUnavailable: .*the verdict Passed is not on record yet/);
    end();
    assertAnswer(await decided({ id: 'a' }), 200);
    assert.deepEqual(
      (await recordsOf(world)).map(({ verdict }) => verdict),
      ['Passed'],
    );
  });

  it('that the verifier may not write keeps back no verdict that was requested', async () => {
    const world = await enter();
    await applySpec(world, failing);
    const { decided } = await callerOf(world);
    const end = kubernetes.misbehave({ ...statusPatch, namespace: world.namespace }, { kind: 'status', code: 403 });
    assertAnswer(await decided({ id: 'a' }), 412);
    end();
  });
});
