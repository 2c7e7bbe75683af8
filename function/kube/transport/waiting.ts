/**
 * Waiting that ends when the signal says so, whatever it is that is waited for.
 */

/** What is waited for goes on: others may wait for it as well. */
export async function until<T>(promise: T | Promise<T>, signal: AbortSignal): Promise<T> {
  if (!(promise instanceof Promise)) return promise;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const giveUp = () => reject(signal.reason);
    const settle =
      <V>(how: (value: V) => void) =>
      (value: V) => {
        signal.removeEventListener('abort', giveUp);
        how(value);
      };
    signal.addEventListener('abort', giveUp, { once: true });
    promise.then(settle(resolve), settle(reject));
  });
}

/** Runs so many at once; the others wait their turn. Asked each time, as how many there may be changes. */
export function queue(most: () => number): <T>(signal: AbortSignal, run: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting = new Set<() => void>();
  const letIn = () => {
    for (const enter of waiting) {
      if (running >= most()) return;
      waiting.delete(enter);
      running++;
      enter();
    }
  };
  const turn = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const leave = () => waiting.delete(enter) && reject(signal.reason);
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(enter);
      letIn();
    });
  return async (signal, run) => {
    signal.throwIfAborted();
    // Nearly always there is room, and a turn costs as much as a hundredth of a poll.
    if (waiting.size === 0 && running < most()) running++;
    else await turn(signal);
    try {
      return await run();
    } finally {
      running--;
      letIn();
    }
  };
}
