/**
 * client-node's requests over one keep-alive agent: by itself it opens a TLS connection for every request.
 * https://github.com/kubernetes-client/javascript/issues/2893
 */
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import {
  type HttpLibrary,
  type KubeConfig,
  type RequestContext,
  ResponseContext,
  wrapHttpLibrary,
} from '@kubernetes/client-node';

// A burst of calls reads thousands of objects at once. Without a limit each read makes a TLS connection of its own, and
// none of them is made in time (`npm run bench -- burst`); with one, most reads wait for a connection that is there.
const maxSockets = 32;

/** Sends as the kubeconfig says: token, token file, client certificate, exec credentials, CA file, proxy. */
export function transport(config: KubeConfig): HttpLibrary {
  let agent: http.Agent | undefined;
  const secureContext = contexts();
  return wrapHttpLibrary({
    async send(request) {
      // Asked for each request: client-node re-reads token and CA files, and the agent keys its sockets by them.
      const options: https.RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      const url = new URL(request.getUrl());
      if (config.getCurrentCluster()?.proxyUrl) return exchange(request, url, options);
      agent ??= new (url.protocol === 'http:' ? http : https).Agent({ keepAlive: true, maxSockets });
      const secured = url.protocol === 'http:' ? options : { ...options, secureContext: secureContext(options) };
      return exchange(request, url, { ...secured, agent });
    },
  });
}

/** One context for all connections, because reading an authority takes as long as a request; another one when a file changed. */
function contexts(): (options: https.RequestOptions) => tls.SecureContext {
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

function exchange(request: RequestContext, url: URL, options: https.RequestOptions): Promise<ResponseContext> {
  const { request: start } = url.protocol === 'http:' ? http : https;
  const given = request.getBody();
  const body = typeof given === 'string' ? given : '';
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
        readAll(incoming).then((bytes) => resolve(answerOf(incoming, bytes)), reject);
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

function answerOf(incoming: http.IncomingMessage, bytes: Buffer): ResponseContext {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value);
  return new ResponseContext(incoming.statusCode ?? 0, headers, {
    text: async () => bytes.toString(),
    binary: async () => bytes,
    stream: () => null,
  });
}
