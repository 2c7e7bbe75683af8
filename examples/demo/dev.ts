/**
 * `npm run dev`: the function from its sources, restarted on each save, on the embedded Kubernetes API with a Canary in
 * the middle of a rollout and an E2ESpec. It prints the calls to make. Ctrl-C ends it all.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { print } from '../../function/cli/terminal.ts';
import { startEmbeddedKubernetes } from '../../test/support/embedded/index.ts';
import { playDemoCanary } from './rollout.ts';

const port = process.env['PORT'] ?? '8080';
const kubernetes = await startEmbeddedKubernetes();
const canary = await playDemoCanary(kubernetes, { spec: 'e2espec-passes.yaml' });
await canary.begin('revision-1');

const entry = fileURLToPath(new URL('../../function/index.ts', import.meta.url));
const env = {
  ...process.env,
  KUBECONFIG: kubernetes.kubeconfig,
  USE_IN_CLUSTER: 'false',
  AUTHENTICATE_PAYLOAD: 'true',
  PORT: port,
};
const child = spawn(process.execPath, ['--watch', '--watch-preserve-output', entry], { env, stdio: 'inherit' });
const ended = once(child, 'exit');

print([
  `
Ask what Flagger would ask, again and again until it is decided:
  curl -i -X POST http://localhost:${port}/pre-rollout -H 'Content-Type: application/json' -d '${JSON.stringify(canary.payload())}'
Edit the test:
  export KUBECONFIG=${kubernetes.kubeconfig}
  kubectl edit e2e podinfo -n demo
  kubectl annotate --field-manager=e2e-verifier e2e podinfo -n demo remarkable.com/requestedAt="$(date -u +%FT%TZ)" --overwrite
`,
]);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill('SIGTERM'));
await ended;
await kubernetes.stop();
