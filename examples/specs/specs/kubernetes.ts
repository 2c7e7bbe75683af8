// A helper: asks the API server, as the service account of the pod. The runner has Node trust the cluster's certificate.
import { readFileSync } from 'node:fs';

export interface Pod {
  metadata: { name: string };
  status: {
    conditions?: { type: string; status: string }[];
    containerStatuses?: { name: string; restartCount: number }[];
  };
}

export async function list<T>(resource: string, labelSelector: string): Promise<T[]> {
  const { items } = JSON.parse(await ask(`${resource}?${new URLSearchParams({ labelSelector })}`)) as { items: T[] };
  return items;
}

/** The last lines. */
export function logOf(pod: string): Promise<string> {
  return ask(`pods/${pod}/log?tailLines=1000`);
}

async function ask(path: string): Promise<string> {
  const account = '/var/run/secrets/kubernetes.io/serviceaccount';
  const [namespace, token] = ['namespace', 'token'].map((name) => readFileSync(`${account}/${name}`, 'utf8'));
  const response = await fetch(`https://kubernetes.default.svc/api/v1/namespaces/${namespace}/${path}`, {
    headers: { Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status}: ${text}`);
  return text;
}
