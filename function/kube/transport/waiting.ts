/**
 * Waiting that ends when the signal says so, whatever it is that is waited for.
 */

/** What is waited for goes on: others may wait for it as well. */
export function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
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
  return async (signal, run) => {
    await new Promise<void>((resolve, reject) => {
      signal.throwIfAborted();
      const leave = () => waiting.delete(enter) && reject(signal.reason);
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(enter);
      letIn();
    });
    try {
      return await run();
    } finally {
      running--;
      letIn();
    }
  };
}
