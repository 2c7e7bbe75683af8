/**
 * One target of each kind that Flagger knows, with what must stand behind it before it can be tested.
 */
import type { KubernetesObject } from '../kubernetes.ts';

export type TargetKind = 'Deployment' | 'DaemonSet' | 'Service' | 'Knative Service';

export interface PlayedTarget {
  targetRef: { apiVersion: string; kind: string; name: string };
  object(revision: string): KubernetesObject;
  behind: KubernetesObject[];
}

const template = (revision: string) => ({
  metadata: { labels: { app: 'web' }, annotations: { revision } },
  spec: { containers: [{ name: 'app', image: 'busybox:1.36' }] },
});

function workload(namespace: string, kind: 'Deployment' | 'DaemonSet'): PlayedTarget {
  return {
    targetRef: { apiVersion: 'apps/v1', kind, name: 'web' },
    object: (revision) => ({
      apiVersion: 'apps/v1',
      kind,
      metadata: { namespace, name: 'web' },
      spec: { selector: { matchLabels: { app: 'web' } }, template: template(revision) },
    }),
    behind: [],
  };
}

function service(namespace: string): PlayedTarget {
  const metadata = { namespace, name: 'web-canary-1', labels: { 'kubernetes.io/service-name': 'web-canary' } };
  const endpoints = [{ addresses: ['10.1.2.3'], conditions: { ready: true } }];
  return {
    targetRef: { apiVersion: 'core/v1', kind: 'Service', name: 'web' },
    object: (revision) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name: 'web', labels: { revision } },
      spec: { selector: { app: 'web' }, ports: [{ port: 8080 }] },
    }),
    behind: [
      { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: 'IPv4', endpoints, ports: [] },
    ],
  };
}

function knative(namespace: string): PlayedTarget {
  const apiVersion = 'serving.knative.dev/v1';
  return {
    targetRef: { apiVersion, kind: 'Service', name: 'web' },
    object: (revision) => ({
      apiVersion,
      kind: 'Service',
      metadata: { namespace, name: 'web' },
      spec: { template: template(revision) },
      status: {
        latestCreatedRevisionName: 'web-00002',
        address: { url: `http://web.${namespace}.svc.cluster.local` },
      },
    }),
    behind: [
      {
        apiVersion,
        kind: 'Revision',
        metadata: { namespace, name: 'web-00002' },
        status: { conditions: [{ type: 'Ready', status: 'True' }] },
      },
    ],
  };
}

export function playedTarget(kind: TargetKind, namespace: string): PlayedTarget {
  switch (kind) {
    case 'Service':
      return service(namespace);
    case 'Knative Service':
      return knative(namespace);
    default:
      return workload(namespace, kind);
  }
}
