/**
 * A played Canary and the target that it scales, as the suites find them.
 */
import assert from 'node:assert/strict';
import { type PlayedCanary, playCanary } from './canary.ts';
import { at } from './documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from './embedded/index.ts';

describe('The Deployment of a played Canary', () => {
  let kubernetes: EmbeddedKubernetes;
  let canary: PlayedCanary;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes();
    canary = await playCanary(kubernetes, { namespace: await kubernetes.namespace() });
  });
  after(() => kubernetes.stop());

  /** Its revision, how many replicas it has and how many of them are available, all of its newest generation. */
  async function state(): Promise<string> {
    const { namespace } = canary.key;
    const found = await kubernetes.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'app-podinfo' });
    const revision = at(found, 'spec', 'template', 'metadata', 'annotations', 'revision');
    const available = Number(at(found, 'status', 'availableReplicas') ?? 0);
    const isObserved = found?.metadata.generation === at(found, 'status', 'observedGeneration');
    return `${revision}: ${isObserved ? available : '?'} of ${at(found, 'spec', 'replicas')}`;
  }

  it('has no replicas before the first rollout', async () => {
    assert.match(await state(), /^initial: .* of 0$/);
  });

  it('is rolled out when a rollout has begun, and when another revision has come into it', async () => {
    await canary.begin('one');
    assert.equal(await state(), 'one: 1 of 1');
    await canary.restart('two');
    assert.equal(await state(), 'two: 1 of 1');
    await canary.changeTarget('three');
    assert.equal(await state(), 'three: 1 of 1');
  });

  it('is scaled to zero at the end of a rollout, and a change does not scale it up', async () => {
    await canary.end('Succeeded');
    await canary.changeTarget('four');
    assert.equal(await state(), 'four: 0 of 0');
  });

  it('is waited for in vain by nobody when it shall not be ready, and is ready with its next revision', async () => {
    await canary.begin('five', { ready: false });
    await kubernetes.advance(60);
    assert.equal(await state(), 'five: 0 of 1');
    await canary.changeTarget('six');
    assert.equal(await state(), 'six: 1 of 1');
  });
});
