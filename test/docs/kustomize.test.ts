// What kubectl apply -k gives, for each choice of namespaces: who may do what where.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { at, isKustomization, parse, type Resource, read, resources, root, yamlFiles } from '../support/documents.ts';
import { coreProblems } from './core.ts';

const name = ({ kind, metadata }: Resource): string =>
  [kind, metadata.namespace, metadata.name].filter(Boolean).join(' ');

const container = ['spec', 'template', 'spec', 'containers', 0];
const everywhere = ['canary-gatekeeper', 'e2e-verifier', 'e2especs-edit', 'e2especs-view'].map(
  (name) => `ClusterRole ${name}`,
);
const choices: [folder: string, rights: string[], home: string][] = [
  ['knative', [...everywhere, 'RoleBinding default e2e-verifier'], 'default'],
  ['knative/overlays/cluster-wide', [...everywhere, 'ClusterRoleBinding e2e-verifier'], 'default'],
  [
    'knative/overlays/namespaces',
    [...everywhere, 'RoleBinding shop e2e-verifier', 'RoleBinding staging e2e-verifier'],
    'default',
  ],
  ['knative/overlays/single-namespace', ['Role shop e2e-verifier', 'RoleBinding shop e2e-verifier'], 'shop'],
];

const page = ['ServiceAccount default e2e-status', 'ClusterRole e2e-status', 'ClusterRoleBinding e2e-status'];
/** Applied beside one of them. */
const additions: [folder: string, objects: string[]][] = [
  [
    'knative/overlays/admission-policy',
    [
      ...['Policy', 'PolicyBinding'].flatMap((kind) =>
        ['jobs', 'pods', 'status'].map((what) => `ValidatingAdmission${kind} e2e-verifier-${what}`),
      ),
    ],
  ],
  ['knative/overlays/network-policy', ['NetworkPolicy default e2e-verifier']],
  ['knative/overlays/status', [...page, 'Service default e2e-status']],
  [
    'knative/overlays/status-published',
    [...page, ...['Deployment', 'Service', 'Ingress', 'HTTPRoute'].map((kind) => `${kind} default e2e-status`)],
  ],
];

const ofKubeStateMetrics = [
  'ClusterRole e2e-kube-state-metrics',
  'ClusterRoleBinding e2e-kube-state-metrics',
  'ConfigMap monitoring e2e-custom-resource-state',
  'Deployment monitoring e2e-kube-state-metrics',
  'Service monitoring e2e-kube-state-metrics',
  'ServiceAccount monitoring e2e-kube-state-metrics',
];
/** Applied to a cluster with or without the verifier. */
const monitoring: [folder: string, objects: string[]][] = [
  [
    'knative/monitoring',
    [
      'ConfigMap monitoring e2e-custom-resource-state',
      'ConfigMap monitoring e2e-verifier-dashboard',
      'PrometheusRule monitoring e2e-verifier',
    ],
  ],
  ['knative/monitoring/kube-state-metrics', ofKubeStateMetrics],
  [
    'knative/monitoring/prometheus',
    [
      ...ofKubeStateMetrics,
      'ClusterRole e2e-prometheus',
      'ClusterRoleBinding e2e-prometheus',
      'ConfigMap monitoring e2e-alertmanager',
      'ConfigMap monitoring e2e-prometheus',
      'Deployment monitoring e2e-alertmanager',
      'Deployment monitoring e2e-prometheus',
      'Namespace monitoring',
      'Service monitoring e2e-alertmanager',
      'Service monitoring e2e-prometheus',
      'ServiceAccount monitoring e2e-prometheus',
    ],
  ],
];
/** Parts of the others. */
const bases = ['knative/base', 'knative/monitoring/custom-resource-state', 'knative/monitoring/dashboard'];
/** For Helm. */
const values = 'knative/monitoring/kube-prometheus-stack.values.yaml';

const kustomizations = yamlFiles('knative').filter(isKustomization);
const resourcesOf = (document: unknown) => (at(document, 'resources') ?? []) as string[];
/** Files that become ConfigMaps, without the keys that they get there. */
const contentsOf = (document: unknown) =>
  ((at(document, 'configMapGenerator') ?? []) as { files: string[] }[]).flatMap(({ files }) =>
    files.map((file) => file.replace(/^.*=/, '')),
  );

describe('the kustomizations', () => {
  it('are the ones of this test, and their bases', () => {
    const folders = [...[...choices, ...additions, ...monitoring].map(([folder]) => folder), ...bases];
    assert.deepEqual(kustomizations, folders.map((folder) => `${folder}/kustomization.yaml`).sort());
  });

  for (const file of kustomizations)
    it(`${file} names files and folders that are there`, () => {
      const [document] = parse(read(file));
      const named = [...resourcesOf(document), ...contentsOf(document)];
      assert.ok(named.length > 0);
      for (const resource of named) assert.ok(existsSync(join(root, dirname(file), resource)), resource);
    });

  it('leave no file of knative/ unused but the chart', () => {
    const used = kustomizations.flatMap((file) => {
      const [document] = parse(read(file));
      return [...resourcesOf(document), ...contentsOf(document)].map((resource) => join(dirname(file), resource));
    });
    const isOfHelm = (file: string) => file.startsWith('knative/chart/') || file === values;
    const others = yamlFiles('knative').filter((file) => !kustomizations.includes(file) && !isOfHelm(file));
    assert.deepEqual(others, used.filter((file) => file.endsWith('.yaml')).sort());
  });
});

describe('kubectl apply -k', function () {
  this.timeout(30_000);
  before(function () {
    if (spawnSync('kubectl', ['version', '--client']).status === 0) return;
    console.log('      no kubectl on this machine: what kustomizations render to is not tested');
    this.skip();
  });

  for (const [folder, rights, home] of choices)
    it(`${folder} gives the verifier in ${home} exactly its rights`, () => {
      const { stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { cwd: root, encoding: 'utf8' });
      assert.equal(stderr, '');
      const rendered = resources(stdout);
      const verifier = [`Service ${home} e2e-verifier`, `ServiceAccount ${home} e2e-verifier`];
      assert.deepEqual(rendered.map(name).sort(), [...rights, ...verifier].sort());

      const subject = { kind: 'ServiceAccount', name: 'e2e-verifier', namespace: home };
      const role = rendered.find(({ kind, metadata }) => /Role$/.test(kind) && metadata.name === 'e2e-verifier');
      for (const binding of rendered.filter(({ kind }) => kind.endsWith('RoleBinding'))) {
        assert.deepEqual(binding['subjects'], [subject]);
        assert.equal(at(binding, 'roleRef', 'kind'), role?.kind);
      }
      const image = at(
        rendered,
        rendered.findIndex(({ kind }) => kind === 'Service'),
        ...container,
        'image',
      );
      assert.match(String(image), /^[^/]+\/e2e-verifier:[^:]+$/);
    });
});

describe('kubectl apply -k beside an installation', function () {
  this.timeout(30_000);
  before(function () {
    if (spawnSync('kubectl', ['version', '--client']).status !== 0) this.skip();
  });

  for (const [folder, objects] of additions)
    it(`${folder} adds ${objects.length} objects, and changes none of its`, () => {
      const { stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { cwd: root, encoding: 'utf8' });
      assert.equal(stderr, '');
      assert.deepEqual(resources(stdout).map(name).sort(), [...objects].sort());
    });
});

describe('kubectl apply -k for monitoring', function () {
  this.timeout(30_000);
  before(function () {
    if (spawnSync('kubectl', ['version', '--client']).status !== 0) this.skip();
  });

  for (const [folder, objects] of monitoring)
    it(`${folder} gives ${objects.length} objects that the API server takes, with no unknown field`, () => {
      const { stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { cwd: root, encoding: 'utf8' });
      assert.equal(stderr, '');
      const rendered = resources(stdout);
      const withoutHash = (each: string) => each.replace(/^(ConfigMap .*(?:manager|prometheus))-[a-z\d]{10}$/, '$1');
      assert.deepEqual(rendered.map(name).map(withoutHash).sort(), [...objects].sort());
      // A PrometheusRule is the operator's: monitoring.test.ts.
      for (const object of rendered.filter(({ kind }) => kind !== 'PrometheusRule'))
        assert.deepEqual(coreProblems(object), [], name(object));
    });

  it('knative/monitoring has the labels by which a Prometheus selects its rules in one place', () => {
    const [kustomization] = parse(read('knative/monitoring/kustomization.yaml'));
    const pairs = at(kustomization, 'labels', 0, 'pairs') as Record<string, string>;
    assert.deepEqual(Object.keys(pairs), ['release']);
    const { stdout } = spawnSync('kubectl', ['kustomize', 'knative/monitoring'], { cwd: root, encoding: 'utf8' });
    const rule = resources(stdout).find(({ kind }) => kind === 'PrometheusRule');
    assert.deepEqual({ ...rule?.metadata.labels, ...pairs }, rule?.metadata.labels);
  });

  it('knative/monitoring/prometheus has pods that are allowed under the Pod Security level restricted', () => {
    const { stdout } = spawnSync('kubectl', ['kustomize', monitoring[2]?.[0] ?? ''], { cwd: root, encoding: 'utf8' });
    const deployments = resources(stdout).filter(({ kind }) => kind === 'Deployment');
    assert.equal(deployments.length, 3);
    const [service] = resources(read('knative/base/service.yaml'));
    for (const deployment of deployments)
      assert.deepEqual(at(deployment, ...container, 'securityContext'), {
        ...(at(service, ...container, 'securityContext') as object),
        runAsUser: 65_534,
      });
  });
});

describe('knative/overlays/network-policy', () => {
  const [policy] = resources(read('knative/overlays/network-policy/networkpolicy.yaml'));

  it('selects the pods of the Knative Service, and leaves the port of the function closed', () => {
    const [service] = resources(read('knative/base/service.yaml'));
    const selected = at(policy, 'spec', 'podSelector', 'matchLabels');
    assert.deepEqual(selected, { 'serving.knative.dev/service': service?.metadata.name });
    const ports = (at(policy, 'spec', 'ingress', 0, 'ports') as { port: number }[]).map(({ port }) => port);
    assert.ok(ports.includes(8012));
    assert.ok(!ports.includes(Number(at(service, ...container, 'ports', 0, 'containerPort'))));
  });
});

describe('knative/base/service.yaml', () => {
  const [service] = resources(read('knative/base/service.yaml'));
  const template = at(service, 'spec', 'template');
  const main = at(service, ...container);

  it('is reachable inside the cluster only', () => {
    assert.equal(service?.metadata.labels?.['networking.knative.dev/visibility'], 'cluster-local');
  });

  it('runs under the Pod Security level restricted, without a writable root', () => {
    assert.deepEqual(at(main, 'securityContext'), {
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  it('has no CPU limit and no probe of its own, which would slow each cold start', () => {
    assert.deepEqual(Object.keys(at(main, 'resources', 'limits') as object), ['memory']);
    assert.equal(at(main, 'readinessProbe') ?? at(main, 'livenessProbe'), undefined);
  });

  it('is found by kubectl logs -l app=e2e-verifier', () => {
    assert.equal(at(template, 'metadata', 'labels', 'app'), 'e2e-verifier');
  });

  it('says the same as func.yaml, where func can say it', () => {
    const [func] = parse(read('func.yaml'));
    const deploy = at(func, 'deploy');
    const annotation = (key: string): unknown =>
      at(template, 'metadata', 'annotations', `autoscaling.knative.dev/${key}`);
    assert.equal(at(func, 'name'), service?.metadata.name);
    assert.equal(at(deploy, 'serviceAccountName'), at(template, 'spec', 'serviceAccountName'));
    for (const [key, option] of Object.entries({ 'min-scale': 'min', 'max-scale': 'max', target: 'target' }))
      assert.equal(String(at(deploy, 'options', 'scale', option)), annotation(key), key);
    assert.deepEqual(at(deploy, 'options', 'resources', 'requests'), at(main, 'resources', 'requests'));
    assert.equal(at(deploy, 'options', 'resources', 'limits', 'memory'), at(main, 'resources', 'limits', 'memory'));
    assert.deepEqual(at(func, 'run', 'envs'), at(main, 'env'));
    const labels = at(deploy, 'labels') as { key: string; value: string }[];
    assert.deepEqual(Object.fromEntries(labels.map(({ key, value }) => [key, value])), {
      'networking.knative.dev/visibility': 'cluster-local',
      app: 'e2e-verifier',
    });
  });
});
