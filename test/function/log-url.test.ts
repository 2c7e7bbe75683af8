/**
 * Where the log of a test is kept (LOG_URL_TEMPLATE), in all places in which people look.
 */
import assert from 'node:assert/strict';
import { at } from '../support/documents.ts';
import { startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { assertAnswer, failing, recordsOf, rollOut, untilDecided, type World } from '../support/environment.ts';
import { startVerifier } from '../support/verifier.ts';

describe('The address of a log', () => {
  let world: World;
  before(async () => {
    const kubernetes = await startEmbeddedKubernetes();
    const logUrlTemplate = 'https://logs.example.com/{namespace}/{pod}?from={from}&to={to}';
    const verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig, logUrlTemplate });
    world = { kubernetes, verifier, namespace: await kubernetes.namespace() };
  });
  after(async () => {
    await world?.verifier.stop();
    await world?.kubernetes.stop();
  });

  it('stands in the answer, in the Event, in the record and in what each gate says', async () => {
    const canary = await rollOut(world, failing);
    const says = /expired card; log: https:\/\/logs\.example\.com\/\S+\/e2e-podinfo-\S+\?from=20\S+Z&to=20\S+Z$/;
    const answered = await untilDecided(world, canary.payload());
    assertAnswer(answered, 412, says);
    const [, url = ''] = /log: (\S+)$/.exec(answered.body) ?? [];
    const [record] = await recordsOf(world);
    assert.equal(record?.['logUrl'], url);
    const { kubernetes, namespace } = world;
    const spec = await kubernetes.get({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'podinfo' });
    assert.equal(at(spec, 'status', 'latest', 0, 'logUrl'), url);
    const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace });
    const told = events.filter(({ reason }) => reason === 'E2ETestFailed');
    for (const { message } of told) assert.match(String(message), says);
    assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 412, says);
  });
});
