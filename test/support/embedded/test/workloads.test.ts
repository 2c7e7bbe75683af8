/**
 * What the status of a Deployment and of a DaemonSet says when its rollout is over.
 */
import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../kubernetes.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../index.ts';
import { conditions, field, until } from './harness.ts';

const pullable = 'busybox:1.36';
const unpullable = 'registry.invalid/no-such-image:1';

describe('a workload on the embedded Kubernetes', () => {
  let kubernetes: EmbeddedKubernetes;
  let namespace: string;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes({ speed: 5 });
    namespace = await kubernetes.namespace();
  });
  after(() => kubernetes.stop());

  const apply = (kind: string, name: string, spec: object, pod: object = {}) =>
    kubernetes.apply({
      apiVersion: 'apps/v1',
      kind,
      metadata: { namespace, name },
      spec: {
        selector: { matchLabels: { app: name } },
        ...spec,
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: 'app', image: pullable }], ...pod },
        },
      },
    });
  const withImage = (image: string) => ({ containers: [{ name: 'app', image }] });
  const current = (kind: string, name: string) => kubernetes.get({ apiVersion: 'apps/v1', kind, namespace, name });
  const observed = (kind: string, name: string) =>
    until(`the status of ${kind} ${name}`, async () => {
      const found = await current(kind, name);
      return found && field(found, 'status', 'observedGeneration') === found.metadata.generation && found;
    });
  /** The numbers of its status; most of those that are zero are not written. */
  const numbers = (object: KubernetesObject) =>
    Object.fromEntries(Object.entries(Object(object['status'])).filter(([, value]) => typeof value === 'number'));
  const told = (object: KubernetesObject, type: string) => {
    const all = field(object, 'status', 'conditions');
    const one = Array.isArray(all) ? all.find((each) => field(each, 'type') === type) : undefined;
    return `${field(one, 'status')} ${field(one, 'reason')}: ${field(one, 'message')}`;
  };

  it('of kind Deployment is rolled out at once, and is not changed again', async () => {
    await apply('Deployment', 'web', { replicas: 2 });
    const web = await observed('Deployment', 'web');
    const all = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
    assert.deepEqual(numbers(web), { observedGeneration: 1, ...all });
    assert.deepEqual(conditions(web), ['Available', 'Progressing']);
    assert.equal(told(web, 'Available'), 'True MinimumReplicasAvailable: Deployment has minimum availability.');
    assert.equal(
      told(web, 'Progressing'),
      'True NewReplicaSetAvailable: Deployment "web" has successfully progressed.',
    );
    await kubernetes.advance(60);
    assert.deepEqual(await current('Deployment', 'web'), web);
  });

  it('of kind Deployment has one replica unless it says otherwise, and none when it is scaled to zero', async () => {
    const scaled = await apply('Deployment', 'scaled', {});
    assert.equal(numbers(await observed('Deployment', 'scaled'))['availableReplicas'], 1);
    const key = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'scaled' };
    await kubernetes.patch(key, { spec: { replicas: 0 } });
    const idle = await observed('Deployment', 'scaled');
    assert.deepEqual(numbers(idle), { observedGeneration: Number(scaled.metadata.generation) + 1 });
    assert.deepEqual(conditions(idle), ['Available', 'Progressing']);
  });

  it('of kind Deployment counts a generation for a change of its specification, not of its labels or its status', async () => {
    await apply('Deployment', 'counted', {});
    await observed('Deployment', 'counted');
    const key = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'counted' };
    await kubernetes.patch(key, { metadata: { labels: { team: 'shop' } } });
    await kubernetes.patch(key, { status: { availableReplicas: 0 } }, 'status');
    assert.equal((await current('Deployment', 'counted'))?.metadata.generation, 1);
    await kubernetes.patch(key, { spec: { template: { metadata: { annotations: { revision: 'two' } } } } });
    const changed = await observed('Deployment', 'counted');
    assert.deepEqual([changed.metadata.generation, numbers(changed)['observedGeneration']], [2, 2]);
    assert.equal(numbers(changed)['availableReplicas'], 1);
  });

  it('of kind Deployment is not available while an image of it cannot be pulled, and is when it has another', async () => {
    await apply('Deployment', 'stuck', {}, withImage(unpullable));
    const stuck = await observed('Deployment', 'stuck');
    const none = { replicas: 1, updatedReplicas: 1, unavailableReplicas: 1 };
    assert.deepEqual(numbers(stuck), { observedGeneration: 1, ...none });
    assert.equal(
      told(stuck, 'Available'),
      'False MinimumReplicasUnavailable: Deployment does not have minimum availability.',
    );
    assert.equal(told(stuck, 'Progressing'), 'True ReplicaSetUpdated: Deployment "stuck" is progressing.');
    await apply('Deployment', 'stuck', {}, withImage(pullable));
    const healed = await observed('Deployment', 'stuck');
    assert.equal(numbers(healed)['availableReplicas'], 1);
    assert.equal(numbers(healed)['unavailableReplicas'], undefined);
    assert.deepEqual(conditions(healed).sort(), ['Available', 'Progressing']);
  });

  it('of kind DaemonSet is rolled out on the one node at once', async () => {
    await apply('DaemonSet', 'agent', {}, { nodeSelector: { 'kubernetes.io/os': 'linux' } });
    assert.deepEqual(numbers(await observed('DaemonSet', 'agent')), {
      observedGeneration: 1,
      currentNumberScheduled: 1,
      desiredNumberScheduled: 1,
      updatedNumberScheduled: 1,
      numberMisscheduled: 0,
      numberReady: 1,
      numberAvailable: 1,
    });
  });

  it('of kind DaemonSet is wanted nowhere when its nodeSelector is of no node', async () => {
    await apply('DaemonSet', 'idle', {}, { nodeSelector: { 'flagger.app/scale-to-zero': 'true' } });
    assert.deepEqual(numbers(await observed('DaemonSet', 'idle')), {
      observedGeneration: 1,
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
    });
  });

  it('of kind DaemonSet is not available while an image of it cannot be pulled', async () => {
    await apply('DaemonSet', 'broken', {}, withImage(unpullable));
    const { desiredNumberScheduled, numberReady, numberAvailable, numberUnavailable } = numbers(
      await observed('DaemonSet', 'broken'),
    );
    assert.deepEqual([desiredNumberScheduled, numberReady, numberAvailable, numberUnavailable], [1, 0, undefined, 1]);
  });
});
