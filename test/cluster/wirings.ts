/**
 * The wirings of `examples/`, applied as they stand, and how each gets a new revision: what its first lines say.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../support/documents.ts';
import type { Kubernetes, KubernetesObject, ObjectKey } from '../support/kubernetes.ts';
import { kubectl } from './kubectl.ts';
import { checkout } from './settings.ts';

export interface Wiring {
  file: string;
  /** Of the Canary, the E2ESpec and the target. */
  name: string;
  /** Arguments of kubectl that make the target be of this version; `broken` fails its test. */
  revision(version: '2' | 'broken', namespace: string): string[];
  /** What the users of the canary get, as far as Flagger decides it. */
  users(kubernetes: Kubernetes, namespace: string): Promise<string>;
}

/** Flagger keeps a copy of the target for the users; a router may send some of them to the canary. */
export function copied(file: string, name: string, kind: 'Deployment' | 'DaemonSet', isRouted = false): Wiring {
  return {
    file,
    name,
    revision: (version) => ['set', 'env', `${kind.toLowerCase()}/${name}`, `VERSION=${version}`],
    async users(kubernetes, namespace) {
      const primary = await kubernetes.get({ apiVersion: 'apps/v1', kind, namespace, name: `${name}-primary` });
      const env = at(primary, 'spec', 'template', 'spec', 'containers', 0, 'env');
      return JSON.stringify([env, ...(isRouted ? [await canaryWeights(kubernetes, namespace, name)] : [])]);
    },
  };
}

async function canaryWeights(kubernetes: Kubernetes, namespace: string, name: string): Promise<unknown[]> {
  const route = await kubernetes.get({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    namespace,
    name,
  });
  const rules = at(route, 'spec', 'rules');
  const backends = (Array.isArray(rules) ? rules : []).flatMap((rule) => at(rule, 'backendRefs') ?? []);
  return backends.filter((each) => at(each, 'name') === `${name}-canary`).map((each) => at(each, 'weight'));
}

const externalName: Wiring = {
  file: 'canary-external-name.yaml',
  name: 'external-name',
  revision(version, namespace) {
    const host = `external-name-${version}.${namespace}.svc.cluster.local`;
    return ['patch', 'service', 'external-name', '-p', JSON.stringify({ spec: { externalName: host } })];
  },
  async users(kubernetes, namespace) {
    const primary = { apiVersion: 'v1', kind: 'Service', namespace, name: 'external-name-primary' };
    return String(at(await kubernetes.get(primary), 'spec', 'externalName'));
  },
};

const knative: Wiring = {
  file: 'canary-knative.yaml',
  name: 'knative-target',
  revision(version) {
    const change = [{ op: 'replace', path: '/spec/template/spec/containers/0/env/0/value', value: version }];
    return ['patch', 'ksvc', 'knative-target', '--type=json', '-p', JSON.stringify(change)];
  },
  async users(kubernetes, namespace) {
    const key: ObjectKey = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', namespace, name: 'knative-target' };
    const traffic = at(await kubernetes.get(key), 'spec', 'traffic');
    return JSON.stringify((Array.isArray(traffic) ? traffic : []).filter((each) => at(each, 'percent') !== 0));
  },
};

export const gating: Record<string, Wiring> = {
  'blue/green': copied('canary-blue-green.yaml', 'blue-green', 'Deployment'),
  'blue/green with a gate before the promotion': copied(
    'canary-blue-green-confirm-promotion.yaml',
    'confirm-promotion',
    'Deployment',
  ),
  'weights with a gate before the first step': copied('canary-weights.yaml', 'weights', 'Deployment', true),
  'weights with /webhook before the gate': copied('canary-weights-webhook.yaml', 'weights-webhook', 'Deployment', true),
  'A/B testing': copied('canary-ab-testing.yaml', 'ab-testing', 'Deployment', true),
  'an ExternalName Service': externalName,
  'a DaemonSet': copied('canary-daemonset.yaml', 'daemonset', 'DaemonSet'),
  'a Knative Service': knative,
};

export const notGating = copied('canary-webhook-alone-does-not-gate.yaml', 'webhook-alone', 'Deployment');

/** With every hook: `without-knative.test.ts` rolls it out. */
export const integration = copied('flagger-integration.yaml', 'my-app', 'Deployment');

/** With every type of hook: `manual-gates.test.ts` rolls it out. */
export const everyHook = copied('canary-every-hook.yaml', 'every-hook', 'Deployment', true);

/** Applies an example in a namespace that is open to the verifier in `home`, as `examples/demo/namespace.yaml` opens one. */
export async function applyExample(
  kubernetes: Kubernetes,
  namespace: string,
  { file }: Wiring,
  home = 'default',
): Promise<void> {
  await kubernetes.apply(openTo(namespace, home));
  const text = readFileSync(join(checkout, 'examples', file), 'utf8');
  // Only the example of an ExternalName has to know its namespace.
  const here = text
    .replaceAll('.default.svc.cluster.local', `.${namespace}.svc.cluster.local`)
    .replaceAll('//e2e-verifier.default/', `//e2e-verifier.${home}/`);
  await kubectl(['apply', '-n', namespace, '-f', '-'], { input: here });
}

export async function changeRevision(wiring: Wiring, namespace: string, version: '2' | 'broken'): Promise<void> {
  await kubectl(['-n', namespace, ...wiring.revision(version, namespace)]);
}

export function openTo(namespace: string, home: string): KubernetesObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'e2e-verifier', namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'e2e-verifier' },
    subjects: [{ kind: 'ServiceAccount', name: 'e2e-verifier', namespace: home }],
  };
}
