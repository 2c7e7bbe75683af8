/**
 * CoreDNS as the cluster's name server. Names outside the cluster do not exist: nothing is forwarded.
 */
import type { KubernetesObject } from '../support/kubernetes.ts';
import { localImage } from './images.ts';
import { inside } from './settings.ts';

const corefile = `.:53 {
  errors
  ready
  cache 5
  kubernetes cluster.local in-addr.arpa {
    ttl 2
  }
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`;

const named = (name: string) => ({ name, namespace: 'kube-system' });
const labels = { 'k8s-app': 'kube-dns' };
const read = (apiGroups: string[], resources: string[]) => ({ apiGroups, resources, verbs: ['list', 'watch'] });

export const dnsObjects: KubernetesObject[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: named('coredns') },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'system:coredns' },
    rules: [read([''], ['services', 'pods', 'namespaces']), read(['discovery.k8s.io'], ['endpointslices'])],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'system:coredns' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' },
    subjects: [{ kind: 'ServiceAccount', ...named('coredns') }],
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: named('coredns'), data: { Corefile: corefile } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...named('kube-dns'), labels },
    spec: {
      clusterIP: inside.dnsService,
      selector: labels,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      ],
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...named('coredns'), labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'coredns',
          dnsPolicy: 'Default',
          containers: [
            {
              name: 'coredns',
              image: localImage('coredns'),
              args: ['-conf', '/etc/coredns/Corefile'],
              readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
              volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
            },
          ],
          volumes: [{ name: 'config', configMap: { name: 'coredns' } }],
        },
      },
    },
  },
];
