/**
 * A body that is read as it comes, for as long as it comes. A connection of its own: what is never read to its end would
 * hold up the requests that share one. Apart from `transport.ts`, because no webhook call needs it.
 */
import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { type Credentials, credentialSource } from './credentials.ts';
import { until } from './waiting.ts';

export interface Streamed {
  status: number;
  /** Ends with an error where the connection does; with none when the signal says so. */
  body: AsyncIterable<Buffer>;
}

/** Sends a GET as the kubeconfig says; `path` stands under the server's own. Rejects where nothing is answered. */
export type Stream = (path: string, signal: AbortSignal) => Promise<Streamed>;

export function streaming(config: KubeConfig): Stream {
  const credentials = credentialSource(config);
  const { server = '' } = config.getCurrentCluster() ?? {};
  return async (path, signal) => {
    const url = new URL(server + path);
    const options = await until(credentials.current(), signal);
    const answer = await get(url, options, signal);
    if (answer.statusCode !== 401) return streamed(answer, signal);
    answer.destroy();
    // A token that was rotated is there already.
    return streamed(await get(url, await until(credentials.insteadOf(options), signal), signal), signal);
  };
}

// Milliseconds until an answer begins.
const patience = 10_000;

function get(url: URL, options: Credentials, signal: AbortSignal): Promise<http.IncomingMessage> {
  const { request } = url.protocol === 'http:' ? http : https;
  const headers = { Accept: '*/*', 'User-Agent': 'e2e-verifier', ...options.headers };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ...options, headers, signal });
    const late = () => outgoing.destroy(Object.assign(new Error('nothing was answered'), { code: 'ETIMEDOUT' }));
    const timer = setTimeout(late, patience);
    outgoing.once('response', (answer) => {
      clearTimeout(timer);
      // Nothing on the way forgets a connection over which nothing is said for long.
      answer.socket.setKeepAlive(true, 30_000);
      resolve(answer);
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end();
  });
}

function streamed(answer: http.IncomingMessage, signal: AbortSignal): Streamed {
  async function* body(): AsyncGenerator<Buffer> {
    try {
      for await (const part of answer) yield part;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  return { status: answer.statusCode ?? 0, body: body() };
}
