/**
 * Which parts of the running cluster are not well, each as a sentence that names it and its log.
 * `status` prints them; suites ask before they blame the code under test.
 */
import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../support/client.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { healthEndpoints } from './daemons.ts';
import { alive, type StartedProcess } from './processes.ts';
import { externalKubeconfig, kubeconfig, namespaceOfFlagger } from './settings.ts';
import { type ClusterState, readState } from './state.ts';

/** undefined is well; else what it answered. Certificates are self-signed, and nothing is sent but this question. */
function ask(address: string, endpoint: (typeof healthEndpoints)[string]): Promise<string | undefined> {
  const { scheme, port, path } = endpoint;
  return new Promise((resolve) => {
    const options = { host: address, port, path, timeout: 3000, rejectUnauthorized: false, agent: false };
    const request = (scheme === 'https' ? https : http).get(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? undefined : `answers ${response.statusCode} to ${path}`);
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 3 s')));
    request.on('error', (error) => resolve(error.message));
  });
}

async function complaint(state: ClusterState, started: StartedProcess): Promise<string | undefined> {
  if (!alive(started)) return `${started.name} (process ${started.pid}) is not alive: see ${started.log}`;
  const endpoint = healthEndpoints[started.name];
  const answer = endpoint === undefined ? undefined : await ask(state.clusterAddress, endpoint);
  return answer === undefined ? undefined : `${started.name} is not well (${answer}): see ${started.log}`;
}

export async function waitUntilWell(state: ClusterState, started: StartedProcess, timeoutMs = 60_000): Promise<void> {
  const limit = Date.now() + timeoutMs;
  for (;;) {
    const wrong = await complaint(state, started);
    if (wrong === undefined) return;
    if (Date.now() > limit || !alive(started)) throw new Error(wrong);
    await sleep(100);
  }
}

interface Deployment extends KubernetesObject {
  status?: { availableReplicas?: number; observedGeneration?: number };
}

/** The cluster's own; what a test or Knative deploys is not its matter. */
const ownNamespaces = ['kube-system', 'knative-serving', 'kourier-system', namespaceOfFlagger];

/** Not by kubectl: suites ask every other second, and the start of a process each time is felt. */
export async function deploymentsNotAvailable(): Promise<string[]> {
  const cluster = await connect(externalKubeconfig ?? kubeconfig, { flavour: 'real', userAgent: 'health' });
  try {
    const kind = { apiVersion: 'apps/v1', kind: 'Deployment' };
    const own = await Promise.all(ownNamespaces.map((namespace) => cluster.list({ ...kind, namespace })));
    const wrong = (own.flat() as Deployment[]).filter(
      ({ metadata, status }) => !status?.availableReplicas || status.observedGeneration !== metadata.generation,
    );
    return wrong.map(({ metadata }) => `deployment ${metadata.namespace}/${metadata.name} is not available`);
  } finally {
    await cluster.stop();
  }
}

/** Of the processes first: without them the API server may not answer for the rest. */
export async function complaints(state = readState()): Promise<string[]> {
  if (state === undefined) return ['the cluster is not up: npm run cluster up'];
  const asked = await Promise.all([state.first, ...state.processes].map((each) => each && complaint(state, each)));
  const wrong = asked.filter((sentence) => sentence !== undefined);
  if (wrong.length > 0) return wrong;
  if (!state.complete) return ['`up` has not come to its end: npm run cluster down, then up'];
  return deploymentsNotAvailable();
}
