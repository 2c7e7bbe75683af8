// examples/deployment.yaml: the verifier as a Knative Service has it, without Knative.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { healthPaths } from '../../function/flagger/hooks.ts';
import { at, type Resource, read, resources, root } from '../support/documents.ts';

const file = 'examples/deployment.yaml';
const objects = resources(read(file));
const base = ['rbac', 'service'].flatMap((name) => resources(read(`knative/base/${name}.yaml`)));

const named = (all: Resource[], kind: string, name = 'e2e-verifier'): Resource => {
  const [one, ...more] = all.filter((object) => object.kind === kind && object.metadata.name === name);
  assert.ok(one !== undefined && more.length === 0, `one ${kind} ${name}`);
  return one;
};
const { version, config } = JSON.parse(read('package.json'));
const image = `${config.image}:${version}`;

const pod = at(named(objects, 'Deployment'), 'spec', 'template');
const main = at(pod, 'spec', 'containers', 0);
const knativePod = at(named(base, 'Service'), 'spec', 'template');
const knativeMain = at(knativePod, 'spec', 'containers', 0);

describe(file, () => {
  it('brings exactly these objects, in the namespace default where they are in one', () => {
    assert.deepEqual(
      objects.map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name].filter(Boolean).join(' ')),
      [
        'ServiceAccount default e2e-verifier',
        'ClusterRole e2e-verifier',
        'RoleBinding default e2e-verifier',
        'ClusterRole e2especs-edit',
        'ClusterRole e2especs-view',
        'ClusterRole canary-gatekeeper',
        'Deployment default e2e-verifier',
        'Service default e2e-verifier',
        'PodDisruptionBudget default e2e-verifier',
        'ServiceAccount default e2e-test-runner',
        'Role default e2e-test-runner',
        'RoleBinding default e2e-test-runner',
      ],
    );
  });

  const rights = resources(read('knative/base/rbac.yaml'));
  for (const { kind, metadata } of rights)
    it(`has the ${kind} ${metadata.name} of knative/base/rbac.yaml`, () => {
      const found = structuredClone(named(objects, kind, metadata.name));
      // What kustomize adds to a file that says no namespace: install-files.test.ts
      delete found.metadata.namespace;
      for (const subject of (found['subjects'] as Record<string, unknown>[] | undefined) ?? []) {
        assert.equal(subject['namespace'], 'default');
        delete subject['namespace'];
      }
      assert.deepEqual(found, named(rights, kind, metadata.name));
    });

  it('has the pod of the Knative Service: account, labels, environment, resources, security context', () => {
    assert.equal(at(pod, 'spec', 'serviceAccountName'), at(knativePod, 'spec', 'serviceAccountName'));
    assert.deepEqual(at(pod, 'metadata', 'labels'), at(knativePod, 'metadata', 'labels'));
    for (const field of ['env', 'resources', 'securityContext'])
      assert.deepEqual(at(main, field), at(knativeMain, field), field);
    const port = at(main, 'ports', 0, 'containerPort');
    assert.equal(port, at(knativeMain, 'ports', 0, 'containerPort'));
    const deadline = at(named(objects, 'Deployment'), 'spec', 'progressDeadlineSeconds');
    assert.equal(`${deadline}s`, at(knativePod, 'metadata', 'annotations', 'serving.knative.dev/progress-deadline'));
  });

  it('is answered by its pods at the URL without a port that every webhook has', () => {
    const service = named(objects, 'Service');
    const selector = at(service, 'spec', 'selector') as Record<string, string>;
    const labels = at(pod, 'metadata', 'labels') as Record<string, string>;
    for (const [key, value] of Object.entries(selector)) assert.equal(labels[key], value);
    assert.deepEqual(at(service, 'spec', 'ports'), [{ name: 'http', port: 80, targetPort: 'http' }]);
    assert.equal(at(main, 'ports', 0, 'name'), 'http');
    assert.deepEqual(at(named(objects, 'Deployment'), 'spec', 'selector', 'matchLabels'), selector);
    assert.deepEqual(at(named(objects, 'PodDisruptionBudget'), 'spec', 'selector', 'matchLabels'), selector);
  });

  it('is probed where the function is asked for its health', () => {
    const [readiness, liveness] = ['readinessProbe', 'livenessProbe'].map((probe) => at(main, probe, 'httpGet'));
    assert.deepEqual(readiness, { path: '/health/readiness', port: 'http' });
    assert.deepEqual(liveness, { path: '/health/liveness', port: 'http' });
    for (const probe of [readiness, liveness]) assert.ok(healthPaths.includes(String(at(probe, 'path'))));
  });

  it('has its pods spread over the nodes where that is possible, each revision by itself', () => {
    const selected = at(named(objects, 'Deployment'), 'spec', 'selector');
    assert.deepEqual(at(pod, 'spec', 'topologySpreadConstraints'), [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: selected,
        matchLabelKeys: ['pod-template-hash'],
      },
    ]);
  });

  it('gives a pod the time to answer all calls that come before its end is known everywhere', () => {
    const source = read('function/http/shutdown.ts');
    const constant = (name: string): number => Number(new RegExp(`const ${name} = (\\d+);`).exec(source)?.[1]);
    const [, budget] = /integer\('CALL_BUDGET_MS', (\d+),/.exec(read('function/config.ts')) ?? [];
    const sleep = Number(at(main, 'lifecycle', 'preStop', 'sleep', 'seconds'));
    const needed = sleep + (constant('lingering') + Number(budget) + constant('reserve')) / 1000;
    assert.ok(needed > 10 && needed <= Number(at(pod, 'spec', 'terminationGracePeriodSeconds')), `${needed} s`);
  });

  it('names the image of package.json, in its text too', () => {
    assert.equal(at(main, 'image'), image);
    assert.deepEqual([...new Set(read(file).match(/ghcr\.io\/[^\s|]+/g))], [image]);
  });

  it('gets your image by the command of its text', () => {
    const [, command = ''] = /^# {3}(sed .*) \| kubectl apply -f -$/m.exec(read(file)) ?? [];
    const told = resources(execFileSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' }));
    const own = at(named(told, 'Deployment'), 'spec', 'template', 'spec', 'containers', 0, 'image');
    assert.equal(own, `registry.example.com/e2e-verifier:${version}`);
  });

  it('has the account of e2espec-comprehensive.yaml, which may do nothing that a Secret could be had by', () => {
    const [spec] = resources(read('examples/e2espec-comprehensive.yaml'));
    assert.equal(at(spec, 'spec', 'serviceAccountName'), 'e2e-test-runner');
    assert.deepEqual(named(objects, 'Role', 'e2e-test-runner')['rules'], [
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    ]);
  });
});
