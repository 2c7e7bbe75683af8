/**
 * The API server for one call, and no longer.
 */
import type { Look } from '../actions/hold.ts';
import { HookError } from '../errors.ts';
import type { Budget } from '../kube/retry.ts';
import type { Settings } from './settings.ts';

// Made once: without a reason each call would make an error, and that is a hundredth of a poll.
const answered = new HookError('ServiceUnavailable', 'the call has been answered');

/** Of what is read with it, nothing is held any longer than that takes. */
export async function lend<K, T>(
  connect: (budget: Budget) => K,
  budget: Budget,
  use: (kube: K) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  try {
    return await use(connect({ ...budget, over: over.signal }));
  } finally {
    over.abort(answered);
  }
}

// Milliseconds.
const longestLook = 1000;

/** Not tried again: the next look comes a second later. */
export function looksWith(kube: Settings['kube']): Look {
  return (use) => lend(kube, { endsAt: Date.now() + longestLook, tries: 1 }, use);
}
