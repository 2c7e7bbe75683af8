/**
 * kube-state-metrics, Prometheus and Alertmanager as processes of this machine, and what they answer.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../support/documents.ts';
import { type Started, start } from './local-server.ts';
import {
  alertmanagerCommand,
  flaggerPod,
  kubeStateMetricsCommand,
  prometheusCommand,
  proxyCommand,
} from './monitoring-commands.ts';

export interface Sample {
  labels: Record<string, string>;
  value: number;
}

export interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface Stack {
  /** What Prometheus answers now. */
  query(expression: string): Promise<Sample[]>;
  values(expression: string): Promise<number[]>;
  /** What Alertmanager's API has of a namespace by this name. */
  alerts(name: string, namespace: string): Promise<Alert[]>;
  stop(): Promise<void>;
}

/** `namespace`: where knative/monitoring/kube-state-metrics is applied; the process has the token of its account. */
export async function startStack(namespace: string): Promise<Stack> {
  const own = mkdtempSync(join(tmpdir(), 'e2e-verifier-'));
  const started: Started[] = [];
  const stop = async () => {
    await Promise.all(started.map(({ end }) => end()));
    rmSync(own, { recursive: true });
  };
  const begin = async (...args: Parameters<typeof start>) => {
    const process = await start(...args);
    started.push(process);
    return process.address;
  };
  try {
    const metrics = await begin(await kubeStateMetricsCommand(namespace, own), own, '/healthz');
    const proxy = await begin(await proxyCommand(), own, '/healthz');
    const alertmanager = await begin(alertmanagerCommand(own), own, '/-/ready');
    const addresses = { metrics, proxy, alertmanager, flagger: await flaggerPod() };
    const prometheus = await begin(prometheusCommand(own, addresses), own, '/-/ready');
    const query = async (expression: string) => {
      const answer = await json(`http://${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`);
      const result = at(answer, 'data', 'result') as { metric: Record<string, string>; value: [number, string] }[];
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    };
    return {
      query,
      values: async (expression) => (await query(expression)).map(({ value }) => value),
      async alerts(name, of) {
        const all = (await json(`http://${alertmanager}/api/v2/alerts`)) as Alert[];
        return all.filter(({ labels: { alertname, namespace: its } }) => alertname === name && its === of);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function json(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
  return response.json();
}
