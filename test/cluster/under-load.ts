/**
 * A verifier under steady load from inside the cluster, while something disturbs it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { image, type Place, passing, rollOut, until } from '../support/environment.ts';
import { goInside } from './inside.ts';
import { kubectl } from './kubectl.ts';
import type { LoadCall } from './load.ts';
import { unlessBroken } from './unless-broken.ts';

const CALLERS = 16;

// Longer than any disturbance.
const running = { image, command: ['sh', '-c', 'sleep 600'] };

/** What the function means to answer: to two gates, to the rollback hook and to a health check. */
export const meant = ['200 Passed', '200 e2e-verifier is up', '403 Passed', '429 Running'];

export interface Load {
  /** The answers, and how often each came, from before to after what disturbs. */
  during(disturb: () => Promise<unknown>): Promise<Record<string, number>>;
}

/** Two canaries in this namespace, one whose test has passed and one whose test runs, and who calls for them. */
export async function prepareLoad(
  { kubernetes, namespace }: Place,
  url: string,
  connections: 'kept' | 'new',
): Promise<Load> {
  const inside = await goInside(namespace);
  const passes = await rollOut({ kubernetes, namespace }, passing, { name: 'passes' });
  const runs = await rollOut({ kubernetes, namespace }, running, { name: 'runs' });
  const first = (payload: object, word: string) =>
    until(
      () => inside.post(`${url}/pre-rollout`, payload),
      ({ text }) => text.startsWith(word),
    );
  await Promise.all([first(passes.payload(), 'Passed'), first(runs.payload(), 'Running')]);
  const calls: LoadCall[] = [
    { method: 'POST', url: `${url}/pre-rollout`, body: passes.payload() },
    { method: 'POST', url: `${url}/rollback`, body: passes.payload() },
    { method: 'POST', url: `${url}/pre-rollout`, body: runs.payload() },
    { method: 'GET', url: `${url}/healthz` },
    { method: 'POST', url: `${url}/pre-rollout`, body: passes.payload(), milliseconds: 700 },
  ];
  return {
    async during(disturb) {
      const source = readFileSync(join(import.meta.dirname, 'load.ts'), 'utf8');
      const enough = `/tmp/enough-${Date.now()}`;
      const load = inside.run(source, JSON.stringify(calls), String(CALLERS), enough, connections);
      const disturbed = sleep(2000)
        .then(disturb)
        .then(() => sleep(5000))
        .finally(() => kubectl(['exec', '-n', namespace, 'inside', '--', 'touch', enough]));
      const [answers] = await unlessBroken(Promise.all([load, disturbed]));
      return JSON.parse(answers) as Record<string, number>;
    },
  };
}
