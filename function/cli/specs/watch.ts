/**
 * Runs again on each save: a run that is going on is ended by the next.
 */
import { type Status, statuses } from '../exit.ts';
import type { Requests } from './requests.ts';

export interface Watched {
  /** `only`: files; all where there are none. */
  run(only: string[], signal: AbortSignal): Promise<{ status: Status; failedIn: string[] } | 'interrupted'>;
  requests: Pick<Requests, 'next'>;
  say(line: string): Promise<void>;
  /** What may be asked for, in words. */
  keys: string;
}

/** `isTyped`: whether somebody is at a keyboard. */
export function specKeys(isTyped: boolean): string {
  const keys = isTyped ? 'Enter: again, f: the files that failed, q: quit' : noKeys;
  return `Save a file to run all of them again; ${keys}`;
}

export const noKeys = 'Ctrl-C: quit';

/** `signal`: ends it at once. Throws what keeps the first run from being made; of later ones it is told. */
export async function watch({ run, requests, say, keys }: Watched, signal: AbortSignal): Promise<Status> {
  let status: Status = statuses.couldNotRun;
  let failedIn: string[] = [];
  let next = requests.next();
  /** Until there is something to run; nothing at the end. */
  async function filesAskedFor(): Promise<string[] | undefined> {
    for (;;) {
      const request = await next;
      if (request.kind === 'quit') return undefined;
      next = requests.next();
      if (request.kind === 'changed') await say(`changed: ${request.paths.join(', ')}`);
      if (request.kind !== 'failed') return [];
      if (failedIn.length > 0) return failedIn;
      await say('nothing has failed');
    }
  }
  /** Whether it went on to its end. */
  async function runUnlessAsked(only: string[]): Promise<boolean> {
    const ending = new AbortController();
    const running = run(only, AbortSignal.any([signal, ending.signal]));
    const isEarly = await Promise.race([running.then(no, no), next.then(yes)]);
    if (isEarly) ending.abort();
    const ended = await running;
    if (ended !== 'interrupted') ({ status, failedIn } = ended);
    return !isEarly;
  }
  for (let runs = 1, only: string[] | undefined = []; only !== undefined; only = await filesAskedFor(), runs++) {
    const hasEnded = await runUnlessAsked(only).catch(async (error: unknown) => {
      if (runs === 1 || !(error instanceof Error)) throw error;
      status = statuses.couldNotRun;
      await say(error.message);
      return true;
    });
    if (hasEnded) await say(keys);
  }
  return signal.aborted ? statuses.interrupted : status;
}

const no = () => false;
const yes = () => true;
