/**
 * Binds the API to a cluster: which one, as whom, and over which connections.
 */
import { KubeConfig } from '@kubernetes/client-node';
import { client, type Kube } from './client.ts';
import { sharedMemory } from './memory.ts';
import { exchange } from './response.ts';
import { type Budget, withRetry } from './retry.ts';
import { withTokenFiles } from './token-files.ts';
import { transport } from './transport/transport.ts';

/** Each call gets the API within its own budget; the connections are shared by all. */
export function connect(config: KubeConfig): (budget: Budget) => Kube {
  const send = transport(config);
  const memoryOf = sharedMemory();
  return (budget) => {
    const memory = memoryOf(budget.over);
    return client((request) =>
      withRetry(budget, (signal) => exchange(request, memory, (message, hold) => send(message, signal, hold))),
    );
  };
}

/** The pod's own service account, or the current context of the user's kubeconfig. Throws what is wrong with it. */
export function loadKubeConfig(inCluster: boolean): KubeConfig {
  const config = new KubeConfig();
  try {
    if (inCluster) config.loadFromCluster();
    else {
      config.loadFromDefault();
      withTokenFiles(config);
    }
  } catch (error) {
    throw new Error(`the kubeconfig cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (config.getCurrentCluster() === null) {
    throw new Error('the kubeconfig names no cluster for its current context. kubectl config current-context shows it');
  }
  return allowPlainHttp(config);
}

// client-node refuses http:// without insecure-skip-tls-verify; kubectl does not (kubectl proxy, a local test API).
export function allowPlainHttp(config: KubeConfig): KubeConfig {
  config.clusters = config.clusters.map((cluster) =>
    cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  return config;
}
