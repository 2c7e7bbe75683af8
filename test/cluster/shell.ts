/**
 * What a person types: the command line's commands, and those that it tells them.
 */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { commandLine } from '../support/command-line.ts';
import { run } from './command.ts';
import { kubectlProgram } from './kubectl.ts';
import type { World } from './rollout.ts';

/** With a person's kubeconfig; what it prints. */
export async function onCommandLine({ namespace, kubernetes }: World, ...args: string[]): Promise<string> {
  const { status, out, err } = await commandLine([...args, '-n', namespace], { KUBECONFIG: kubernetes.kubeconfig });
  assert.equal(status, 0, `${out}${err}`);
  return out;
}

export async function inShell(command: string, kubeconfig: string): Promise<void> {
  const path = `${dirname(await kubectlProgram())}:${process.env['PATH']}`;
  await run('sh', ['-c', command], { env: { ...process.env, PATH: path, KUBECONFIG: kubeconfig } });
}
