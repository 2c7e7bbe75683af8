/**
 * Binds the API to a cluster.
 */
import type { KubeConfig } from '@kubernetes/client-node';
import type { Kube } from '../kube.ts';
import { operations } from './operations.ts';
import { request } from './request.ts';
import { type Budget, persistently } from './retry.ts';
import { transport } from './transport.ts';

/** Each call gets the API within its own budget; the connections are shared by all. */
export function connect(config: KubeConfig): (budget: Budget) => Kube {
  const send = transport(config);
  return (budget) =>
    operations((order) => persistently(budget, (signal) => request(order, (message) => send(message, signal))));
}
