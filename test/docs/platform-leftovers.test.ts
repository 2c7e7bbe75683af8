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

  /** When it has made something, and looks at it: for long enough to be killed. */
  async function killed(suite: SuiteName, env: Record<string, string> = {}): Promise<string[]> {
    const looks = (['get', 'list'] as const).map((verb) =>
      platform.kubernetes.misbehave({ verb }, { kind: 'delay', milliseconds: 1500 }),
    );
    const isThere = () =>
      until('it makes something', async () => ((await platform.left()).length > 0 ? [] : ['none']), 15_000);
    await platform.run(suite, { env, killedWhen: isThere });
    for (const stop of looks) stop();
    return platform.left();
  }

  for (const suite of suiteNames.filter((name) => name !== 'dns'))
    it(`is gone when the next run of ${suite} has ended`, async () => {
      assert.notDeepEqual(await killed(suite), []);
      const { status, output } = await platform.run(suite);
      assert.equal(status, 0, output);
      await until('nothing is left', platform.left, 5000);
    });

  // Of each kind that there is; the test after it has that all others are one of these.
  const ofEachKind = ['deployment', 'service', 'http'] as const;
  for (const suite of ofEachKind)
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
    const kinds = ofEachKind.map((suite) => makes(suite).join());
    for (const suite of suiteNames) {
      assert.ok([...kinds, ''].includes(makes(suite).join()), suite);
      const rights = rightsOf(objects).filter((right) => right.suite === suite && ofRole(right));
      assert.deepEqual(rights.map(({ resource }) => resource).sort(), [...makes(suite)].sort(), suite);
    }
  });

  it('goes with the pod of its test, where that is in the same namespace', async () => {
    const { kubernetes } = platform;
    const key = { apiVersion: 'v1', kind: 'Pod', namespace: 'e2e-service', name: 'the-test' };
    const { apiVersion, kind, ...metadata } = key;
    const spec = { schedulingGates: [{ name: 'example.com/never' }], containers: [{ name: 'e2e', image: 'node:24' }] };
    const pod = await kubernetes.apply({ apiVersion, kind, metadata, spec });
    const env = { POD_NAME: key.name, POD_UID: pod.metadata.uid ?? '', POD_NAMESPACE: key.namespace };

    const services = { apiVersion: 'v1', kind: 'Service', namespace: key.namespace };
    const ownerOf = async () => (await kubernetes.list(services, 'e2etest-suite'))[0]?.metadata.ownerReferences;
    await killed('service', { ...env, POD_NAMESPACE: 'elsewhere' });
    assert.equal(await ownerOf(), undefined);
    await platform.run('service');

    await killed('service', env);
    assert.deepEqual(await ownerOf(), [{ apiVersion, kind, name: key.name, uid: pod.metadata.uid }]);
    await kubernetes.delete(key);
    await until('it is collected', platform.left, 5000);
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
