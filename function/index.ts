/**
 * Composition root: environment -> log -> Kubernetes -> HTTP. Nothing is kept between calls but connections, and
 * credentials for a second.
 */
import { createNotifier } from './actions/notifier.ts';
import { type Config, readConfig } from './config.ts';
import { handle } from './handlers/handle.ts';
import { refusals } from './handlers/refuse.ts';
import { boundCalls } from './http/calls.ts';
import { boundHolds, warmUp } from './http/holds.ts';
import { createServer, type Request } from './http/server.ts';
import { shutDownGracefully } from './http/shutdown.ts';
import { accessReviews } from './kube/access-review.ts';
import { askAsCaller } from './kube/caller.ts';
import { connect, loadKubeConfig } from './kube/connect.ts';
import type { Budget } from './kube/retry.ts';
import { createLog, type Log } from './log.ts';

try {
  const config = readConfig(process.env);
  serve(config, createLog(config.logLevel));
} catch (error) {
  exit(createLog('info'), error);
}

function serve(config: Config, log: Log): void {
  surviveErrors(log);
  logWarnings(log);
  const cluster = loadKubeConfig(config.inCluster);
  const kube = connect(cluster);
  const notifier = config.sink && createNotifier({ ...config, sink: config.sink, connect: kube, log });
  const watched = notifier && { notifier, kube: (budget: Budget) => notifier.watched(kube(budget)) };
  const holds = boundHolds(performance.timeOrigin + warmUp);
  const askAs = askAsCaller(cluster);
  const settings = { ...config, log, holds, kube, askAs, authorize: accessReviews(askAs), ...watched };
  const calls = boundCalls(config.callsInFlight);
  const answers = { handle: (request: Request) => handle(request, settings), refuse: refusals(settings) };
  const server = createServer(answers, calls);
  server.on('error', (error) => exit(log, error));
  server.listen(config.port, () => {
    log.info('listening', { address: server.address() });
    if (!config.authenticatesPayload) {
      log.warn('payloads are not authenticated: whoever reaches this port starts tests. For a laptop only');
    }
  });
  shutDownGracefully(server, calls, holds, config.callBudget, async () => notifier?.idle());
}

// Node prints warnings of its own and of packages as plain text: https://nodejs.org/api/process.html#event-warning
function logWarnings(log: Log): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message, stack }) => log.warn(`${name}: ${message}`, { detail: stack }));
}

// A stray error belongs to one call, and others are in flight: it is logged, and the process lives. Unhandled rejections
// arrive here as well: https://nodejs.org/api/process.html#event-uncaughtexception
function surviveErrors(log: Log): void {
  process.on('uncaughtException', (error: unknown, origin) =>
    log.error(origin, { detail: error instanceof Error ? error.stack : String(error) }),
  );
}

function exit(log: Log, error: unknown): void {
  log.error(`cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
