/**
 * examples/periodic on the cluster: its CronJob's Jobs, run by hand, with the account and the image that it names.
 */
import assert from 'node:assert/strict';
import { at, read, resources } from '../support/documents.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { isTrue } from '../support/scenario.ts';
import { until } from '../support/until.ts';
import { deployedImage } from './installation.ts';
import { kubectl } from './kubectl.ts';
import { connect } from './kubernetes.ts';
import { longestTest, patience } from './patience.ts';
import { openTo } from './wirings.ts';

const file = 'examples/periodic/periodic.yaml';

describe('examples/periodic', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let namespace: string;
  before(async () => {
    kubernetes = await connect();
    namespace = await kubernetes.namespace();
    await kubernetes.apply(openTo(namespace, 'default'));
    const image = await deployedImage();
    for (const object of resources(read(file).replace(/image: ghcr\.io\S+/, `image: ${image}`)))
      await kubernetes.apply({ ...object, metadata: { ...object.metadata, namespace } } as KubernetesObject);
  });
  after(() => kubernetes?.stop());

  const e2eSpec = () => ({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: 'shop-smoke' });

  /** By hand, as the README has it. Resolves to its end and to what it has printed. */
  async function runNow(name: string): Promise<{ end: 'Complete' | 'Failed'; output: string }> {
    await kubectl(['create', 'job', name, '--from=cronjob/shop-smoke', '-n', namespace]);
    const key = { apiVersion: 'batch/v1', kind: 'Job', namespace, name };
    let job: KubernetesObject | undefined;
    const isOver = async () => {
      job = await kubernetes.get(key);
      return isTrue(job, 'Complete') || isTrue(job, 'Failed')
        ? []
        : [`Job ${name}: ${JSON.stringify(at(job, 'status'))}`];
    };
    await until(`Job ${name} is over`, isOver, patience.ms);
    const output = await kubectl(['logs', `job/${name}`, '-n', namespace]);
    return { end: isTrue(job, 'Complete') ? 'Complete' : 'Failed', output };
  }

  async function records(): Promise<unknown[]> {
    const runs = at(await kubernetes.get(e2eSpec()), 'status', 'runs');
    return Array.isArray(runs) ? runs.map((run) => [at(run, 'trigger'), at(run, 'id'), at(run, 'verdict')]) : [];
  }

  it('fails its Job when the test does, and says why', async () => {
    const { end, output } = await runNow('smoke-fails');
    assert.equal(end, 'Failed', output);
    assert.match(output, /shop\.example\.com\/ does not answer/);
    assert.deepEqual(await records(), [['request', 'smoke-fails', 'Failed']]);
  });

  it('completes it when the test passes, on record beside the run before', async () => {
    await kubernetes.patch(e2eSpec(), { spec: { args: ['echo all is well'] } });
    const { end, output } = await runNow('smoke-passes');
    assert.equal(end, 'Complete', output);
    assert.deepEqual(await records(), [
      ['request', 'smoke-passes', 'Passed'],
      ['request', 'smoke-fails', 'Failed'],
    ]);
  });

  it('may have no other test run, and start no Job', async () => {
    const account = `system:serviceaccount:${namespace}:shop-smoke`;
    const may = (...args: string[]) =>
      kubectl(['auth', 'can-i', ...args, '-n', namespace, '--as', account]).then(
        (out) => out.trim(),
        () => 'no',
      );
    assert.equal(await may('create', 'e2especs.remarkable.com/shop-smoke', '--subresource=run'), 'yes');
    assert.equal(await may('create', 'e2especs.remarkable.com/other', '--subresource=run'), 'no');
    assert.equal(await may('create', 'jobs'), 'no');
  });
});
