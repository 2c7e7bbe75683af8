/**
 * Follows the function's and Flagger's pods together until it is interrupted.
 */
import { spawn } from 'node:child_process';
import { kubectlProgram } from './kubectl.ts';
import { externalKubeconfig, kubeconfig, namespaceOfFlagger } from './settings.ts';

/** The function's pods come and go with scale-to-zero: its follower starts again when they are gone. */
const RETRY_MS = 1000;

function follow(program: string, namespace: string, selector: string, since: string): void {
  const which = ['logs', '--follow', '--prefix', '--max-log-requests=20', '-n', namespace, '-l', selector, since];
  const config = ['--kubeconfig', externalKubeconfig ?? kubeconfig];
  const child = spawn(program, [...config, ...which], { stdio: ['ignore', 'inherit', 'pipe'] });
  child.stderr.on('data', (words: Buffer) => {
    if (!words.toString().startsWith('No resources found')) process.stderr.write(words);
  });
  child.on('close', () => setTimeout(() => follow(program, namespace, selector, '--since=2s'), RETRY_MS));
}

export async function logs(): Promise<void> {
  const program = await kubectlProgram();
  follow(program, 'default', 'serving.knative.dev/service=e2e-verifier', '--tail=20');
  follow(program, namespaceOfFlagger, 'app=flagger', '--tail=20');
}
