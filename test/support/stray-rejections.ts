/**
 * The rejections that nobody has handled while something went on: each of them would end another process than this.
 */
import { setImmediate as turn } from 'node:timers/promises';

export async function strayRejections(work: () => Promise<unknown>): Promise<unknown[]> {
  // Mocha's own listener hands each on to the others once more.
  const stray = new Set<unknown>();
  const listener = (reason: unknown) => stray.add(reason);
  process.on('unhandledRejection', listener);
  try {
    await work();
    // Node tells of them when the queue of microtasks is empty.
    await turn();
  } finally {
    process.off('unhandledRejection', listener);
  }
  return [...stray];
}
