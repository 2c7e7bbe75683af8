/**
 * Waits for a test's step as long as the cluster is well: when a part of it dies, the step fails at once with a
 * sentence that names the part, instead of running into its timeout or blaming the code under test.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { complaints } from './health.ts';
import { externalKubeconfig } from './settings.ts';

const ASK_EVERY_MS = 2000;

export async function unlessBroken<Result>(step: Promise<Result>): Promise<Result> {
  if (externalKubeconfig !== undefined) return step; // its parts are not ours to watch
  const over = new AbortController();
  const told = step.catch(async (error: unknown) => {
    const wrong = await look();
    // The cause in words: of an error in another process Mocha tells no more.
    throw wrong.length > 0 ? new Error(`${sentence(wrong)}; meanwhile: ${error}`, { cause: error }) : error;
  });
  try {
    return await Promise.race([told, untilNotWell(over.signal)]);
  } finally {
    over.abort();
  }
}

async function untilNotWell(signal: AbortSignal): Promise<never> {
  let before = 0;
  for (;;) {
    await sleep(ASK_EVERY_MS, undefined, { signal });
    const wrong = await look();
    // One question unanswered is a busy machine.
    if (wrong.length > 0 && before > 0) throw new Error(sentence(wrong));
    before = wrong.length;
  }
}

let last = { at: 0, found: Promise.resolve<string[]>([]) };

/** However many steps wait, the cluster is asked once in a while. */
function look(): Promise<string[]> {
  if (Date.now() - last.at >= ASK_EVERY_MS / 2) last = { at: Date.now(), found: complaints().catch(asComplaint) };
  return last.found;
}

function asComplaint(error: unknown): string[] {
  return [`its state cannot be read: ${error instanceof Error ? error.message : String(error)}`];
}

function sentence(wrong: string[]): string {
  return `the cluster is not well: ${wrong.join('; ')}`;
}
