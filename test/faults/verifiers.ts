/**
 * The deployed process before the front, as often as it is needed.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Deployed, start } from '../function/deployed/deployed.ts';
import type { Certificates } from '../function/transport/tls-api.ts';
import { bearer } from '../support/caller.ts';
import type { CanaryPayload } from '../support/canary.ts';
import { token } from './fault.ts';
import { pool } from './pool.ts';

/** Milliseconds for one call. */
export const callBudget = 1500;

// What a machine that does much else at the same time may take on top.
export const patience = 1500;

export interface Answered {
  status: number;
  body: string;
  retryAfter: string | null;
  /** Milliseconds. */
  took: number;
}

export interface Lane {
  /** Runs what is given one of the lane's processes. */
  run<T>(work: (verifier: Deployed) => Promise<T>): Promise<T>;
  verifiers: Deployed[];
}

/** `atOnce` calls to each of so many processes. */
export async function openLane(
  bundle: string,
  folder: string,
  files: Certificates,
  port: number,
  { processes, atOnce }: { processes: number; atOnce: number },
): Promise<Lane> {
  const KUBECONFIG = join(folder, `kubeconfig-${port}`);
  const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority': files.authority };
  const config = {
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  };
  await writeFile(KUBECONFIG, JSON.stringify(config));
  const env = { PATH: process.env['PATH'] ?? '', CALL_BUDGET_MS: String(callBudget), AUTHENTICATE_PAYLOAD: 'true' };
  const verifiers = await Promise.all(Array.from({ length: processes }, () => start(bundle, { ...env, KUBECONFIG })));
  const pools = verifiers.map((verifier) => ({ verifier, limit: pool(atOnce) }));
  let turn = 0;
  return {
    verifiers,
    run(work) {
      const { verifier, limit } = pools[turn++ % pools.length] ?? noProcess();
      return limit(() => work(verifier));
    },
  };
}

function noProcess(): never {
  throw new Error('a lane has one process at least');
}

/** What is posted in place of Flagger's payload where the path is /run: its caller's token is the payload's, and its id the checksum. */
export function callOf(path: string, payload: CanaryPayload): { body: object; headers: Record<string, string> } {
  if (path !== '/run') return { body: payload, headers: {} };
  const { name, namespace, checksum, metadata } = payload;
  return { body: { name, namespace, id: checksum }, headers: bearer(metadata?.['token'] ?? '') };
}

/** Posts as Flagger does; no answer in time is an error. */
export async function post({ url }: Deployed, path: string, payload: CanaryPayload): Promise<Answered> {
  const began = Date.now();
  const { body: sent, headers } = callOf(path, payload);
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(sent),
    redirect: 'manual',
    signal: AbortSignal.timeout(callBudget + patience),
  });
  const body = (await response.text()).trimEnd();
  const retryAfter = response.headers.get('retry-after');
  return { status: response.status, body, retryAfter, took: Date.now() - began };
}

/** Right after a fault: asked again where this machine was too slow for the budget, which is no answer to judge. */
export async function postInTime(verifier: Deployed, path: string, payload: CanaryPayload): Promise<Answered> {
  for (let tries = 1; ; tries++) {
    const answered = await post(verifier, path, payload);
    if (answered.status !== 503 || answered.took < callBudget * 0.8 || tries === 4) return answered;
  }
}
