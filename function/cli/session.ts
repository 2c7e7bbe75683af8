/**
 * A person's way into a cluster: by their kubeconfig, with their rights, and with errors that speak to them.
 */
import type { KubeConfig } from '@kubernetes/client-node';
import { client, type Kube } from '../kube/client.ts';
import { askAt } from '../kube/connect.ts';
import { type Inventory, inventory } from '../kube/inventory.ts';
import { chooseKubeConfig, type KubeConfigChoice } from '../kube/kubeconfig.ts';
import { tellingPeople } from '../kube/people.ts';
import type { Budget } from '../kube/retry.ts';
import { messageOf } from './problem.ts';

export interface Session {
  /** Of the context, as kubectl has it. */
  namespace: string;
  kube(budget: Budget): Kube;
  inventory(budget: Budget): Inventory;
  /** Says which cluster it was. */
  explained(error: unknown): string;
}

/** Throws what keeps the cluster from being asked. */
export async function openSession(choice: KubeConfigChoice): Promise<Session> {
  const config = chooseKubeConfig(choice);
  const { server } = config.getCurrentCluster() ?? {};
  const context = config.getCurrentContext();
  const explained = (error: unknown) => `${server} (context ${context}): ${messageOf(error)}`;
  await signIn(config).catch((error: unknown) => {
    throw new Error(explained(error));
  });
  const send = askAt(config);
  const ask = (budget: Budget) => tellingPeople(send(budget));
  return {
    namespace: config.getContextObject(context)?.namespace || 'default',
    kube: (budget) => client(ask(budget)),
    inventory: (budget) => inventory(ask(budget)),
    explained,
  };
}

/** Programs that make credentials may ask a person, and no request waits for that. */
async function signIn(config: KubeConfig): Promise<void> {
  try {
    await config.applyToHTTPSOptions({});
  } catch (error) {
    throw new Error(`your credentials cannot be read: ${messageOf(error)}`);
  }
}
