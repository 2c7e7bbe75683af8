/**
 * A process that answers GETs with fixed objects over TLS: its cost is the same whoever asks. Like the real API server it
 * prefers HTTP/2 and takes HTTP/1.1. Its parent (`api.ts`) sends the settings, and asks for the counts.
 */
import { createSecureServer, type SecureServerOptions } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { anyNamespace } from './recorded-api.ts';

export interface ServerSettings {
  key: string;
  cert: string;
  /** JSON by path; the namespace in both is whichever is asked for. */
  answers: Record<string, string>;
  /** By path; their namespaces have nothing else. */
  large: Record<string, Large>;
  namespace: string;
}

/** What is too much to be sent here: a list of the same item, again and again, or an object with so many bytes more. */
export type Large = { item: string; times: number } | { object: string; bytes: number };

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

function serve({ key, cert, answers, large, namespace }: ServerSettings): void {
  let counts = { requests: 0, handshakes: 0, unknown: 0 };
  let open = 0;
  const own = new Set(Object.keys(large).map((path) => /\/namespaces\/([^/]+)\//.exec(path)?.[1]));
  const http1Options = { keepAliveTimeout: 120_000 };
  const options: SecureServerOptions = { key, cert, allowHTTP1: true, http1Options };
  const server = createSecureServer(options, (request, response) => {
    counts.requests++;
    const asked = /\/namespaces\/([^/]+)\//.exec(request.url)?.[1] ?? '';
    const [path = '', query] = request.url.split('?');
    const much = large[path];
    if (request.method === 'GET' && much !== undefined) {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      // The caller may well hang up in the middle of it.
      pipeline(Readable.from(partsOf(much, new URLSearchParams(query))), response, () => undefined);
      return;
    }
    const answer = own.has(asked)
      ? undefined
      : answers[request.url.replace(`/namespaces/${asked}/`, `/namespaces/${anyNamespace}/`)];
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

const filling = Buffer.alloc(64 * 1024, 'x').toString();

/** Pages as a real API server has them: https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
function* partsOf(large: Large, query: URLSearchParams): Generator<string> {
  if ('object' in large) {
    yield `${large.object.slice(0, -1)},"filling":"`;
    for (let bytes = 0; bytes < large.bytes; bytes += filling.length) yield filling;
    yield '"}';
    return;
  }
  const from = Number(query.get('continue') ?? 0);
  const to = Math.min(large.times, from + Number(query.get('limit') ?? large.times));
  const metadata = { resourceVersion: '1', ...(to < large.times && { continue: String(to) }) };
  const { kind, apiVersion } = JSON.parse(large.item);
  const list = { kind: `${kind}List`, apiVersion, metadata, items: [] };
  yield JSON.stringify(list).slice(0, -2);
  for (let index = from; index < to; index++) {
    yield `${index === from ? '' : ','}${large.item.replace(/"(name|uid)":"(?=numbered-)/g, `$&${index}-`)}`;
  }
  yield ']}';
}
