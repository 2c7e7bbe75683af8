/**
 * What a suite of examples/platform leaves when it is killed is gone with its pod, or when the next run has ended.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { at } from '../support/documents.ts';
import { type Platform, startPlatform, testNamespace } from '../support/platform/embedded.ts';
import { type Right, rightsOf } from '../support/platform/rights.ts';
import { folder, kustomized, type SuiteName, suiteNames } from '../support/platform/suites.ts';
import { until } from '../support/until.ts';

const objects = kustomized();
const podSpecOf = (suite: SuiteName) =>
  at(
    objects.find(({ kind, metadata }) => kind === 'E2ESpec' && metadata.name === suite),
    'spec',
    'podTemplate',
    'spec',
  );
/** As the arguments of its sidecar. */
const makes = (suite: SuiteName) => (at(podSpecOf(suite), 'initContainers', 0, 'args') ?? []) as string[];

describe('What is left of examples/platform', () => {
  let platform: Platform;
  before(async () => {
    platform = await startPlatform();
  });
  after(() => platform.kubernetes.stop());

  /** While nothing is removed, so that it is there for long enough to be killed. */
  async function killed(suite: SuiteName, env: Record<string, string> = {}): Promise<string[]> {
    const stop = platform.kubernetes.misbehave({ verb: 'delete' }, { kind: 'delay', milliseconds: 1000 });
    const isThere = () =>
      until('it makes something', async () => ((await platform.left()).length > 0 ? [] : ['none']), 9000);
    await platform.run(suite, { env, killedWhen: isThere });
    stop();
    return platform.left();
  }

  for (const suite of suiteNames.filter((name) => name !== 'dns'))
    it(`is gone when the next run of ${suite} has ended`, async () => {
      assert.notDeepEqual(await killed(suite), []);
      const { status, output } = await platform.run(suite);
      assert.equal(status, 0, output);
      await until('nothing is left', platform.left, 5000);
    });

  for (const suite of suiteNames.filter((name) => makes(name).length > 0))
    it(`is removed by the sidecar of ${suite} when its pod ends, and what others have made is not`, async () => {
      const run = randomUUID();
      const janitor = spawn(process.execPath, [join(folder, 'specs/janitor.ts'), ...makes(suite)], {
        env: { API_URL: platform.kubernetes.url, TEST_NAMESPACE: testNamespace(suite), POD_UID: run },
      });
      let output = '';
      for (const stream of [janitor.stdout, janitor.stderr]) stream.on('data', (part) => (output += String(part)));
      const closed = new Promise((resolve) => janitor.on('close', resolve));
      const namespace = testNamespace(suite);
      const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'of-people', namespace } };
      await platform.kubernetes.apply({ ...service, spec: { ports: [{ port: 80 }] } });
      assert.notDeepEqual(await killed(suite, { POD_UID: run }), []);
      janitor.kill('SIGTERM');
      await closed;
      assert.deepEqual(await platform.left(), [], output);
      assert.notEqual(await platform.kubernetes.get({ ...service, namespace, name: 'of-people' }), undefined);
    });

  it('may be removed by the account of its suite: what the sidecar removes is what the Role says', () => {
    const ofRole = ({ verb }: Right) => verb === 'deletecollection';
    for (const suite of suiteNames) {
      const rights = rightsOf(objects).filter((right) => right.suite === suite && ofRole(right));
      assert.deepEqual(rights.map(({ resource }) => resource).sort(), [...makes(suite)].sort(), suite);
    }
  });

  it('belongs to the pod of the test, where that is in the same namespace', async () => {
    const pod = { POD_NAME: 'the-test', POD_UID: randomUUID() };
    const owners = async (POD_NAMESPACE: string) => {
      await killed('service', { ...pod, POD_NAMESPACE });
      const [made] = await platform.kubernetes.list(
        { apiVersion: 'v1', kind: 'Service', namespace: 'e2e-service' },
        'e2etest-suite',
      );
      await platform.run('service');
      return made?.metadata.ownerReferences;
    };
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'the-test', uid: pod.POD_UID };
    assert.deepEqual([await owners('e2e-service'), await owners('elsewhere')], [[owner], undefined]);
  });

  it('is a namespace only where the suite has made it', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kubee2etests' } };
    await platform.kubernetes.apply(namespace);
    const { result } = await platform.run('namespace');
    assert.match(result.failures[0]?.message ?? '', /^api\.conflict: create namespaces: /);
    const response = await fetch(`${platform.kubernetes.url}/api/v1/namespaces/kubee2etests`);
    assert.equal(((await response.json()) as { status: { phase: string } }).status.phase, 'Active');
  });
});
