/**
 * Asks again until nothing is missing any more, for a bounded time; the error says what was still missing.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export async function until(goal: string, missing: () => Promise<string[]>, timeoutMs: number): Promise<void> {
  const limit = Date.now() + timeoutMs;
  for (;;) {
    const left = await missing();
    if (left.length === 0) return;
    if (Date.now() > limit) throw new Error(`not within ${timeoutMs / 1000} s: ${goal}: ${left.join('; ')}`);
    await sleep(500);
  }
}
