/**
 * How requests travel: as the kubeconfig says, over connections that all calls share. client-node's own HTTP client makes
 * a new TLS connection for every request: https://github.com/kubernetes-client/javascript/issues/2893
 */
import type { RequestOptions } from 'node:https';
import tls from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node';
import { http1Transport } from './http1.ts';
import { http2Transport } from './http2.ts';
import type { Send } from './message.ts';

/** None of TLS where the server is http://, or a proxy makes the connections. */
type Credentials = RequestOptions & { secureContext?: tls.SecureContext };

/** Sends with the kubeconfig's token, token file, client certificate, exec credentials, CA file and proxy. */
export function transport(config: KubeConfig): Send {
  const http1 = http1Transport();
  const http2 = http2Transport();
  const contextOf = secureContexts();
  const { server = '', proxyUrl } = config.getCurrentCluster() ?? {};

  const credentials = cacheFor(credentialsTtlMs, async (): Promise<Credentials> => {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    return proxyUrl || server.startsWith('http:') ? options : { ...options, secureContext: contextOf(options) };
  });

  return async (message, signal) => {
    const options = await credentials();
    const sending = { message, signal, url: new URL(server + message.path) };
    if (proxyUrl) return http1.byAgent(sending, options);
    const { secureContext } = options;
    const answered = secureContext && (await http2(sending, { ...options, secureContext }));
    return answered ?? http1.pooled(sending, options);
  };
}

// Milliseconds: all requests of a call, and of a burst of calls, share one reading, and a rotated file is soon seen.
const credentialsTtlMs = 1000;

/** client-node reads the files each time it is asked; what failed is asked for again at once. */
function cacheFor<T>(ttlMs: number, read: () => Promise<T>): () => Promise<T> {
  let last: Promise<T> | undefined;
  let until = 0;
  return () => {
    if (last === undefined || Date.now() > until) {
      until = Date.now() + ttlMs;
      last = read();
      last.catch(() => {
        until = 0;
      });
    }
    return last;
  };
}

/** One context for all connections, because reading an authority takes as long as a request; another one when a file changed. */
function secureContexts(): (options: RequestOptions) => tls.SecureContext {
  let last: { made: string; context: tls.SecureContext } | undefined;
  return ({ ca, cert, key }) => {
    const made = String([ca, cert, key]);
    if (last?.made !== made) {
      last = {
        made,
        context: tls.createSecureContext({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }),
      };
    }
    return last.context;
  };
}
