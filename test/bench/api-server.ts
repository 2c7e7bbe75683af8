/**
 * A process that answers GETs with fixed objects over TLS: its cost is the same whoever asks. Like the real API server it
 * prefers HTTP/2 and takes HTTP/1.1. Its parent (`api.ts`) sends the settings, and asks for the counts.
 */
import { createSecureServer, type SecureServerOptions } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { anyNamespace } from './recorded-api.ts';

export interface ServerSettings {
  key: string;
  cert: string;
  /** JSON by path; the namespace in both is whichever is asked for. */
  answers: Record<string, string>;
  namespace: string;
}

export interface Counts {
  requests: number;
  /** TLS handshakes since the last counts were asked for. */
  handshakes: number;
  /** Requests that were not answered 200. */
  unknown: number;
  /** Connections open now. */
  open: number;
}

process.once('message', (settings: ServerSettings) => serve(settings));

function serve({ key, cert, answers, namespace }: ServerSettings): void {
  let counts = { requests: 0, handshakes: 0, unknown: 0 };
  let open = 0;
  const http1Options = { keepAliveTimeout: 120_000 };
  const options: SecureServerOptions = { key, cert, allowHTTP1: true, http1Options };
  const server = createSecureServer(options, (request, response) => {
    counts.requests++;
    const asked = /\/namespaces\/([^/]+)\//.exec(request.url)?.[1] ?? '';
    const answer = answers[request.url.replace(`/namespaces/${asked}/`, `/namespaces/${anyNamespace}/`)];
    if (request.method !== 'GET' || answer === undefined) {
      counts.unknown++;
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 }));
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(asked === namespace ? answer : answer.replaceAll(namespace, asked));
  });
  server.on('secureConnection', (socket) => {
    counts.handshakes++;
    open++;
    socket.once('close', () => open--);
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
  process.on('message', () => {
    process.send?.({ ...counts, open } satisfies Counts);
    counts = { requests: 0, handshakes: 0, unknown: 0 };
  });
  process.once('disconnect', () => process.exit());
}
