/**
 * Time: how long a webhook call may take, how long one request to the API server, and when it is tried again.
 * All requests of the verifier are safe to repeat: reads, creates under a fixed name, deletes of one uid,
 * patches of one resourceVersion.
 */
import type { Fault } from '../fault.ts';

/** Flagger gives up after 10 s by default; the answer must be there before. */
export interface Budget {
  /** Milliseconds since the epoch, of this machine's clock. */
  endsAt: number;
}

const longestTry = 3000;
const mostTries = 3;
const firstPause = 100;

/** What one try came to: a value, a fault that stays, or one that may heal by itself. */
export type Try<T> = { settled: T | Fault } | { unsettled: Extract<Fault, { kind: 'unavailable' }> };

/** Tries until it settles, at most three times and within the budget; then the last `unavailable`. */
export async function persistently<T>(
  budget: Budget,
  attempt: (signal: AbortSignal) => Promise<Try<T>>,
): Promise<T | Fault> {
  for (let tries = 1; ; tries++) {
    const left = budget.endsAt - Date.now();
    if (left <= 0) return { kind: 'unavailable', message: 'the API server took too long' };
    const outcome = await attempt(AbortSignal.timeout(Math.min(longestTry, left)));
    if ('settled' in outcome) return outcome.settled;
    const pause = pauseBefore(tries, outcome.unsettled.retryAfterSeconds);
    if (tries === mostTries || Date.now() + pause >= budget.endsAt) return outcome.unsettled;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Milliseconds. A Retry-After is authoritative, as in client-go's rest/with_retry.go. */
export function pauseBefore(tries: number, retryAfterSeconds: number | undefined): number {
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1000;
  const pause = firstPause * 2 ** (tries - 1);
  return pause / 2 + Math.random() * (pause / 2);
}
