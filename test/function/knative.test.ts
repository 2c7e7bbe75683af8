/**
 * A Knative target, whose status the test writes: on a real cluster its controller does, and
 * examples/canary-knative.yaml is rolled out there.
 */
import assert from 'node:assert/strict';
import { defaultWebhooks, playFlagger } from '../support/canary.ts';
import { applySpec, assertAnswer, jobsIn, passing, untilDecided } from '../support/environment.ts';
import { embeddedStage } from '../support/stage.ts';

describe('A Knative target', () => {
  const { enter } = embeddedStage({ speed: 10 });

  it('is tested at its newest revision’s own address, once that revision is ready', async () => {
    const world = await enter();
    const { kubernetes, verifier, namespace } = world;
    const url = `http://web-00002.${namespace}.svc.cluster.local`;
    await applySpec(
      world,
      { ...passing, command: ['sh', '-c', `echo $CANARY_URL; test "$CANARY_URL" = ${url}`] },
      'web',
    );
    const service = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', namespace, name: 'web' };
    const revision = { apiVersion: 'serving.knative.dev/v1', kind: 'Revision', namespace, name: 'web-00002' };
    await kubernetes.apply({ ...service, metadata: { namespace, name: 'web' }, spec: { template: { spec: {} } } });
    await kubernetes.apply({
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { namespace, name: 'web' },
      spec: {
        provider: 'knative',
        targetRef: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'web' },
        analysis: { interval: '10s', threshold: 3, stepWeight: 50, maxWeight: 50, webhooks: defaultWebhooks },
      },
    });
    const key = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'web' };
    const canary = await playFlagger(kubernetes, key, async () => undefined);
    await canary.begin('web-00002');
    const ask = () => verifier.post('/pre-rollout', canary.payload());
    assertAnswer(await ask(), 429, 'TargetNotReady', 'no revision yet');
    await kubernetes.patch(service, { status: { latestCreatedRevisionName: 'web-00002' } }, 'status');
    const notReady = { type: 'Ready', status: 'False', reason: 'ContainerMissing', message: 'Unable to fetch image' };
    await kubernetes.apply({
      ...revision,
      metadata: { namespace, name: 'web-00002' },
      spec: {},
      status: { conditions: [notReady] },
    });
    assertAnswer(await ask(), 429, 'Revision web-00002 is not ready: Unable to fetch image');
    assert.deepEqual(await jobsIn(world), []);
    await kubernetes.patch(revision, { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, 'status');
    assertAnswer(await ask(), 429, 'Started');
    assertAnswer(await untilDecided(world, canary.payload()), 200);
  });
});
