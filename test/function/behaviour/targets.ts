/**
 * Targets that Flagger does not wait for: what stands behind a Service.
 */
import assert from 'node:assert/strict';
import { defaultWebhooks, playFlagger } from '../../support/canary.ts';
import {
  applySpec,
  assertAnswer,
  type Behaviour,
  jobsIn,
  passing,
  recordsOf,
  until,
  untilDecided,
  type World,
} from '../../support/environment.ts';

const key = ({ namespace }: World) => ({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'web' });

async function playService(world: World, spec: Record<string, unknown>, block: Record<string, unknown> = {}) {
  const { kubernetes, namespace } = world;
  const ports = [{ name: 'http', port: 8080 }];
  const service = (revision: string) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name: 'web' },
    spec: { ...spec, ...(spec['type'] === 'ExternalName' && { externalName: `${revision}.test` }), ports },
  });
  await kubernetes.apply(service('initial'));
  await kubernetes.apply({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { namespace, name: 'web' },
    spec: {
      suspend: true,
      provider: 'kubernetes',
      targetRef: { apiVersion: 'core/v1', kind: 'Service', name: 'web' },
      service: { port: 8080, ...block },
      analysis: { interval: '10s', threshold: 3, iterations: 2, webhooks: defaultWebhooks },
    },
  });
  return playFlagger(kubernetes, key(world), (revision) => kubernetes.apply(service(revision)));
}

async function endpoint({ kubernetes, namespace }: World, ready: boolean): Promise<void> {
  await kubernetes.apply({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name: 'web-canary-1', labels: { 'kubernetes.io/service-name': 'web-canary' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready } }],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  });
}

export const targets: Behaviour[] = [
  {
    title: 'A ClusterIP Service is tested when it has a ready endpoint, and no Job runs before',
    async run(world) {
      await applySpec(
        world,
        { ...passing, command: ['sh', '-c', 'test "$CANARY_URL" = "http://web-canary.$CANARY_NAMESPACE:8080"'] },
        'web',
      );
      const canary = await playService(world, {});
      await canary.begin('one');
      const ask = () => world.verifier.post('/pre-rollout', canary.payload());
      assertAnswer(await ask(), 429, 'TargetNotReady', 'Service web-canary has no ready endpoint');
      await endpoint(world, false);
      assertAnswer(await ask(), 429, 'TargetNotReady');
      assertAnswer(await world.verifier.post('/rollback', canary.payload()), 403);
      assert.deepEqual(await jobsIn(world), []);
      await endpoint(world, true);
      assertAnswer(await ask(), 429, 'Started');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      assert.equal((await recordsOf(world, 'web')).length, 1);
    },
  },
  {
    title: 'A Service is reached at its own copy, whatever service.name says',
    async run(world) {
      const command = ['sh', '-c', 'test "$CANARY_URL" = "http://web-canary.$CANARY_NAMESPACE:8080"'];
      await applySpec(world, { ...passing, command }, 'web');
      const canary = await playService(world, {}, { name: 'shop' });
      await canary.begin('one');
      const ask = () => world.verifier.post('/pre-rollout', canary.payload());
      assertAnswer(await ask(), 429, 'TargetNotReady', 'Service web-canary has no ready endpoint');
      await endpoint(world, true);
      assertAnswer(await ask(), 429, 'Started');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
    },
  },
  {
    title: 'A ClusterIP Service that never has a ready endpoint is inconclusive at the deadline',
    async run(world) {
      await applySpec(world, { ...passing, activeDeadlineSeconds: 10 }, 'web');
      const canary = await playService(world, {});
      await canary.begin('one');
      const ask = () => world.verifier.post('/pre-rollout', canary.payload());
      const decided = await until(ask, ({ status }) => status !== 429);
      assertAnswer(decided, 424, 'TargetNotReady', 'no ready endpoint');
      assert.deepEqual(await jobsIn(world), []);
      const again = await ask();
      assert.deepEqual([again.status, again.body], [decided.status, decided.body]);
    },
  },
  {
    title: 'An ExternalName Service is tested at once',
    async run(world) {
      await applySpec(world, passing, 'web');
      const canary = await playService(world, { type: 'ExternalName' });
      await canary.begin('one');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 429, 'Started');
      assertAnswer(await untilDecided(world, canary.payload()), 200);
      await canary.changeTarget('two');
      assertAnswer(await world.verifier.post('/pre-rollout', canary.payload()), 409);
    },
  },
];
