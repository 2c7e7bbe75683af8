/**
 * How much of the API server's answers all calls hold together: beyond it a call is to be made again, and the process lives.
 * What is read of an answer takes about three times its bytes.
 */
import { TransientError } from './retry.ts';

const most = 24 * 1024 * 1024;

// Of each call: what calls usually read is never refused because of others that read much.
const free = 256 * 1024;

export interface Memory {
  /** Throws where it is too much; it is held all the same until it is given back. */
  take(bytes: number): void;
  give(bytes: number): void;
}

/** One for each call; all is given back when the call is over. Without an end (the command line) nothing is counted. */
export function sharedMemory(): (over: AbortSignal | undefined) => Memory {
  let held = 0;
  return (over) => {
    let own = 0;
    const add = (bytes: number) => {
      if (over === undefined) return;
      const before = Math.max(0, own - free);
      own += bytes;
      held += Math.max(0, own - free) - before;
    };
    over?.addEventListener('abort', () => add(-own), { once: true });
    return {
      take(bytes) {
        over?.throwIfAborted();
        add(bytes);
        if (held > most && own > free)
          throw new TransientError('the API server’s answers are too large to be read now');
      },
      give: (bytes) => add(-Math.min(bytes, own)),
    };
  };
}
