/**
 * What is measured and what it is held against.
 */
import { join } from 'node:path';
import type { Api } from './api.ts';
import { environment } from './pod.ts';
import type { Moment } from './recorded-api.ts';
import type { Program } from './spawned.ts';

export const root = join(import.meta.dirname, '../..');
const bareFile = join(import.meta.dirname, 'bare.cjs');

const node = (...args: string[]): Program['command'] => {
  return () => [process.execPath, ...args];
};

export function verifier(api: Api, bundle = join(root, 'dist/index.cjs')): Program {
  return { command: node(bundle), env: environment(api) };
}

/** The verifier at some API that it reaches by a kubeconfig. */
export function verifierAt(kubeconfig: string): Program {
  const env = { USE_IN_CLUSTER: 'false', AUTHENTICATE_PAYLOAD: 'true', KUBECONFIG: kubeconfig };
  return { command: node(join(root, 'dist/index.cjs')), env };
}

export const bare: Program = { command: node(bareFile) };

export function bareWithReads(api: Pick<Api, 'url' | 'caFile' | 'tokenFile'>, { reads }: Moment): Program {
  const env = { API_SERVER: api.url, API_CA: api.caFile, API_TOKEN: api.tokenFile, API_READS: JSON.stringify(reads) };
  return { command: node(bareFile), env };
}

export const frameworkHello: Program = {
  command: node(
    join(root, 'node_modules/@google-cloud/functions-framework/build/src/main.js'),
    '--target=hello',
    `--source=${join(import.meta.dirname, 'hello.cjs')}`,
  ),
};

/** Flagger's loadtester, a Go program; its gates are closed. */
export function loadtester(folder: string): Program {
  return { command: (port) => [join(folder, 'loadtester'), `-port=${port}`], probe: '/healthz' };
}
