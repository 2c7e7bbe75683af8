/**
 * Waits for a test's step as long as the cluster is well: when a part of it dies, the step fails at once with a
 * sentence that names the part, instead of running into its timeout.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { complaints } from './health.ts';
import { externalKubeconfig } from './settings.ts';

const ASK_EVERY_MS = 2000;

export async function whileWell<Result>(step: Promise<Result>): Promise<Result> {
  if (externalKubeconfig !== undefined) return step; // its parts are not ours to watch
  const over = new AbortController();
  const watch = async (): Promise<never> => {
    for (;;) {
      await sleep(ASK_EVERY_MS, undefined, { signal: over.signal });
      const wrong = await complaints();
      if (wrong.length > 0) throw new Error(`the cluster is not well: ${wrong.join('; ')}`);
    }
  };
  try {
    return await Promise.race([step, watch()]);
  } finally {
    over.abort();
  }
}
