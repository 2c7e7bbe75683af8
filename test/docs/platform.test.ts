/**
 * The suites of examples/platform on a laptop: applied as people apply them, run against the embedded API as far as that goes.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { at, parse, read } from '../support/documents.ts';
import { type Platform, startPlatform } from '../support/platform/embedded.ts';
import { folder, kustomized, namespaceOf, type SuiteName, steps, suiteNames } from '../support/platform/suites.ts';

const noPod = '0 nodes: no pod runs here';
const outside = 'outside of the cluster: its pods, Services and DNS cannot be reached';
/** What of each suite is skipped where there is no cluster, and why: the numbers of its steps. */
const skipped: Record<SuiteName, [step: number, why: string][]> = {
  namespace: [],
  deployment: [
    [1, noPod],
    [2, noPod],
    [3, '0 nodes, 3 are needed'],
    [4, '0 zones, 3 are needed'],
  ],
  'deployment-update': [0, 2, 3].map((step) => [step, noPod]),
  'deployment-scale': [0, 2, 3].map((step) => [step, noPod]),
  service: [],
  'deployment-service': [[2, noPod]],
  'deployment-scale-service': [[1, noPod]],
  http: [[1, noPod], ...[2, 3, 4, 5, 6, 7, 8].map((step): [number, string] => [step, outside])],
  'http-update': [
    [1, noPod],
    [3, noPod],
    [4, noPod],
    [5, outside],
    [6, outside],
  ],
  dns: [[0, outside]],
};

describe('examples/platform', () => {
  it('mounts every spec file and helper', () => {
    const generators = at(parse(read('examples/platform/specs/kustomization.yaml'))[0], 'configMapGenerator');
    const there = readdirSync(join(folder, 'specs')).filter((name) => name.endsWith('.ts'));
    assert.deepEqual(at(generators, 0, 'files'), there.sort());
    assert.deepEqual(
      there.filter((name) => name.endsWith('.spec.ts')),
      suiteNames.map((name) => `${name}.spec.ts`).sort(),
    );
  });

  it('has for each suite a namespace with a quota and a policy, and all of it there', () => {
    const objects = kustomized();
    for (const suite of suiteNames) {
      const inIt = objects.filter(({ metadata }) => metadata.namespace === namespaceOf(suite));
      const kinds = new Set(inIt.map(({ kind }) => kind));
      for (const kind of ['E2ESpec', 'ConfigMap', 'ResourceQuota', 'NetworkPolicy', 'RoleBinding'])
        assert.ok(kinds.has(kind), `${suite}: ${kind}`);
      const configMaps = inIt.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name);
      const spec = inIt.find(({ kind }) => kind === 'E2ESpec')?.['spec'];
      for (const mount of at(spec, 'configMaps') as { name: string }[]) assert.ok(configMaps.includes(mount.name));
      assert.ok(configMaps.includes('platform-settings'));
    }
  });

  it('has every setting of settings.env in settings.ts, with the same default, but for the address of the bridge', () => {
    const source = read('examples/platform/specs/settings.ts');
    const lines = read('examples/platform/specs/settings.env').trim().split('\n');
    for (const line of lines) {
      const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/.exec(line) ?? assert.fail(line);
      const inCode = new RegExp(`'${name}', '(.*?)'`).exec(source)?.[1];
      // The runner's own.
      if (name === 'SPEC_TIMEOUT_MS') continue;
      if (name === 'CUSTOM_TEST_DEPLOYMENT_LABELS') {
        assert.equal(value, '{}');
        continue;
      }
      assert.equal(inCode, name === 'STATSD_HOST' ? value.split('.')[0] : value, name);
    }
  });

  describe('on the embedded API', () => {
    let platform: Platform;
    before(async () => {
      platform = await startPlatform();
    });
    after(() => platform.kubernetes.stop());

    for (const suite of suiteNames)
      it(`runs ${suite} step by step as far as it goes without a cluster, says what it skips, and leaves nothing`, async () => {
        const ran = await platform.run(suite);
        const expected = steps[suite].map((sentence, step) => {
          const [, why = ''] = skipped[suite].find(([number]) => number === step) ?? [];
          return { sentence, how: why === '' ? 'passed' : 'skipped', why };
        });
        assert.deepEqual(ran.steps, expected, ran.output);
        const isTried = skipped[suite].length < steps[suite].length;
        assert.deepEqual([ran.status, ran.result.failed], [isTried ? 0 : 1, 0]);
        assert.deepEqual(await platform.left(), []);
      });

    const inNamespace = suiteNames.filter((suite) => suite !== 'namespace' && suite !== 'dns');
    for (const suite of inNamespace)
      it(`cannot be judged where its namespace is not there: ${suite}`, async () => {
        const { status, result, steps: seen } = await platform.run(suite, { env: { TEST_NAMESPACE: 'no-such' } });
        assert.deepEqual([status, result.total, result.failures], [0, 0, [{ name: 'namespace no-such is not there' }]]);
        assert.deepEqual(new Set(seen.map(({ how }) => how)), new Set(['inconclusive', 'skipped']));
      });

    it('goes on where a call does not come through, and fails with the words of one that never does', async () => {
      const { kubernetes } = platform;
      const match = { verb: 'get', resource: 'services' } as const;
      kubernetes.misbehave({ ...match, times: 2 }, { kind: 'reset' });
      assert.equal((await platform.run('service')).status, 0);
      const stop = kubernetes.misbehave(match, { kind: 'status', code: 500 });
      const { result } = await platform.run('service');
      stop();
      assert.match(result.failures[0]?.message ?? '', /^api\.internal_server_error: get services: /);
      assert.deepEqual(await platform.left(), []);
    });

    it('fails at the step that finds what is wrong, and tries none after it', async () => {
      const { kubernetes } = platform;
      const metadata = { name: 'kubee2etests', namespace: 'e2e-service' };
      await kubernetes.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } });
      const { result, steps: seen } = await platform.run('service');
      await kubernetes.delete({ apiVersion: 'v1', kind: 'Service', ...metadata });
      assert.equal(result.failed, 1);
      assert.match(result.failures[0]?.name ?? '', /^service › create service in namespace$/);
      assert.match(result.failures[0]?.message ?? '', /^api\.conflict: create services: .*already exists/);
      const after = 'after: create service in namespace';
      assert.deepEqual(
        seen.slice(1).map(({ how, why }) => [how, why]),
        Array(3).fill(['skipped', after]),
      );
    });
  });
});
