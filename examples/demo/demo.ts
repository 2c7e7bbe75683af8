/**
 * `npm run demo`: three revisions of one canary meet the real function, on the embedded Kubernetes API.
 * The calls are those that Flagger makes, in its order. `--keep` leaves it all running for kubectl.
 */
import { once } from 'node:events';
import { startEmbeddedKubernetes } from '../../test/support/embedded/index.ts';
import { startFunction } from './function.ts';
import { print, summary } from './print.ts';
import { playRollouts } from './rollout.ts';

const keeps = process.argv.includes('--keep');
// Ten embedded seconds pass in one: deadlines and graces are those of a real cluster, the waiting is not.
const kubernetes = await startEmbeddedKubernetes({ speed: 10 });
const verifier = await startFunction(kubernetes.kubeconfig);
print(`Embedded Kubernetes API ${kubernetes.url}, the verifier ${verifier.url}. Ten cluster seconds pass in one.`);

// Whoever ends the demo ends the function with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop().then(() => process.exit()));

try {
  const wrong = await playRollouts(kubernetes, verifier.url);
  print(summary(wrong));
  process.exitCode = wrong.length === 0 ? 0 : 1;
  if (keeps) await untilInterrupted();
} finally {
  await stop();
}

async function stop(): Promise<void> {
  await verifier.stop();
  await kubernetes.stop();
}

async function untilInterrupted(): Promise<void> {
  print(`Left running; Ctrl-C ends it. Look around with:
  export KUBECONFIG=${kubernetes.kubeconfig}
  kubectl get e2e,jobs,events -n demo
  kubectl describe canary podinfo -n demo`);
  await once(process, 'exit');
}
