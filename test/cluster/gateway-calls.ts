/**
 * What the gateway in front of the verifier saw: each call with the status that its caller got, whoever gave it.
 * Flagger asks again after a connection that broke, and says nothing of it; the gateway's access log does.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl } from './kubectl.ts';

/** Envoy writes its access log out every 10 s. */
const FLUSH_MS = 11_000;

/** `POST /pre-rollout 429 -` (method, path, status, Envoy's flags of what went wrong) and how often. */
export async function gatewayCalls(host: string, since: Date): Promise<Map<string, number>> {
  await sleep(FLUSH_MS);
  const gateway = ['-n', 'kourier-system', 'logs', 'deploy/3scale-kourier-gateway', '--tail=-1'];
  const log = await kubectl([...gateway, `--since-time=${since.toISOString()}`]);
  const counted = new Map<string, number>();
  for (const line of log.split('\n')) {
    const [, call = '', rest = ''] = /^\[[^\]]+\] "(\S+ \S+) HTTP[^"]*" (.*)$/.exec(line) ?? [];
    const [status, flags] = rest.split(' ');
    const quoted = [...rest.matchAll(/"([^"]*)"/g)].map((match) => match[1]);
    // The third of the quoted is the caller, the fifth its host.
    if (!quoted.includes(host) || quoted.includes('Knative-Ingress-Probe')) continue;
    const what = `${call} ${status} ${flags}`;
    counted.set(what, (counted.get(what) ?? 0) + 1);
  }
  return counted;
}
