/**
 * Ctrl-C: once to end what was begun and to leave nothing behind, twice to end at once.
 */
import { statuses } from './exit.ts';

export interface Interrupt {
  signal: AbortSignal;
  /** When there is nothing left that would have to be taken away. */
  release(): void;
}

// What a terminal sends when it is closed, and what CI systems send to a job that is cancelled, mean the same.
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(statuses.interrupted);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    release() {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}
