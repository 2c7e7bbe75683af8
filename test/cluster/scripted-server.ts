/**
 * A server of a few lines of Node.js in the cluster: a pod, and the Service by whose name it is called at port 80.
 */
import type { KubernetesObject } from '../support/kubernetes.ts';

/** `script`: listens on 8080. */
export function scriptedServer(name: string, namespace: string, script: string): KubernetesObject[] {
  const labels = { app: name };
  const container = {
    name,
    image: 'node:24',
    command: ['node', '-e', script],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels },
      spec: { terminationGracePeriodSeconds: 0, containers: [container] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
  ];
}
