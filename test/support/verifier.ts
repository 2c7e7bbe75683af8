/**
 * The real function on a free port of this machine, against any Kubernetes; and calls to it as Flagger makes them.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { createNotifier } from '../../function/actions/notifier.ts';
import { readConfig } from '../../function/config.ts';
import { handle } from '../../function/handlers/handle.ts';
import { refusals } from '../../function/handlers/refuse.ts';
import type { Settings } from '../../function/handlers/settings.ts';
import { boundCalls } from '../../function/http/calls.ts';
import { boundHolds } from '../../function/http/holds.ts';
import { createServer, type Request } from '../../function/http/server.ts';
import { accessReviews } from '../../function/kube/access-review.ts';
import { askAsCaller } from '../../function/kube/caller.ts';
import { allowPlainHttp, connect } from '../../function/kube/connect.ts';
import type { Log } from '../../function/log.ts';

export interface Answered {
  status: number;
  body: string;
  headers: Headers;
}

export interface Verifier {
  url: string;
  lines: LogLine[];
  /** Posts as Flagger does. */
  post(path: string, payload: unknown, headers?: Record<string, string>): Promise<Answered>;
  stop(): Promise<void>;
}

export interface LogLine {
  level: keyof Log;
  message: string;
  fields: Record<string, unknown>;
}

export interface VerifierOptions {
  kubeconfig: string;
  authenticatesPayload?: boolean;
  retryAfterSeconds?: number;
  callBudget?: number;
  callsInFlight?: number;
  /** Where its CloudEvents go. */
  notifyUrl?: string;
  logUrlTemplate?: string;
  /** As a process does that has been there for a while; one that has only just started answers at once. */
  holdsCalls?: boolean;
}

/** The verifier's own way to the API server. */
export function connectWith(kubeconfig: string): Settings['kube'] {
  return connect(configOf(kubeconfig));
}

function configOf(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return allowPlainHttp(config);
}

export async function startVerifier(options: VerifierOptions): Promise<Verifier> {
  const lines: LogLine[] = [];
  const connect = connectWith(options.kubeconfig);
  const askAs = askAsCaller(configOf(options.kubeconfig));
  const log = logInto(lines);
  const { sink } = readConfig({ USE_IN_CLUSTER: 'false', NOTIFY_URL: options.notifyUrl });
  const notifier = sink && createNotifier({ sink, connect, log });
  const settings: Settings = {
    kube: notifier ? (budget) => notifier.watched(connect(budget)) : connect,
    askAs,
    authorize: accessReviews(askAs),
    ...(notifier && { notifier }),
    log,
    holds: boundHolds(options.holdsCalls ? 0 : Number.POSITIVE_INFINITY),
    authenticatesPayload: options.authenticatesPayload ?? true,
    retryAfterSeconds: options.retryAfterSeconds ?? 10,
    callBudget: options.callBudget ?? 8000,
    logUrlTemplate: options.logUrlTemplate ?? '',
  };
  const answers = { handle: (request: Request) => handle(request, settings), refuse: refusals(settings) };
  const server = createServer(answers, boundCalls(options.callsInFlight ?? 1000));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    lines,
    post: (path, payload, headers) => post(`${url}${path}`, payload, headers),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      await notifier?.idle();
    },
  };
}

async function post(url: string, payload: unknown, headers: Record<string, string> = {}): Promise<Answered> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof payload === 'string' ? payload : JSON.stringify(payload),
    redirect: 'manual',
  });
  return { status: response.status, body: (await response.text()).trimEnd(), headers: response.headers };
}

function logInto(lines: LogLine[]): Log {
  const at =
    (level: keyof Log) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      lines.push({ level, message, fields });
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
