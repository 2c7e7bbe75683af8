/**
 * The end of the process: calls in flight get their true answers, and nothing else is waited for.
 * Functions Framework's own entry answers 500 to them (https://github.com/GoogleCloudPlatform/functions-framework-nodejs/issues/704).
 */
import type { Server, ServerResponse } from 'node:http';

export interface Calls {
  /** Counts a call until its answer is out, or its caller gone. */
  begin(response: ServerResponse): void;
  /** Resolves when no call is in flight. */
  idle(): Promise<void>;
}

export function countCalls(): Calls {
  let inFlight = 0;
  let notify: (() => void) | undefined;
  return {
    begin(response) {
      inFlight++;
      response.once('close', () => {
        inFlight--;
        if (inFlight === 0) notify?.();
      });
    },
    idle: () =>
      new Promise((resolve) => {
        if (inFlight === 0) resolve();
        else notify = resolve;
      }),
  };
}

/** On SIGTERM: no new calls, an answer to those in flight, then the end; idle and unfinished sockets are not waited for. */
export function shutDownGracefully(server: Server, calls: Calls): void {
  process.once('SIGTERM', () => {
    server.close();
    calls.idle().then(() => {
      server.closeAllConnections();
      process.exit(0);
    });
  });
}
