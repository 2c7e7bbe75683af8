/**
 * Several writers of one record, and writes that fail: no verdict is lost, none is told twice, and none is made up.
 */
import assert from 'node:assert/strict';
import { type CanaryPayload, defaultWebhooks, playCanary } from '../support/canary.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { assertAnswer, recordsOf, rollOut, untilDecided, type World } from '../support/environment.ts';
import { startVerifier, type Verifier } from '../support/verifier.ts';

const statusPatch = { verb: 'patch', resource: 'e2especs', subresource: 'status' } as const;

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

  it('of 20 canaries that share one E2ESpec is whole, whichever of two verifiers is asked, and each Event is there once', async () => {
    const world = await enter();
    const { namespace } = world;
    const metadata = { e2espec: 'shared' };
    const webhooks = defaultWebhooks.map((webhook) => ({ ...webhook, metadata }));
    await kubernetes.apply({
      apiVersion: 'remarkable.com/v1',
      kind: 'E2ESpec',
      metadata: { namespace, name: 'shared' },
      spec: { image: 'busybox:1.36' },
    });
    const names = Array.from({ length: 20 }, (_, index) => `shop-${index}`);
    const payloads: CanaryPayload[] = [];
    for (const name of names) {
      const canary = await playCanary(kubernetes, { namespace, name, webhooks });
      await canary.begin('one');
      payloads.push(canary.payload(metadata));
    }
    const before = kubernetes.requests.length;
    const answers = await Promise.all(
      payloads.flatMap((payload) => verifiers.map((verifier) => untilDecided({ ...world, verifier }, payload))),
    );
    for (const answered of answers) assertAnswer(answered, 200, 'Passed');
    const records = await recordsOf(world, 'shared');
    const told = records.map(({ canary, verdict }) => `${canary} ${verdict}`).sort();
    assert.deepEqual(told, names.map((name) => `${name} Passed`).sort());
    const events = (await eventsIn(world)).filter(({ reason }) => reason === 'E2ETestPassed');
    assert.equal(events.length, 2 * names.length);
    const patches = kubernetes.requests.slice(before).filter((seen) => seen.subresource === 'status');
    assert.ok(patches.length > 2 * names.length, `${patches.length} patches: nobody was in another's way`);
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
});
