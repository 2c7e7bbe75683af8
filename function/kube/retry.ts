/**
 * Time: how long a webhook call may take, how long one request to the API server, and when it is tried again.
 * All requests of the verifier are safe to repeat: reads, creates under a fixed name, deletes of one uid,
 * patches of one resourceVersion.
 */
import { HookError } from '../errors.ts';

/** Flagger gives up after 10 s by default; the answer must be there before. */
export interface Budget {
  /** Milliseconds since the epoch, of this machine's clock. */
  endsAt: number;
  /** Aborted when the call is answered, and nothing is held for it any more. */
  over?: AbortSignal;
  /** How often a request is tried; three times, where it is not said. */
  tries?: number;
}

/** May heal by itself within the call. */
export class TransientError extends HookError {
  constructor(message: string, retryAfterSeconds?: number) {
    super('ServiceUnavailable', message, { retryAfterSeconds });
  }
}

const longestTry = 3000;
const mostTries = 3;
const firstPause = 100;

/** Seconds. Flagger sleeps whatever it is told: https://github.com/hashicorp/go-retryablehttp/issues/247 */
export const longestRetryAfter = 60;

/** Tries at most so many times and within the budget while the error is a transient one; then throws the last. */
export async function withRetry<T>(budget: Budget, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const left = budget.endsAt - Date.now();
    if (left <= 0) throw new TransientError('the API server took too long');
    try {
      return await within(Math.min(longestTry, left), attempt);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      const pause = pauseBefore(tries, error.retryAfterSeconds);
      if (tries === (budget.tries ?? mostTries) || Date.now() + pause >= budget.endsAt || budget.over?.aborted)
        throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** As with AbortSignal.timeout, which would go on, and make an error in the end, of each request that was answered long ago. */
async function within<T>(milliseconds: number, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timer = new AbortController();
  const expire = () => timer.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  const timeout = setTimeout(expire, milliseconds);
  try {
    return await attempt(timer.signal);
  } finally {
    clearTimeout(timeout);
  }
}

/** Milliseconds. A Retry-After is authoritative, as in client-go's rest/with_retry.go, but never no pause at all. */
export function pauseBefore(tries: number, retryAfterSeconds = 0): number {
  const longest = firstPause * 2 ** (tries - 1);
  const pause = longest / 2 + Math.random() * (longest / 2);
  const asked = Math.min(retryAfterSeconds, longestRetryAfter) * 1000;
  return Math.max(asked, pause);
}
