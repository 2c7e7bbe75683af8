/**
 * Flagger and its loadtester as pods, from their module's manifests; Gateway API kinds for weights and A/B.
 */
import { join } from 'node:path';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { moduleFolder } from './build.ts';
import { localImage } from './images.ts';
import type { AddOn } from './knative.ts';
import { type Deployment, isDeployment, load } from './manifests.ts';
import { namespaceOfFlagger } from './settings.ts';

/** Upstream's probes start a wget every time; the same question asked by the kubelet costs nothing. */
const probe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 };

function asPod(deployment: Deployment, image: string, flags: string[]): void {
  for (const container of deployment.spec.template.spec.containers) {
    container.image = image;
    container['args'] = flags;
    container.readinessProbe = probe;
    container.livenessProbe = { ...probe, periodSeconds: 10 };
  }
}

/** Its namespace in the object and, for a ClusterRoleBinding, in the subjects. */
function inNamespace(object: KubernetesObject): KubernetesObject {
  const subjects = object['subjects'] as { namespace?: string }[] | undefined;
  for (const subject of subjects ?? []) subject.namespace = namespaceOfFlagger;
  if (object.kind.startsWith('Cluster')) return object;
  return { ...object, metadata: { ...object.metadata, namespace: namespaceOfFlagger } };
}

export async function flagger(): Promise<AddOn> {
  const folder = await moduleFolder('flagger', 'github.com/fluxcd/flagger');
  const gateway = await moduleFolder('gateway-api', 'sigs.k8s.io/gateway-api');
  // The account of artifacts/ lacks the rights for Knative Services.
  const own = ['kustomize/base/flagger/account', 'kustomize/base/flagger/rbac', 'artifacts/flagger/deployment'].flatMap(
    (name) => load(join(folder, `${name}.yaml`)),
  );
  const tester = ['deployment.yaml', 'service.yaml'].flatMap((name) => load(join(folder, 'kustomize/tester', name)));
  for (const deployment of own.filter(isDeployment)) {
    asPod(deployment, localImage('flagger'), ['-mesh-provider=kubernetes']);
  }
  for (const deployment of tester.filter(isDeployment)) asPod(deployment, localImage('loadtester'), []);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespaceOfFlagger } };
  return {
    definitions: [join(folder, 'artifacts/flagger/crd.yaml'), join(gateway, 'config/crd/standard')],
    objects: [namespace, ...[...own, ...tester].map(inNamespace)],
  };
}
