/**
 * kubectl against this checkout's cluster, or against the one that E2E_KUBECONFIG names.
 */
import { join } from 'node:path';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { build } from './build.ts';
import { type CommandOptions, run } from './command.ts';
import { components } from './components.ts';
import { externalKubeconfig, kubeconfig } from './settings.ts';

export async function kubectlProgram(): Promise<string> {
  return externalKubeconfig === undefined ? join(await build(components.kubernetes), 'kubectl') : 'kubectl';
}

export async function kubectl(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return run(await kubectlProgram(), ['--kubeconfig', externalKubeconfig ?? kubeconfig, ...args], options);
}

/** Server-side: some CRDs are too big for the annotation that a client-side apply would write. */
const applyServerSide = ['apply', '--server-side', '--force-conflicts'];

export async function apply(objects: readonly KubernetesObject[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await kubectl([...applyServerSide, '-f', '-'], { input: list });
}

/** Files and folders of manifests as they are. */
export async function applyFiles(paths: readonly string[]): Promise<void> {
  await kubectl([...applyServerSide, ...paths.flatMap((path) => ['-f', path])]);
}

export async function applyKustomization(folder: string): Promise<void> {
  await kubectl([...applyServerSide, '-k', folder]);
}

export async function get<Kind extends KubernetesObject>(args: readonly string[]): Promise<Kind> {
  return JSON.parse(await kubectl(['get', ...args, '-o', 'json'])) as Kind;
}
