/**
 * client-node's requests over one connection: by itself it opens another one for every request.
 * https://github.com/kubernetes-client/javascript/issues/2893
 */
import type { RequestOptions } from 'node:https';
import tls from 'node:tls';
import { type HttpLibrary, type KubeConfig, wrapHttpLibrary } from '@kubernetes/client-node';
import { http1Transport } from './transport/http1.ts';
import { http2Transport } from './transport/http2.ts';

/** Sends as the kubeconfig says: token, token file, client certificate, exec credentials, CA file, proxy. */
export function transport(config: KubeConfig): HttpLibrary {
  const http1 = http1Transport();
  const http2 = http2Transport();
  const secureContext = contexts();
  return wrapHttpLibrary({
    async send(request) {
      // Asked for each request: client-node re-reads token and CA files.
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      const url = new URL(request.getUrl());
      if (config.getCurrentCluster()?.proxyUrl) return http1.byAgent(request, url, options);
      if (url.protocol === 'http:') return http1.pooled(request, url, options);
      const secured = { ...options, secureContext: secureContext(options) };
      return (await http2(request, url, secured)) ?? http1.pooled(request, url, secured);
    },
  });
}

/** One context for all connections, because reading an authority takes as long as a request; another one when a file changed. */
function contexts(): (options: RequestOptions) => tls.SecureContext {
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
