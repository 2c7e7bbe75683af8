/**
 * Waits for a Job that is not decided yet, as long as the call is held.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { HookError } from '../errors.ts';
import { pauseBeforeLook } from '../flagger/patience.ts';
import type { Reader } from '../kube/read.ts';
import { type AwaitedJob, hasMoved } from '../run/awaited.ts';

/** Carries out one look at the Job, and holds nothing of it afterwards. */
export type Look = <T>(use: (kube: Pick<Reader, 'getJob'>) => Promise<T>) => Promise<T>;

export interface Wait {
  /** In milliseconds since the epoch. */
  until: number;
  /** Ends it at once. */
  signal: AbortSignal;
  look: Look;
}

/** Whether it is worth evaluating anew. Not so at the end, when that has come first. */
export async function moves(awaited: AwaitedJob, { until, signal, look }: Wait): Promise<boolean> {
  const ended = new Promise<false>((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  let isSeen = false;
  while (!isSeen && !signal.aborted) {
    const pause = pauseBeforeLook(Date.now(), until);
    if (pause === undefined) break;
    isSeen = await Promise.race([ended, lookAfter(pause)]);
  }
  return isSeen;

  async function lookAfter(pause: number): Promise<boolean> {
    await sleep(pause, undefined, { signal });
    try {
      const { value } = await look((kube) => kube.getJob(awaited.namespace, awaited.name));
      return hasMoved(awaited, value);
    } catch (error) {
      // An API server that does not answer has no news. The verdict stands as it was read, and the next call asks anew.
      if (error instanceof HookError) return false;
      throw error;
    }
  }
}
