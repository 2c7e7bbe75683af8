/**
 * Deletion and what follows from it.
 */
import assert from 'node:assert/strict';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../index.ts';
import { field, job, jobsIn, send, shell, until } from './harness.ts';

describe('deleting on the embedded Kubernetes', function () {
  this.timeout(10_000);
  let kubernetes: EmbeddedKubernetes;
  let namespace: string;
  let jobs: ReturnType<typeof jobsIn>;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes({ speed: 5 });
    namespace = await kubernetes.namespace();
    jobs = jobsIn(kubernetes, namespace);
  });
  after(() => kubernetes.stop());
  const key = (name: string) => ({ apiVersion: 'batch/v1', kind: 'Job', namespace, name });
  const start = async (name: string, script = 'trap "exit 1" TERM; sleep 300 & wait') => {
    const created = await kubernetes.apply(
      job(namespace, name, shell(script), {}, { terminationGracePeriodSeconds: 2 }),
    );
    await until('a running pod', async () => field(await jobs.get(name), 'status', 'ready') === 1);
    return created;
  };

  it('a Job in the background removes it at once and its pods after it', async () => {
    await start('background');
    await kubernetes.delete(key('background'), 'Background');
    assert.equal(await jobs.get('background'), undefined);
    assert.equal((await jobs.pods('background')).length, 1);
    await until('the pods to go', async () => (await jobs.pods('background')).length === 0);
  });

  it('a Job in the foreground keeps it, being deleted, until its pods are gone', async () => {
    await start('foreground', 'sleep 300');
    await kubernetes.delete(key('foreground'), 'Foreground');
    const going = await jobs.get('foreground');
    assert.ok(going?.metadata.deletionTimestamp);
    assert.deepEqual(going.metadata.finalizers, ['foregroundDeletion']);
    await until('the Job to go', async () => (await jobs.get('foreground')) === undefined);
    assert.deepEqual(await jobs.pods('foreground'), []);
  });

  it('a Job without a word about it orphans its pods', async () => {
    await start('orphaning');
    await send(kubernetes.url, 'DELETE', `/apis/batch/v1/namespaces/${namespace}/jobs/orphaning`);
    await until('the Job to go', async () => (await jobs.get('orphaning')) === undefined);
    const [pod] = await jobs.pods('orphaning');
    assert.equal(pod?.metadata.ownerReferences, undefined);
    assert.equal(pod?.metadata.deletionTimestamp, undefined);
    await until(
      'its finalizer to go',
      async () => (await jobs.pods('orphaning'))[0]?.metadata.finalizers === undefined,
    );
  });

  it('an owner takes its dependents along, to the last process', async () => {
    const canary = await kubernetes.apply({
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'owner', namespace },
      spec: {},
    });
    const owned = job(namespace, 'owned', shell('sleep 300'), {}, { terminationGracePeriodSeconds: 1 });
    const owner = {
      apiVersion: canary.apiVersion,
      kind: 'Canary',
      name: 'owner',
      uid: canary.metadata.uid ?? '',
      controller: true,
    };
    await kubernetes.apply({ ...owned, metadata: { ...owned.metadata, ownerReferences: [owner] } });
    await until('a pod', async () => (await jobs.pods('owned')).length === 1);
    await kubernetes.delete({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'owner' });
    await until('the Job to go', async () => (await jobs.get('owned')) === undefined);
    await until('its pods to go', async () => (await jobs.pods('owned')).length === 0);
  });

  it('an object whose owner never was removes the object', async () => {
    const owner = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'nobody', uid: 'none' };
    await kubernetes.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'stray', namespace, ownerReferences: [owner] },
    });
    const gone = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'stray' };
    await until('it to go', async () => (await kubernetes.get(gone)) === undefined);
  });

  it('a namespace empties it first', async () => {
    const own = await kubernetes.namespace();
    // Longer than the next two requests take on a busy machine.
    await kubernetes.apply(job(own, 'inside', shell('sleep 300'), {}, { terminationGracePeriodSeconds: 4 }));
    await until('a pod', async () => (await jobsIn(kubernetes, own).pods('inside')).length === 1);
    await send(kubernetes.url, 'DELETE', `/api/v1/namespaces/${own}`);
    const { body } = await send(kubernetes.url, 'GET', `/api/v1/namespaces/${own}`);
    assert.equal(field(body, 'status', 'phase'), 'Terminating');
    await until('it to go', async () => (await send(kubernetes.url, 'GET', `/api/v1/namespaces/${own}`)).code === 404);
  });
});
