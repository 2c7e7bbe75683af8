/**
 * Composition root of the page: environment -> log -> Kubernetes -> HTTP. Nothing is kept between calls but connections.
 */
import { boundCalls } from '../http/calls.ts';
import { boundHolds } from '../http/holds.ts';
import { createServer, type Handled, type Request, type Response } from '../http/server.ts';
import { shutDownGracefully } from '../http/shutdown.ts';
import { askAt, loadKubeConfig } from '../kube/connect.ts';
import { overview } from '../kube/overview.ts';
import { createLog, type Log } from '../log.ts';
import { readStatusConfig, type StatusConfig } from './config.ts';
import { joined } from './joined.ts';
import { type Look, lookAt } from './look.ts';
import { answer, keyOf, respond } from './respond.ts';
import type { Overview } from './snapshot.ts';
import { askVerifier } from './verifier.ts';

// Milliseconds in which a page is made, and in which those in flight are answered at the end.
const patience = 5000;

// Each holds what it has read.
const mostCalls = 20;

const log = createLog('info');
try {
  serve(readStatusConfig(process.env), log);
} catch (error) {
  exit(log, error);
}

function serve(config: StatusConfig, log: Log): void {
  const ask = askAt(loadKubeConfig(config.inCluster));
  const calls = boundCalls(mostCalls);

  /** Within a budget of its own, at whose end nothing is held any more. */
  async function looking<T>(work: (look: Look) => Promise<T>): Promise<T> {
    const over = new AbortController();
    let now = new Date();
    const send = ask({ endsAt: Date.now() + patience, over: over.signal });
    const kube = overview(async (asked) => {
      const response = await send(asked);
      now = response.now;
      return response;
    });
    const look = lookAt({ ...config, kube, askVerifier: () => askVerifier(config.verifierUrl), now: () => now });
    return work(look).finally(() => over.abort());
  }

  const join = joined<Overview>();
  const joinAnswer = joined<Response>();
  const look: Look = {
    all: () => join('all', () => looking((each) => each.all())),
    one: (namespace, name) => looking((each) => each.one(namespace, name)),
  };

  async function handle(request: Request): Promise<Handled> {
    const begun = performance.now();
    const response = await joinAnswer(keyOf(request), () => respond(request, look));
    const fields = { method: request.method, path: request.path, status: response.status };
    return { response, log: () => log.info('answered', { ...fields, ms: Math.round(performance.now() - begun) }) };
  }

  const busy = answer(503, 'text/plain; charset=utf-8', 'ServiceUnavailable: too many ask at once; try again');
  const server = createServer({ handle, refuse: () => busy }, calls);
  server.on('error', (error) => exit(log, error));
  server.listen(config.port, () => log.info('listening', { address: server.address() }));
  // Nothing is held here, and nothing is left to do after the last answer.
  shutDownGracefully(server, calls, boundHolds(Number.POSITIVE_INFINITY), patience, async () => undefined);
}

function exit(log: Log, error: unknown): void {
  log.error(`cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
