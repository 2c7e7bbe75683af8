/**
 * The deployed bundle as a process of its own, on a free port: what a pod would run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const bundle = fileURLToPath(new URL('../../dist/index.cjs', import.meta.url));

export async function startFunction(kubeconfig: string): Promise<{ url: string; stop(): Promise<void> }> {
  const env = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    USE_IN_CLUSTER: 'false',
    AUTHENTICATE_PAYLOAD: 'true',
    PORT: '0',
    // It would hold calls for seconds of real time, of which ten pass there in one.
    CALL_BUDGET_MS: '1000',
  };
  const child = spawn(process.execPath, [bundle], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    const port = /"address":\{"address":"[^"]*","family":"[^"]*","port":(\d+)\}/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stdout.resume();
    return {
      url: `http://127.0.0.1:${port}`,
      async stop() {
        child.kill('SIGTERM');
        await ended;
      },
    };
  }
  throw new Error('the function ended before it listened; is dist/index.cjs built? npm run build');
}
