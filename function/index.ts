/**
 * Composition root: environment -> log -> Kubernetes -> HTTP. Nothing is kept between calls but connections.
 */
import { answer } from './answer.ts';
import { type Config, readConfig } from './config.ts';
import { createServer, endGracefully } from './http.ts';
import { connect } from './kube/connect.ts';
import { loadKubeConfig } from './kube/kubeconfig.ts';
import { createLog } from './log.ts';

const config = readConfig(process.env);
if ('problems' in config) {
  createLog('info').error(`cannot start: ${config.problems.join('. ')}`);
  process.exitCode = 1;
} else {
  serve(config);
}

function serve(config: Config): void {
  const log = createLog(config.logLevel);
  const settings = { ...config, log, kube: connect(loadKubeConfig(config.inCluster)) };
  const server = createServer((call) => answer(call, settings));
  server.listen(config.port, () => log.info('listening', { address: server.address() }));
  endGracefully(server);
}
