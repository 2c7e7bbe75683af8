/**
 * Composition root: environment -> log -> Kubernetes -> HTTP. Nothing is kept between calls but connections, and
 * credentials for a second.
 */
import { answer } from './answer.ts';
import { type Config, readConfig } from './config.ts';
import { countCalls, endGracefully } from './http/drain.ts';
import { createServer } from './http.ts';
import { connect } from './kube/connect.ts';
import { loadKubeConfig } from './kube/kubeconfig.ts';
import { createLog, type Log, stackOf } from './log.ts';

const config = readConfig(process.env);
if ('problems' in config) giveUp(createLog('info'), config.problems.join('. '));
else serve(config);

function serve(config: Config): void {
  const log = createLog(config.logLevel);
  surviveErrors(log);
  const kubeConfig = loadKubeConfig(config.inCluster);
  if ('problem' in kubeConfig) {
    giveUp(log, kubeConfig.problem);
    return;
  }
  const settings = { ...config, log, kube: connect(kubeConfig) };
  const calls = countCalls();
  const server = createServer((call) => answer(call, settings), calls);
  server.on('error', ({ message }) => giveUp(log, message));
  server.listen(config.port, () => {
    log.info('listening', { address: server.address() });
    if (!config.authenticatesPayload) {
      log.warn('payloads are not authenticated: whoever reaches this port starts tests. For a laptop only');
    }
  });
  endGracefully(server, calls);
}

// A stray error belongs to one call, and others are in flight: it is told and not died of. Rejections arrive here as well:
// https://nodejs.org/api/process.html#event-uncaughtexception
function surviveErrors(log: Log): void {
  process.on('uncaughtException', (error, origin) => log.error(origin, { error: stackOf(error) }));
}

function giveUp(log: Log, why: string): void {
  log.error(`cannot start: ${why}`);
  process.exitCode = 1;
}
