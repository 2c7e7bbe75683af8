/**
 * The real cluster as "a Kubernetes" for suites: this checkout's, or the one that E2E_KUBECONFIG names.
 * Refuses at once, and says why, when a part of it is not well.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTo } from '../support/client.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import { missingInExternalCluster } from './external.ts';
import { complaints } from './health.ts';
import { externalKubeconfig, kubeconfig } from './settings.ts';

export async function connect(): Promise<Kubernetes> {
  const wrong = externalKubeconfig === undefined ? await complaints() : await missingInExternalCluster();
  if (wrong.length > 0) throw new Error(`the cluster cannot be used: ${wrong.join('; ')}`);
  const cluster = await connectTo(externalKubeconfig ?? kubeconfig, { flavour: 'real', userAgent: 'test-cluster' });
  const namespaces: string[] = [];
  return {
    ...cluster,
    async namespace() {
      const name = await cluster.namespace();
      namespaces.push(name);
      return name;
    },
    async apply(object) {
      const applied = await cluster.apply(object);
      if (object.kind === 'Canary') await untilFlaggerKnows(cluster, applied);
      return applied;
    },
    async stop() {
      // E2E_KEEP=1 leaves them to be looked at.
      if (!process.env['E2E_KEEP']) {
        const gone = namespaces.map((name) =>
          cluster.delete({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name }),
        );
        await Promise.allSettled(gone);
      }
      await cluster.stop();
    },
  };
}

// Flagger writes the first status of every Canary, of a suspended one too, and would write it over one that a test plays.
// https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/controller.go
async function untilFlaggerKnows(cluster: Kubernetes, { apiVersion, kind, metadata }: KubernetesObject): Promise<void> {
  const { namespace = '', name = '' } = metadata;
  const limit = Date.now() + 30_000;
  while (!hasConditions(await cluster.get({ apiVersion, kind, namespace, name }))) {
    if (Date.now() > limit) throw new Error(`Flagger does not take notice of Canary ${namespace}/${name}`);
    await sleep(50);
  }
}

function hasConditions(canary: KubernetesObject | undefined): boolean {
  const status = canary?.['status'];
  return typeof status === 'object' && status !== null && 'conditions' in status;
}
