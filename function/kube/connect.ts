/**
 * Binds the API to a cluster.
 */
import { CustomObjectsApi, createConfiguration, type KubeConfig, ServerConfiguration } from '@kubernetes/client-node';
import type { Kube } from '../kube.ts';
import { coreRequest } from './core.ts';
import { operations } from './operations.ts';
import type { Budget } from './retry.ts';
import { transport } from './transport.ts';

/** Each call gets the API within its own budget; the connections are shared by all. */
export function connect(config: KubeConfig): (budget: Budget) => Kube {
  const baseServer = new ServerConfiguration(config.getCurrentCluster()?.server ?? '', {});
  const configuration = createConfiguration({ baseServer, httpApi: transport(config) });
  // Jobs too: BatchV1Api's serializer drops the fields it does not know, before the API server could refuse them.
  const objects = new CustomObjectsApi(configuration);
  return (budget) => operations(budget, objects, (order, signal) => coreRequest(configuration, order, signal));
}
