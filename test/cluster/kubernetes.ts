/**
 * The real cluster as "a Kubernetes" for suites: this checkout's, or the one that E2E_KUBECONFIG names.
 * Refuses at once, and says why, when a part of it is not well.
 */
import { connect as connectTo } from '../support/client.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { missingInExternalCluster } from './external.ts';
import { complaints } from './health.ts';
import { externalKubeconfig, kubeconfig } from './settings.ts';

export async function connect(): Promise<Kubernetes> {
  const wrong = externalKubeconfig === undefined ? await complaints() : await missingInExternalCluster();
  if (wrong.length > 0) throw new Error(`the cluster cannot be used: ${wrong.join('; ')}`);
  return connectTo(externalKubeconfig ?? kubeconfig, { flavour: 'real', userAgent: 'test-cluster' });
}
