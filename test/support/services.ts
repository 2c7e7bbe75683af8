/**
 * Targets and `service` blocks of which Flagger makes Services, and the CANARY_URL that each is to have. What Flagger makes of them
 * for real is in `test/fixtures/services/`, made by `test/cluster/capture.ts`.
 */
import type { KubernetesObject } from './kubernetes.ts';

export interface ServiceScene {
  target: KubernetesObject;
  /** The Canary's block. */
  service?: Record<string, unknown>;
  url(namespace: string): string;
}

/** What is seen of a scene on a cluster. */
export interface CapturedServices {
  canary: KubernetesObject;
  target: KubernetesObject;
  /** At which the canary is reached. */
  service: KubernetesObject;
  /** At which its users are; nothing for Knative. */
  primary?: KubernetesObject;
}

type Labels = Record<string, string>;

const container = {
  name: 'web',
  image: 'busybox:1.36',
  command: ['sleep', '3600'],
  ports: [{ name: 'web', containerPort: 8080 }],
};

function workload(kind: 'Deployment' | 'DaemonSet', labels: Labels = { app: 'web' }): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } },
    },
  };
}

const externalName: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: {
    type: 'ExternalName',
    externalName: 'kubernetes.default.svc.cluster.local',
    ports: [{ name: 'http', port: 8080 }],
  },
};

const { name: _, ...unnamed } = container;
const knative: KubernetesObject = {
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'web', labels: { 'networking.knative.dev/visibility': 'cluster-local' } },
  spec: {
    template: {
      spec: {
        containers: [{ ...unnamed, command: ['httpd', '-f', '-p', '8080'], ports: [{ containerPort: 8080 }] }],
      },
    },
  },
};

const deployment = workload('Deployment');
const at = (host: string) => (namespace: string) => `http://${host.replace('NS', namespace)}`;

export const serviceScenes: Record<string, ServiceScene> = {
  deployment: { target: deployment, service: { port: 8080 }, url: at('web-canary.NS:8080') },
  'daemon-set': { target: workload('DaemonSet'), service: { port: 9898 }, url: at('web-canary.NS:9898') },
  'name-override': { target: deployment, service: { name: 'shop', port: 8080 }, url: at('shop-canary.NS:8080') },
  'target-port': { target: deployment, service: { port: 80, targetPort: 8080 }, url: at('web-canary.NS:80') },
  'target-port-by-name': { target: deployment, service: { port: 80, targetPort: 'web' }, url: at('web-canary.NS:80') },
  'port-name': {
    target: deployment,
    service: { port: 80, portName: 'grpc', targetPort: 8080 },
    url: at('web-canary.NS:80'),
  },
  headless: { target: deployment, service: { port: 8080, headless: true }, url: at('web-canary.NS:8080') },
  'headless-with-target-port': {
    target: deployment,
    service: { port: 80, targetPort: 8080, headless: true },
    url: at('web-canary.NS:8080'),
  },
  'headless-with-target-port-by-name': {
    target: workload('DaemonSet'),
    service: { port: 80, targetPort: 'web', headless: true },
    url: at('web-canary.NS:8080'),
  },
  'https-by-app-protocol': {
    target: deployment,
    service: { port: 443, targetPort: 8080, appProtocol: 'https' },
    url: (namespace) => `https://web-canary.${namespace}:443`,
  },
  'port-discovery': {
    target: deployment,
    service: { port: 9898, portDiscovery: true },
    url: at('web-canary.NS:9898'),
  },
  'two-labels': {
    target: workload('Deployment', { tier: 'front', app: 'web' }),
    service: { port: 8080 },
    url: at('web-canary.NS:8080'),
  },
  'recommended-label': {
    target: workload('Deployment', { 'app.kubernetes.io/instance': 'web-1', 'app.kubernetes.io/name': 'web' }),
    service: { port: 8080 },
    url: at('web-canary.NS:8080'),
  },
  'external-name': { target: externalName, service: { port: 8080 }, url: at('web-canary.NS:8080') },
  'external-name-with-name-override': {
    target: externalName,
    service: { name: 'shop', port: 8080 },
    url: at('web-canary.NS:8080'),
  },
  'knative-service': { target: knative, url: at('web-00001.NS.svc.cluster.local') },
};

export function canaryOf({ target, service }: ServiceScene, namespace: string): KubernetesObject {
  const { apiVersion, kind, metadata } = target;
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { namespace, name: 'scene' },
    spec: {
      provider: service === undefined ? 'knative' : 'kubernetes',
      targetRef: { apiVersion: apiVersion === 'v1' ? 'core/v1' : apiVersion, kind, name: metadata.name },
      ...(service && { service }),
      analysis: { interval: '10s', threshold: 1, iterations: 1 },
    },
  };
}
