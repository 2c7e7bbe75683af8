/**
 * Ways to make something go wrong under a suite of examples/platform: each resolves to what ends it.
 */
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import type { SuiteName } from '../support/platform/suites.ts';
import { until } from '../support/until.ts';
import { get, kubectl } from './kubectl.ts';
import { patience } from './patience.ts';
import { type Copy, set } from './platform-copy.ts';

export interface Place {
  kubernetes: Kubernetes;
  copy: Copy;
  suite: SuiteName;
  namespace: string;
}

export const label = { 'platform-fault': 'true' };

const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const podSecurity = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };

/** `answers`: lines of JavaScript for the request q and the response s. */
function serverPod(answers: string) {
  const script = `require('http').createServer((q, s) => { console.log(q.headers['user-agent']); ${answers} }).listen(8080)`;
  const server = {
    name: 'server',
    image: 'node:24',
    command: ['node', '-e', script],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
    resources: { requests: { cpu: '5m', memory: '48Mi' } },
    securityContext,
  };
  return { terminationGracePeriodSeconds: 1, securityContext: podSecurity, containers: [server] };
}

/** As somebody else has made it before, under the name that the suite uses. */
export function deployment(answers: string, finalizers: string[] = []): KubernetesObject {
  const labels = { app: 'hello-minikube', ...label };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'kubee2etestapp', labels },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels, finalizers }, spec: serverPod(answers) },
    },
  };
}

export const stranger: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'stranger', labels: { app: 'hello-minikube', ...label } },
  spec: serverPod("s.end('nobody asked')"),
};

/** Resolves when its pods are ready. */
export async function make(
  { kubernetes, namespace }: Place,
  object: KubernetesObject,
): Promise<() => Promise<unknown>> {
  await kubernetes.apply({ ...object, metadata: { ...object.metadata, namespace } });
  const wait = ['wait', '--for=condition=Ready', 'pod', '-l', 'platform-fault', `--timeout=${patience.seconds}s`];
  if (object.kind === 'Pod') await kubectl(['-n', namespace, ...wait]);
  if (object.kind === 'Deployment')
    await kubectl(['-n', namespace, 'rollout', 'status', `deployment/${object.metadata.name}`, '--timeout=180s']);
  return () => removeFrom(namespace);
}

async function removeFrom(namespace: string): Promise<void> {
  await kubectl(['-n', namespace, 'delete', 'deploy,pod,svc', '-l', 'platform-fault', '--wait=false']);
  const gone = async () => {
    const { items } = (await get(['pods', '-n', namespace, '-l', 'platform-fault'])) as unknown as {
      items: KubernetesObject[];
    };
    for (const { metadata } of items.filter(({ metadata: { finalizers = [] } }) => finalizers.length > 0)) {
      const none = JSON.stringify({ metadata: { finalizers: null } });
      await kubectl(['-n', namespace, 'patch', 'pod', String(metadata.name), '--type=merge', '-p', none]);
    }
    return items.map(({ metadata }) => `pod ${metadata.name} is there`);
  };
  await until('the pods of the fault are gone', gone, patience.ms);
}

export const byMaking = (object: KubernetesObject) => (place: Place) => make(place, object);

/** `usual`: what it says without the fault. */
export const bySetting = (name: string, value: string, usual: string) => async (place: Place) => {
  await set(place.copy, place.suite, { [name]: value });
  return () => set(place.copy, place.suite, { [name]: usual });
};

/** Without a verb of one resource in the Role of its account. */
export const withoutRight =
  (resource: string, verb: string) =>
  async ({ kubernetes, namespace, suite }: Place) => {
    const key = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', namespace, name: suite };
    const rules = (await kubernetes.get(key))?.['rules'] as { resources: string[]; verbs: string[] }[];
    const less = rules.map((rule) =>
      rule.resources.includes(resource) ? { ...rule, verbs: rule.verbs.filter((each) => each !== verb) } : rule,
    );
    await kubernetes.patch(key, { rules: less });
    return () => kubernetes.patch(key, { rules });
  };

/** In the namespace that the suite makes, as soon as it is there, so that it cannot go. */
export async function heldNamespace({ kubernetes, copy }: Place): Promise<() => Promise<unknown>> {
  const namespace = copy.kubee2etests;
  const key = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'held' };
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name: 'held', finalizers: ['example.com/hold'] },
  };
  let isOver = false;
  const trying = (async () => {
    while (!isOver && (await kubernetes.get(key).catch(() => undefined)) === undefined)
      await kubernetes.apply(object).catch(() => undefined);
  })();
  return async () => {
    isOver = true;
    await trying;
    await kubernetes.patch(key, { metadata: { finalizers: null } });
  };
}
