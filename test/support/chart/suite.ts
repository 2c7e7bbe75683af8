// What the Helm chart renders to: the objects of the other two ways to install, and what each value changes. For any Helm.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { valuesOf } from '../../../knative/build/chart.ts';
import { at, type Resource, read, resources, root } from '../documents.ts';

export interface Programs {
  helm: string;
  kubectl: string;
}

type Values = Record<string, unknown>;
type Path = (string | number)[];

const folder = 'knative/chart';

function run(program: string, args: string[], input = ''): { out: string; error: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, input, encoding: 'utf8' });
  return { out: stdout, error: status === 0 ? '' : stderr };
}

interface Release {
  name?: string;
  namespace?: string;
  /** Of the cluster, which `helm template` does not ask. */
  knativeIsThere?: boolean;
  /** What `helm test` runs included. */
  hasTests?: boolean;
}

function template(helm: string, values: Values, release: Release = {}): { out: string; error: string } {
  const { name = 'e2e-verifier', namespace = 'default', knativeIsThere = false, hasTests = false } = release;
  const served = knativeIsThere ? ['--api-versions', 'serving.knative.dev/v1'] : [];
  const options = hasTests ? served : [...served, '--skip-tests'];
  const args = ['template', name, folder, '--namespace', namespace, '--values', '-', ...options];
  return run(helm, args, JSON.stringify(values));
}

function render(helm: string, values: Values, release: Release = {}): Resource[] {
  const { out, error } = template(helm, values, release);
  assert.equal(error, '');
  return resources(out);
}

const helmLabels = [
  'helm.sh/chart',
  ...['managed-by', 'instance', 'version'].map((each) => `app.kubernetes.io/${each}`),
];

/** Without the labels that Helm's conventions ask for, which every object of the chart has. */
function withoutHelmLabels({ metadata, ...rest }: Resource): Resource {
  const labels = Object.entries(metadata.labels ?? {});
  assert.deepEqual(
    helmLabels.filter((label) => metadata.labels?.[label] === undefined),
    [],
    `${rest.kind} ${metadata.name}`,
  );
  const own = Object.fromEntries(labels.filter(([name]) => !helmLabels.includes(name)));
  return { ...rest, metadata: { ...metadata, ...{ labels: own } } };
}

const title = ({ kind, metadata }: Resource): string =>
  [kind, metadata.namespace, metadata.name].filter(Boolean).join(' ');
const byTitle = (objects: Resource[]): Record<string, Resource> =>
  Object.fromEntries(objects.map((object) => [title(object), object]));
const isDefinition = ({ kind }: Resource): boolean => kind === 'CustomResourceDefinition';

function assertSame(rendered: Resource[], expected: Resource[]): void {
  const own = rendered.filter((object) => !isDefinition(object)).map(withoutHelmLabels);
  assert.deepEqual(byTitle(own), byTitle(expected));
  assert.equal(own.length, expected.length);
}

const find = (objects: Resource[], kind: string, name?: string): Resource | undefined =>
  objects.find(({ kind: own, metadata }) => own === kind && (name === undefined || metadata.name === name));

const pod: Path = ['spec', 'template', 'spec'];
const container: Path = [...pod, 'containers', 0];
const annotations: Path = ['spec', 'template', 'metadata', 'annotations'];
const labels: Path = ['spec', 'template', 'metadata', 'labels'];

/** What a value changes: in which object, where, and to what there. `undefined` for an object that is not there then. */
interface Effect {
  value: string;
  set: Values;
  mode?: 'knative' | 'deployment';
  in: [kind: string, name?: string];
  at?: Path;
  is: unknown;
}

const digest = `sha256:${'a'.repeat(64)}`;
const env = (name: string, value: string) => [
  { name: 'NODE_ENV', value: 'production' },
  { name, value },
];
const list = [{ key: 'gate', operator: 'Exists' }];
const spread = [{ maxSkew: 2, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' }];
const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } };
const volumes = [{ name: 'ca', secret: { secretName: 'ca' } }];
const mounts = [{ name: 'ca', mountPath: '/ca' }];

/** In both modes, at the same place. */
const both = (effect: Omit<Effect, 'mode' | 'in'>): Effect[] => [
  { ...effect, mode: 'deployment', in: ['Deployment'] },
  { ...effect, mode: 'knative', in: ['Service'] },
];

/** Of the page, in both modes. */
const page = ({ set, ...effect }: Omit<Effect, 'mode' | 'in'>): Effect[] => [
  { ...effect, set: { status: { enabled: true, ...set } }, mode: 'deployment', in: ['Deployment', 'e2e-status'] },
  { ...effect, set: { status: { enabled: true, ...set } }, mode: 'knative', in: ['Service', 'e2e-status'] },
];

const effects: Effect[] = [
  { value: 'mode', set: { mode: 'deployment' }, in: ['Deployment'], at: ['apiVersion'], is: 'apps/v1' },
  { value: 'mode', set: { mode: 'knative' }, in: ['Service'], at: ['apiVersion'], is: 'serving.knative.dev/v1' },
  {
    value: 'nameOverride',
    set: { nameOverride: 'gate' },
    in: ['ServiceAccount', 'e2e-verifier-gate'],
    at: ['metadata', 'labels', 'app.kubernetes.io/name'],
    is: 'gate',
  },
  ...both({
    value: 'fullnameOverride',
    set: { fullnameOverride: 'gate' },
    at: ['metadata', 'name'],
    is: 'gate',
  }),
  ...both({
    value: 'image.repository',
    set: { image: { repository: 'registry.example.com/gate' } },
    at: [...container, 'image'],
    is: 'registry.example.com/gate:0.2.0',
  }),
  ...both({
    value: 'image.tag',
    set: { image: { repository: 'a', tag: '1' } },
    at: [...container, 'image'],
    is: 'a:1',
  }),
  ...both({
    value: 'image.digest',
    set: { image: { repository: 'a', tag: '1', digest } },
    at: [...container, 'image'],
    is: `a:1@${digest}`,
  }),
  ...both({
    value: 'image.pullPolicy',
    set: { image: { pullPolicy: 'Always' } },
    at: [...container, 'imagePullPolicy'],
    is: 'Always',
  }),
  ...both({
    value: 'imagePullSecrets',
    set: { imagePullSecrets: [{ name: 'registry' }] },
    at: [...pod, 'imagePullSecrets'],
    is: [{ name: 'registry' }],
  }),
  { value: 'replicaCount', set: { replicaCount: 5 }, in: ['Deployment'], at: ['spec', 'replicas'], is: 5 },
  {
    value: 'namespaces',
    set: { namespaces: ['shop', '404'] },
    in: ['RoleBinding'],
    at: ['metadata', 'namespace'],
    is: 'shop',
  },
  { value: 'rbac.create', set: { rbac: { create: false } }, in: ['ClusterRole'], is: undefined },
  { value: 'rbac.create', set: { rbac: { create: false } }, in: ['RoleBinding'], is: undefined },
  { value: 'rbac.clusterWide', set: { rbac: { clusterWide: true } }, in: ['RoleBinding'], is: undefined },
  {
    value: 'serviceAccount.create',
    set: { serviceAccount: { create: false } },
    in: ['ServiceAccount'],
    is: undefined,
  },
  {
    value: 'serviceAccount.create',
    set: { serviceAccount: { create: false } },
    in: ['RoleBinding'],
    at: ['subjects', 0, 'name'],
    is: 'default',
  },
  ...both({
    value: 'serviceAccount.name',
    set: { serviceAccount: { name: 'gate' } },
    at: [...pod, 'serviceAccountName'],
    is: 'gate',
  }),
  {
    value: 'serviceAccount.name',
    set: { serviceAccount: { name: 'gate' } },
    in: ['ServiceAccount'],
    at: ['metadata', 'name'],
    is: 'gate',
  },
  {
    value: 'serviceAccount.name',
    set: { serviceAccount: { name: 'gate' } },
    in: ['RoleBinding'],
    at: ['subjects', 0, 'name'],
    is: 'gate',
  },
  {
    value: 'serviceAccount.annotations',
    set: { serviceAccount: { annotations: { team: 'shop' } } },
    in: ['ServiceAccount'],
    at: ['metadata', 'annotations'],
    is: { team: 'shop' },
  },
  { value: 'crds.enabled', set: { crds: { enabled: false } }, in: ['CustomResourceDefinition'], is: undefined },
  { value: 'crds.enabled', set: { crds: { enabled: false } }, in: ['ClusterRole', 'e2especs-edit'], is: undefined },
  { value: 'crds.enabled', set: { crds: { enabled: false } }, in: ['ClusterRole', 'canary-gatekeeper'], is: undefined },
  {
    value: 'crds.keep',
    set: { crds: { keep: false } },
    in: ['CustomResourceDefinition'],
    at: ['metadata', 'annotations'],
    is: undefined,
  },
  ...both({
    value: 'logLevel',
    set: { logLevel: 'debug' },
    at: [...container, 'env'],
    is: env('LOG_LEVEL', 'debug'),
  }),
  ...both({
    value: 'retryAfterSeconds',
    set: { retryAfterSeconds: 20 },
    at: [...container, 'env'],
    is: env('RETRY_AFTER_SECONDS', '20'),
  }),
  ...both({
    value: 'callBudgetMs',
    set: { callBudgetMs: 20_001 },
    at: [...container, 'env'],
    is: env('CALL_BUDGET_MS', '20001'),
  }),
  {
    // The sleep, the budget and 2 s, and what is left of 30 s without them.
    value: 'callBudgetMs',
    set: { callBudgetMs: 20_001 },
    in: ['Deployment'],
    at: [...pod, 'terminationGracePeriodSeconds'],
    is: 43,
  },
  ...both({
    value: 'extraEnv',
    set: { extraEnv: [{ name: 'MAX_CALLS_IN_FLIGHT', value: '500' }] },
    at: [...container, 'env'],
    is: env('MAX_CALLS_IN_FLIGHT', '500'),
  }),
  ...Object.entries({
    minScale: ['min-scale', 1, '1'],
    maxScale: ['max-scale', 1_000_000, '1000000'],
    target: ['target', 10, '10'],
    retention: ['scale-to-zero-pod-retention-period', '1h30m', '1h30m'],
  } as const).map(
    ([name, [annotation, value, is]]): Effect => ({
      value: `knative.${name}`,
      set: { knative: { [name]: value } },
      mode: 'knative',
      in: ['Service'],
      at: [...annotations, `autoscaling.knative.dev/${annotation}`],
      is,
    }),
  ),
  ...both({
    value: 'resources',
    set: { resources: { limits: { memory: '1Gi' } } },
    at: [...container, 'resources', 'limits'],
    is: { memory: '1Gi' },
  }),
  ...both({
    value: 'securityContext',
    set: { securityContext: { runAsUser: 1000 } },
    at: [...container, 'securityContext', 'runAsUser'],
    is: 1000,
  }),
  ...both({
    value: 'podSecurityContext',
    set: { podSecurityContext: { fsGroup: 1000 } },
    at: [...pod, 'securityContext'],
    is: { fsGroup: 1000 },
  }),
  ...Object.entries({
    nodeSelector: { 'kubernetes.io/arch': 'arm64' },
    tolerations: list,
    affinity,
    topologySpreadConstraints: spread,
    priorityClassName: 'high',
    volumes,
  }).flatMap(([value, is]) => both({ value, set: { [value]: is }, at: [...pod, value], is })),
  ...both({ value: 'volumeMounts', set: { volumeMounts: mounts }, at: [...container, 'volumeMounts'], is: mounts }),
  ...both({
    value: 'podAnnotations',
    set: { podAnnotations: { team: 'shop' } },
    at: [...annotations, 'team'],
    is: 'shop',
  }),
  {
    value: 'podAnnotations',
    set: { podAnnotations: { 'serving.knative.dev/progress-deadline': '10s' } },
    mode: 'knative',
    in: ['Service'],
    at: [...annotations, 'serving.knative.dev/progress-deadline'],
    is: '10s',
  },
  ...both({
    value: 'podLabels',
    set: { podLabels: { team: 'shop', app: 'mine' } },
    at: labels,
    is: { app: 'e2e-verifier', 'app.kubernetes.io/name': 'e2e-verifier', team: 'shop' },
  }),
  {
    value: 'podDisruptionBudget.enabled',
    set: { podDisruptionBudget: { enabled: false } },
    in: ['PodDisruptionBudget'],
    is: undefined,
  },
  {
    value: 'podDisruptionBudget.maxUnavailable',
    set: { podDisruptionBudget: { maxUnavailable: '50%' } },
    in: ['PodDisruptionBudget'],
    at: ['spec', 'maxUnavailable'],
    is: '50%',
  },
  {
    value: 'podDisruptionBudget.minAvailable',
    set: { podDisruptionBudget: { minAvailable: 0 } },
    in: ['PodDisruptionBudget'],
    at: ['spec', 'minAvailable'],
    is: 0,
  },
  {
    value: 'podDisruptionBudget.minAvailable',
    set: { podDisruptionBudget: { minAvailable: 1 } },
    in: ['PodDisruptionBudget'],
    at: ['spec', 'maxUnavailable'],
    is: undefined,
  },
  {
    value: 'networkPolicy.enabled',
    set: { networkPolicy: { enabled: true } },
    in: ['NetworkPolicy'],
    at: ['spec', 'ingress'],
    is: [
      {
        from: [
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'flagger-system' } } },
          { podSelector: { matchLabels: { app: 'e2e-verifier-test' } } },
        ],
        ports: [{ port: 'http' }],
      },
    ],
  },
  {
    value: 'networkPolicy.namespaces',
    set: { networkPolicy: { enabled: true, namespaces: ['istio-system'] } },
    mode: 'knative',
    in: ['NetworkPolicy'],
    at: ['spec', 'ingress', 0, 'from'],
    is: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-system' } } }],
  },
  ...page({ value: 'status.enabled', set: {}, at: ['metadata', 'name'], is: 'e2e-status' }),
  {
    value: 'status.namespaces',
    set: { status: { enabled: true, namespaces: ['shop', '404'] } },
    in: ['RoleBinding', 'e2e-status'],
    at: ['metadata', 'namespace'],
    is: 'shop',
  },
  ...page({
    value: 'status.namespaces',
    set: { namespaces: ['shop', '404'] },
    at: [...container, 'env', 2],
    is: { name: 'NAMESPACES', value: 'shop,404' },
  }),
  ...page({
    value: 'status.clusterName',
    set: { clusterName: 'prod-eu' },
    at: [...container, 'env', 2],
    is: { name: 'CLUSTER_NAME', value: 'prod-eu' },
  }),
  ...page({
    value: 'status.timeToReportProblem',
    set: { timeToReportProblem: 60 },
    at: [...container, 'env', 2],
    is: { name: 'TIME_TO_REPORT_PROBLEM', value: '60' },
  }),
  ...page({
    value: 'status.resources',
    set: { resources: { limits: { memory: '1Gi' } } },
    at: [...container, 'resources', 'limits'],
    is: { memory: '1Gi' },
  }),
  {
    value: 'prometheusRule.enabled',
    set: { prometheusRule: { enabled: true } },
    in: ['PrometheusRule'],
    at: ['spec', 'groups', 0, 'name'],
    is: 'e2e-verifier',
  },
  {
    value: 'prometheusRule.labels',
    set: { prometheusRule: { enabled: true, labels: { release: 'stack' } } },
    in: ['PrometheusRule'],
    at: ['metadata', 'labels', 'release'],
    is: 'stack',
  },
  {
    value: 'prometheusRule.statusUrl',
    set: { prometheusRule: { enabled: true, statusUrl: 'https://status.example.com' } },
    in: ['PrometheusRule'],
    at: ['spec', 'groups', 0, 'rules', 0],
    is: { record: 'e2e_status_page', expr: 'vector(1)', labels: { url: 'https://status.example.com' } },
  },
];

const refusals: [values: Values, words: RegExp][] = [
  [{ mode: 'Knative' }, /at '\/mode': value must be one of 'auto', 'knative', 'deployment'/],
  [{ replicas: 3 }, /additional properties 'replicas' not allowed/],
  [{ knative: { scale: 1 } }, /at '\/knative': additional properties 'scale' not allowed/],
  [
    { prometheusRule: { statusUrl: 'status.example.com' } },
    /at '\/prometheusRule\/statusUrl': .*does not match pattern/,
  ],
  [{ replicaCount: '2' }, /at '\/replicaCount': got string, want integer/],
  [{ replicaCount: -1 }, /at '\/replicaCount': minimum: got -1, want 0/],
  [{ image: { repository: '' } }, /at '\/image\/repository': minLength: got 0, want 1/],
  [
    { image: { repository: 'registry.example.com/gate:1.2.3' } },
    /at '\/image\/repository': 'registry\S+' does not match/,
  ],
  [{ image: { digest: 'latest' } }, /at '\/image\/digest': 'latest' does not match pattern '\^\(sha256:/],
  [{ image: { pullPolicy: 'always' } }, /at '\/image\/pullPolicy': value must be one of '', 'Always'/],
  [{ imagePullSecrets: ['registry'] }, /at '\/imagePullSecrets\/0': got string, want object/],
  [{ namespaces: ['Shop'] }, /at '\/namespaces\/0': 'Shop' does not match pattern/],
  [{ namespaces: ['shop', 'shop'] }, /at '\/namespaces': items at 0 and 1 are equal/],
  [{ namespaces: 'shop' }, /at '\/namespaces': got string, want array/],
  [
    { namespaces: ['shop'], rbac: { clusterWide: true } },
    /rbac\.clusterWide serves every namespace: leave namespaces empty, or rbac\.clusterWide false/,
  ],
  [{ rbac: { create: 'yes' } }, /at '\/rbac\/create': got string, want boolean/],
  [{ logLevel: 'loud' }, /at '\/logLevel': value must be one of 'error', 'warn', 'info', 'debug'/],
  [{ retryAfterSeconds: 61 }, /at '\/retryAfterSeconds': maximum: got 61, want 60/],
  [{ callBudgetMs: 499 }, /at '\/callBudgetMs': minimum: got 499, want 500/],
  [{ extraEnv: [{ value: '1' }] }, /at '\/extraEnv\/0': missing property 'name'/],
  [{ extraEnv: [{ name: 'A', value: 1 }] }, /at '\/extraEnv\/0\/value': got number, want string/],
  [{ extraEnv: [{ name: 'LOG_LEVEL', value: 'debug' }] }, /extraEnv: LOG_LEVEL is the chart's own: set logLevel/],
  [{ extraEnv: [{ name: 'PORT', value: '80' }] }, /extraEnv: PORT is the chart's own: it is 8080/],
  [{ mode: 'knative', knative: { minScale: 3 } }, /knative\.minScale 3 is more than knative\.maxScale 2/],
  [{ knative: { retention: '5 minutes' } }, /at '\/knative\/retention': '5 minutes' does not match pattern/],
  [{ podAnnotations: { a: true } }, /at '\/podAnnotations\/a': got boolean, want string/],
  [{ podDisruptionBudget: { maxUnavailable: '110%' } }, /at '\/podDisruptionBudget\/maxUnavailable': '110%'/],
  [{ status: { namespaces: 'shop' } }, /at '\/status\/namespaces': got string, want array/],
  [{ status: { timeToReportProblem: 0 } }, /at '\/status\/timeToReportProblem': minimum: got 0, want 1/],
  [{ fullnameOverride: 'E2E' }, /at '\/fullnameOverride': 'E2E' does not match pattern/],
];

export function chartSuite(programs: () => Programs): void {
  const helm = () => programs().helm;
  const kustomize = (path: string): Resource[] => {
    const { out, error } = run(programs().kubectl, ['kustomize', path]);
    assert.equal(error, '');
    return resources(out);
  };
  /** The image that the kustomization names, as values. */
  const imageOf = (objects: Resource[]): Values => {
    const [repository, tag] = String(at(find(objects, 'Service'), ...container, 'image')).split(/:(?=[^/:]*$)/);
    return { image: { repository, tag } };
  };

  it('passes helm lint, with its warnings for errors', () => {
    for (const mode of ['knative', 'deployment'])
      assert.equal(run(helm(), ['lint', '--strict', '--set', `mode=${mode}`, folder]).error, '');
  });

  describe('renders the same objects as', () => {
    const overlays: [path: string, values: Values][] = [
      ['knative', {}],
      ['knative/overlays/namespaces', { namespaces: ['staging', 'shop'] }],
      ['knative/overlays/cluster-wide', { rbac: { clusterWide: true } }],
    ];
    for (const [path, values] of overlays)
      it(`kubectl apply -k ${path}, with ${JSON.stringify(values)}`, () => {
        const expected = kustomize(path);
        assertSame(render(helm(), { mode: 'knative', ...imageOf(expected), ...values }), expected);
      });

    it('kubectl apply -k knative/overlays/network-policy, with networkPolicy.enabled', () => {
      const rendered = render(helm(), { mode: 'knative', networkPolicy: { enabled: true } });
      const policies = rendered.filter(({ kind }) => kind === 'NetworkPolicy');
      assertSame(policies, kustomize('knative/overlays/network-policy'));
    });

    const pages: [path: string, mode: string][] = [
      ['knative/overlays/status', 'knative'],
      ['knative/overlays/status-published', 'deployment'],
    ];
    for (const [path, mode] of pages)
      it(`kubectl apply -k ${path}, with status.enabled in mode ${mode}`, () => {
        const isPublishing = ({ kind }: Resource) => kind === 'Ingress' || kind === 'HTTPRoute';
        const expected = kustomize(path).filter((object) => !isPublishing(object));
        const running = expected.find((object) => at(object, ...container)) as Resource;
        const [repository, tag] = String(at(running, ...container, 'image')).split(/:(?=[^/:]*$)/);
        const rendered = render(helm(), { mode, status: { enabled: true }, image: { repository, tag } });
        assertSame(
          rendered.filter(({ metadata }) => metadata.name === 'e2e-status'),
          expected,
        );
      });
    it('kubectl apply -k knative/monitoring, with prometheusRule.enabled, but for the name of the Deployment', () => {
      const values = { mode: 'deployment', prometheusRule: { enabled: true } };
      const expected = at(find(kustomize('knative/monitoring'), 'PrometheusRule'), 'spec');
      assert.deepEqual(at(find(render(helm(), values), 'PrometheusRule'), 'spec'), expected);
      const next = at(find(render(helm(), values, { name: 'next' }), 'PrometheusRule'), 'spec');
      assert.deepEqual(
        JSON.parse(JSON.stringify(next).replaceAll('"next-e2e-verifier\\"', '"e2e-verifier\\"')),
        expected,
      );
      assert.notDeepEqual(next, expected);
    });

    it('examples/deployment.yaml, without the account of a test that is there for an example', () => {
      const isOfTest = ({ metadata }: Resource) => metadata.name === 'e2e-test-runner';
      const all = resources(read('examples/deployment.yaml'));
      assert.ok(all.some(isOfTest));
      assertSame(
        render(helm(), { mode: 'deployment' }),
        all.filter((object) => !isOfTest(object)),
      );
    });

    it('crds/e2especs.yaml, which stays when the release goes', () => {
      const [definition] = render(helm(), {}).filter(isDefinition).map(withoutHelmLabels);
      const [expected] = resources(read('crds/e2especs.yaml'));
      assert.ok(definition && expected);
      const { name, ...metadata } = definition.metadata;
      assert.deepEqual({ ...definition, metadata: { name } }, expected);
      assert.deepEqual(metadata, { labels: {}, annotations: { 'helm.sh/resource-policy': 'keep' } });
    });
  });

  describe('takes the mode', () => {
    const modes: [title: string, values: Values, knativeIsThere: boolean, expected: string][] = [
      ['knative where the cluster serves it', {}, true, 'Service serving.knative.dev/v1'],
      ['deployment where it does not', {}, false, 'Deployment apps/v1'],
      ['deployment where it is named, beside Knative', { mode: 'deployment' }, true, 'Deployment apps/v1'],
      ['knative where it is named, without a cluster', { mode: 'knative' }, false, 'Service serving.knative.dev/v1'],
    ];
    for (const [name, values, knativeIsThere, expected] of modes)
      it(name, () => {
        const running = render(helm(), values, { knativeIsThere }).filter((object) => at(object, ...container));
        assert.deepEqual(
          running.map(({ kind, apiVersion }) => `${kind} ${apiVersion}`),
          [expected],
        );
      });
  });

  describe('has a value', () => {
    const rendered = new Map<string, Resource[]>();
    function unchanged(mode: string): Resource[] {
      const objects = rendered.get(mode) ?? render(helm(), { mode });
      rendered.set(mode, objects);
      return objects;
    }

    for (const { value, set, mode = 'deployment', in: which, at: path = [], is } of effects) {
      const [kind, name] = which;
      it(`${value}: ${JSON.stringify(set)} changes the ${name ?? kind} in mode ${mode}`, () => {
        const before = find(unchanged(mode), kind, name);
        const after = find(render(helm(), { mode, ...set }), kind, name);
        if (is !== undefined) assert.ok(after, 'the object is there');
        if (value !== 'mode') assert.ok(!isDeepStrictEqual(at(before, ...path), is), 'it is not so by itself');
        assert.deepEqual(at(after, ...path), is);
      });
    }

    it('status.namespaces, with which the page may read no other', () => {
      const bindings = (status: object) =>
        render(helm(), { mode: 'deployment', status: { enabled: true, ...status } })
          .filter(({ kind, metadata }) => kind.endsWith('RoleBinding') && metadata.name === 'e2e-status')
          .map(({ kind }) => kind);
      assert.deepEqual([bindings({}), bindings({ namespaces: ['shop'] })], [['ClusterRoleBinding'], ['RoleBinding']]);
    });

    it('for nothing that has no effect', () => {
      const all = valuesOf(read(`${folder}/values.yaml`)).map(({ path }) => path);
      assert.deepEqual([...new Set(effects.map(({ value }) => value))].sort(), all.sort());
    });
  });

  describe('refuses', () => {
    for (const [values, words] of refusals)
      it(JSON.stringify(values), () => assert.match(template(helm(), { mode: 'deployment', ...values }).error, words));
  });

  describe('beside another release', () => {
    const titles = (release: Release, values: Values = {}): string[] =>
      render(helm(), { crds: { enabled: false }, mode: 'knative', namespaces: ['staging'], ...values }, release).map(
        title,
      );
    const common = (a: string[], b: string[]): string[] => a.filter((each) => b.includes(each));

    it('of the same name in another namespace has no object in common with it, serving the same namespace', () => {
      const shop = titles({ namespace: 'shop' });
      assert.ok(shop.includes('ClusterRole e2e-verifier:shop'));
      assert.deepEqual(common(titles({ namespace: 'default' }), shop), []);
      assert.deepEqual(common(titles({ namespace: 'orders' }), shop), []);
    });

    it('of another name in the same namespace has no object in common with it', () => {
      assert.deepEqual(common(titles({ name: 'e2e-verifier' }), titles({ name: 'next' })), []);
    });

    it('serving the cluster as well has no object in common with it', () => {
      const wide = { namespaces: [], rbac: { clusterWide: true } };
      assert.deepEqual(common(titles({ namespace: 'default' }, wide), titles({ namespace: 'shop' }, wide)), []);
    });
  });

  it('has no label that is too long under the longest name there is, and its policy lets its test in', () => {
    const values = { mode: 'deployment', fullnameOverride: 'a'.repeat(63), networkPolicy: { enabled: true } };
    const objects = render(helm(), values, { hasTests: true });
    const test = find(objects, 'Pod');
    assert.ok(test);
    for (const { kind, metadata } of objects)
      for (const label of Object.values(metadata.labels ?? {})) assert.ok(label.length <= 63, `${kind}: ${label}`);
    const allowed = at(find(objects, 'NetworkPolicy'), 'spec', 'ingress', 0, 'from', 1, 'podSelector', 'matchLabels');
    assert.deepEqual(allowed, { app: test.metadata.labels?.['app'] });
  });

  it('binds its own account to its own role, whatever its name and namespace', () => {
    for (const release of [{}, { name: 'next', namespace: 'shop' }]) {
      const objects = render(helm(), { mode: 'knative', namespaces: ['a', 'b'] }, release);
      const bindings = objects.filter(({ kind }) => kind === 'RoleBinding');
      assert.equal(bindings.length, 2);
      for (const binding of bindings) {
        assert.ok(find(objects, 'ClusterRole', String(at(binding, 'roleRef', 'name'))));
        const account = find(objects, 'ServiceAccount', String(at(binding, 'subjects', 0, 'name')));
        assert.ok(account);
        assert.equal(at(binding, 'subjects', 0, 'namespace'), account.metadata.namespace);
      }
    }
  });

  it('needs no rights outside of its namespace without definition and roles', () => {
    for (const mode of ['knative', 'deployment']) {
      const values = { mode, crds: { enabled: false }, rbac: { create: false }, networkPolicy: { enabled: true } };
      const namespaces = render(helm(), values, { namespace: 'shop' }).map(({ metadata }) => metadata.namespace);
      assert.deepEqual([...new Set(namespaces)], ['shop']);
    }
  });
}
