/**
 * HTTP/1.1 over kept connections: for http://, for proxies, and for servers that do not speak HTTP/2.
 */
import http from 'node:http';
import https from 'node:https';
import type { RequestContext, ResponseContext } from '@kubernetes/client-node';
import { answer, bodyOf } from './message.ts';

type Send = (request: RequestContext, url: URL, options: https.RequestOptions) => Promise<ResponseContext>;

// A burst of calls reads thousands of objects at once. Without a limit each read makes a TLS connection of its own, and
// none of them is made in time (`npm run bench -- burst`); with one, most reads wait for a connection that is there.
const maxSockets = 32;

/** `byAgent` sends by the agent of the options, which knows the proxy. */
export function http1Transport(): { pooled: Send; byAgent: Send } {
  let agent: http.Agent | undefined;
  return {
    byAgent: exchange,
    pooled(request, url, options) {
      agent ??= new (url.protocol === 'http:' ? http : https).Agent({ keepAlive: true, maxSockets });
      return exchange(request, url, { ...options, agent });
    },
  };
}

function exchange(request: RequestContext, url: URL, options: https.RequestOptions): Promise<ResponseContext> {
  const { request: start } = url.protocol === 'http:' ? http : https;
  const body = bodyOf(request);
  const signal = request.getSignal();
  return new Promise((resolve, reject) => {
    const outgoing = start(
      url,
      {
        ...options,
        method: request.getHttpMethod(),
        // Node sends the body of a DELETE without its length, and the API server takes it for a broken next request.
        headers: { ...request.getHeaders(), ...options.headers, 'Content-Length': Buffer.byteLength(body) },
        ...(signal && { signal }),
      },
      (incoming) => {
        const { statusCode, headers } = incoming;
        readAll(incoming).then((bytes) => resolve(answer(statusCode, headers, bytes)), reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function readAll(incoming: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}
