/**
 * The Deployment of a played canary. A node runs many of them at once: each is one small pod, or none.
 */
import type { KubernetesObject, ObjectKey } from './kubernetes.ts';

export function idleDeployment({ apiVersion, kind, namespace, name }: ObjectKey): KubernetesObject {
  const selector = { matchLabels: { app: name } };
  return {
    apiVersion,
    kind,
    metadata: { namespace, name },
    spec: { replicas: 0, selector, template: templateOf(name, 'initial', true) },
  };
}

/** Allowed under Pod Security `restricted`, and gone at once: PID 1 does not hear SIGTERM, and is given no time. */
export function templateOf(app: string, revision: string, ready: boolean) {
  const image = ready ? 'busybox:1.36' : 'registry.invalid/no-such-image:1';
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  return {
    metadata: { labels: { app }, annotations: { revision } },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ name: 'app', image, command: ['sleep', '86400'], securityContext }],
    },
  };
}
