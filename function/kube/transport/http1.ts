/**
 * HTTP/1.1 over kept connections: for http://, for proxies, and for servers that do not speak HTTP/2.
 */
import http from 'node:http';
import https from 'node:https';
import { type Received, received, type Sending } from './message.ts';

type Exchange = (sending: Sending, options: https.RequestOptions) => Promise<Received>;

// A burst of calls reads thousands of objects at once. Without a limit each read makes a TLS connection of its own, and
// none of them is made in time (`npm run bench -- burst`); with one, most reads wait for a connection that is there.
const maxSockets = 32;

/** `byAgent` sends by the agent of the options, which knows the proxy. */
export function http1Transport(): { pooled: Exchange; byAgent: Exchange } {
  let agent: http.Agent | undefined;
  return {
    byAgent: exchange,
    pooled(sending, options) {
      agent ??= new (sending.url.protocol === 'http:' ? http : https).Agent({ keepAlive: true, maxSockets });
      return exchange(sending, { ...options, agent });
    },
  };
}

function exchange({ message, signal, hold, url }: Sending, options: https.RequestOptions): Promise<Received> {
  const { request: start } = url.protocol === 'http:' ? http : https;
  const { method, headers, body } = message;
  return new Promise((resolve, reject) => {
    const outgoing = start(
      url,
      {
        ...options,
        method,
        // Node sends the body of a DELETE without its length, and the API server takes it for a broken next request.
        headers: { ...headers, ...options.headers, 'Content-Length': Buffer.byteLength(body) },
        signal,
      },
      (incoming) => {
        const { statusCode: status, headers } = incoming;
        readAll(incoming, hold)
          .then((parts) => received(status, headers, parts))
          .then(resolve, reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function readAll(incoming: http.IncomingMessage, hold: Sending['hold']): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for await (const part of incoming) {
    hold(part);
    parts.push(part);
  }
  return parts;
}
