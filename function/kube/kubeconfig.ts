/**
 * Which cluster, as whom: the pod's own service account, or the current context of the user's kubeconfig.
 */
import { KubeConfig } from '@kubernetes/client-node';

export function loadKubeConfig(inCluster: boolean): KubeConfig | { problem: string } {
  const config = new KubeConfig();
  try {
    if (inCluster) config.loadFromCluster();
    else config.loadFromDefault();
  } catch (error) {
    return { problem: `the kubeconfig cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (config.getCurrentCluster() === null) {
    return {
      problem: 'the kubeconfig names no cluster for its current context. kubectl config current-context shows it',
    };
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
