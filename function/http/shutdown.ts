/**
 * The end of the process: calls in flight get their true answers, and what they have left to do is done, no longer than a
 * call may take. Nothing else is waited for.
 * Functions Framework's own entry answers 500 to them (https://github.com/GoogleCloudPlatform/functions-framework-nodejs/issues/704).
 */
import type { Server } from 'node:http';
import type { Calls } from './calls.ts';
import type { Holds } from './holds.ts';

// Milliseconds in which calls are still taken, each as the last of its connection: what was sent before the signal has
// arrived by then, and whoever calls has heard that this process goes.
const lingering = 1000;

// Beyond the budget of the last call, for its answer to get out.
const reserve = 1000;

/** On SIGTERM and SIGINT; at once on a second one. `callBudget`: milliseconds. `afterCalls`: what they have left to do. */
export function shutDownGracefully(
  server: Server,
  calls: Calls,
  holds: Holds,
  callBudget: number,
  afterCalls: () => Promise<void>,
): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (calls.isEnding()) process.exit(1);
      calls.startEnding();
      holds.end();
      // Nobody's last calls are on their way when a person ends it.
      setTimeout(end, signal === 'SIGTERM' ? lingering : 0);
    });
  }

  function end(): void {
    server.close();
    setTimeout(exit, callBudget + reserve);
    calls.end().then(afterCalls).then(exit, exit);
  }

  function exit(): void {
    server.closeAllConnections();
    process.exit(0);
  }
}
