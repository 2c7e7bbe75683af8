/**
 * How requests travel: as the kubeconfig says, over connections that all calls share. client-node's own HTTP client makes
 * a new TLS connection for every request: https://github.com/kubernetes-client/javascript/issues/2893
 */
import type { KubeConfig } from '@kubernetes/client-node';
import { type Credentials, credentialSource } from './credentials.ts';
import { http1Transport } from './http1.ts';
import { http2Transport } from './http2.ts';
import type { Received, Send, Sending } from './message.ts';
import { until } from './waiting.ts';

/** Sends with the kubeconfig's token, token file, client certificate, exec credentials, CA file and proxy. */
export function transport(config: KubeConfig): Send {
  const http1 = http1Transport();
  const http2 = http2Transport();
  const credentials = credentialSource(config);
  const { server = '', proxyUrl } = config.getCurrentCluster() ?? {};

  async function sendAs(options: Credentials, sending: Sending): Promise<Received> {
    if (proxyUrl) return http1.byAgent(sending, options);
    const { secureContext } = options;
    const answered = secureContext && (await http2(sending, { ...options, secureContext }));
    return answered ?? http1.pooled(sending, options);
  }

  return async (message, signal, hold) => {
    const sending = { message, signal, hold, url: new URL(server + message.path) };
    const options = await until(credentials.current(), signal);
    const answer = await sendAs(options, sending);
    if (answer.status !== 401) return answer;
    // A token that was rotated is there already; what has not changed is no use at once.
    const others = await until(credentials.insteadOf(options), signal);
    return isSame(others, options) ? answer : sendAs(others, sending);
  };
}

function isSame(one: Credentials, other: Credentials): boolean {
  const isSameToken = one.headers?.['Authorization'] === other.headers?.['Authorization'];
  return isSameToken && one.secureContext === other.secureContext;
}
