/**
 * A person's way into a cluster: by their kubeconfig, with their rights, and with errors that speak to them.
 */
import type { KubeConfig } from '@kubernetes/client-node';
import { HookError } from '../errors.ts';
import { type Annotate, annotator } from '../kube/annotate.ts';
import { type Bindings, bindings } from '../kube/bindings.ts';
import { client, type Kube } from '../kube/client.ts';
import { type ConfigMaps, configMaps } from '../kube/config-maps.ts';
import { askAt } from '../kube/connect.ts';
import { type Gatekeeper, gatekeeper } from '../kube/gatekeeper.ts';
import { type Inventory, inventory } from '../kube/inventory.ts';
import { chooseKubeConfig, type KubeConfigChoice } from '../kube/kubeconfig.ts';
import { tellingPeople } from '../kube/people.ts';
import { podLogs, type ReadLog } from '../kube/pod-log.ts';
import type { Budget } from '../kube/retry.ts';
import { credentialSource } from '../kube/transport/credentials.ts';
import { streaming } from '../kube/transport/streaming.ts';
import { CannotRun, messageOf } from './problem.ts';

export interface Session {
  context: string;
  /** Of the context, as kubectl has it. */
  namespace: string;
  kube(budget: Budget): Kube;
  inventory(budget: Budget): Inventory;
  bindings(budget: Budget): Bindings;
  gatekeeper(budget: Budget): Gatekeeper;
  annotate(budget: Budget): Annotate;
  readLog: ReadLog;
  configMaps(budget: Budget): ConfigMaps;
  /** As which the person signs in, where that is by a token. */
  token(): Promise<string | undefined>;
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
    context,
    namespace: config.getContextObject(context)?.namespace || 'default',
    kube: (budget) => client(ask(budget)),
    inventory: (budget) => inventory(ask(budget)),
    bindings: (budget) => bindings(ask(budget)),
    gatekeeper: (budget) => gatekeeper(ask(budget)),
    annotate: (budget) => annotator(ask(budget)),
    readLog: podLogs(streaming(config)),
    configMaps: (budget) => configMaps(ask(budget)),
    token: tokenOf(config),
    explained,
  };
}

/** Does what takes a cluster; what keeps it from that is said in one sentence. */
export async function inCluster<T>(choice: KubeConfigChoice, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(choice).catch((error: unknown) => {
    throw new CannotRun(messageOf(error));
  });
  return work(session).catch((error: unknown) => {
    throw error instanceof HookError ? new CannotRun(session.explained(error)) : error;
  });
}

/** Read anew when it may have changed. */
function tokenOf(config: KubeConfig): () => Promise<string | undefined> {
  const credentials = credentialSource(config);
  return async () => {
    const { headers } = await credentials.current();
    return /^Bearer (\S+)$/.exec(String(headers?.['Authorization'] ?? ''))?.[1];
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
