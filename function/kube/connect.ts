/**
 * Binds the API to a cluster: which one, as whom, and over which connections.
 */
import { KubeConfig } from '@kubernetes/client-node';
import { client, type Kube } from './client.ts';
import { sharedMemory } from './memory.ts';
import { type Ask, exchange } from './response.ts';
import { type Budget, withRetry } from './retry.ts';
import { withTokenFiles } from './token-files.ts';
import { transport } from './transport/transport.ts';

/** Each call gets the API within its own budget; the connections are shared by all. */
export function connect(config: KubeConfig): (budget: Budget) => Kube {
  const ask = askAt(config);
  return (budget) => client(ask(budget));
}

/** The requests alone. */
export function askAt(config: KubeConfig): (budget: Budget) => Ask {
  const send = transport(config);
  const memoryOf = sharedMemory();
  return (budget) => {
    const memory = memoryOf(budget.over);
    return (request) =>
      withRetry(budget, (signal) => exchange(request, memory, (message, hold) => send(message, signal, hold)));
  };
}

/** The pod's own service account, or a context of the user's kubeconfig, the current one by default. Throws what is wrong with it. */
export function loadKubeConfig(inCluster: boolean, context?: string): KubeConfig {
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
  if (context !== undefined) config.setCurrentContext(context);
  if (config.getCurrentCluster() === null) {
    const which = context === undefined ? 'its current context' : `context ${context}`;
    throw new Error(`the kubeconfig names no cluster for ${which}. kubectl config get-contexts shows what there is`);
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
