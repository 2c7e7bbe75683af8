/**
 * `npm run demo`: three revisions of one canary meet the real function, on the embedded Kubernetes API.
 * The calls are those that Flagger makes, in its order. `--keep` leaves it all running for kubectl.
 */
import { once } from 'node:events';
import { print, showsColours, widthOf } from '../../function/cli/terminal.ts';
import { printerTo } from './print.ts';
import { playRollouts } from './rollout.ts';
import { setStage } from './stage.ts';

const keeps = process.argv.includes('--keep');
const printer = printerTo({
  isColoured: showsColours(process.stdout),
  width: widthOf(process.stdout),
  show: (line) => print([line]),
});
const { kubernetes, url, stop } = await setStage();

// Whoever ends the demo ends the function with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop().then(() => process.exit()));

try {
  const wrong = await playRollouts(kubernetes, url, printer);
  process.exitCode = wrong.length === 0 ? 0 : 1;
  if (keeps) await untilInterrupted();
} finally {
  await stop();
}

async function untilInterrupted(): Promise<void> {
  // From now on it is the same time there as here, so that the ages that kubectl shows are right.
  await kubernetes.advance((Date.now() - kubernetes.now().getTime()) / 1000);
  print([
    '',
    'Left running; Ctrl-C ends it. Look around with:',
    `  export KUBECONFIG=${kubernetes.kubeconfig}`,
    '  kubectl get e2e,jobs,events -n demo',
    '  kubectl describe canary podinfo -n demo',
    '  kubectl explain e2especs.spec',
  ]);
  await once(process, 'exit');
}
