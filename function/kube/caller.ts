/**
 * The API server in the name of whoever calls, by the bearer token of the call: what they may do, it decides, and its audit log
 * names them. Nothing of the verifier's goes with it, neither its token nor its client certificate, for which these requests
 * have connections of their own; nothing is kept of a token, and what is refused is not asked again.
 */
import { KubeConfig } from '@kubernetes/client-node';
import { type ErrorKind, HookError } from '../errors.ts';
import { sharedMemory } from './memory.ts';
import { type Ask, exchange, statusOf } from './response.ts';
import { type Budget, TransientError, withRetry } from './retry.ts';
import type { Received } from './transport/message.ts';
import { transport } from './transport/transport.ts';

/** Throws Unauthorized, Forbidden, NotFound or Invalid in the API server's own words. */
export type AskAs = (token: string, budget: Budget) => Ask;

/** What stands in a header as it is (RFC 6750, section 2.1); nothing for another scheme. */
export function bearerOf(authorization: string): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
}

export function askAsCaller(config: KubeConfig): AskAs {
  const send = transport(withoutUser(config));
  const memoryOf = sharedMemory();
  return (token, budget) => {
    const memory = memoryOf(budget.over);
    return (request) =>
      withRetry(budget, (signal) =>
        exchange(request, memory, async (message, hold) => {
          const headers = { ...message.headers, Authorization: `Bearer ${token}` };
          const received = await send({ ...message, headers }, signal, hold);
          // A proxy's page may repeat what was sent to it.
          const answer = { ...received, body: received.body.replaceAll(token, '[redacted]') };
          throwRefusal(answer);
          return answer;
        }),
      );
  };
}

/** The same cluster, and nobody. */
function withoutUser(config: KubeConfig): KubeConfig {
  const cluster = config.getCurrentCluster();
  const nobody = new KubeConfig();
  const name = 'caller';
  nobody.loadFromOptions({
    clusters: cluster === null ? [] : [cluster],
    users: [{ name }],
    contexts: [{ name, user: name, cluster: cluster?.name ?? '' }],
    currentContext: name,
  });
  return nobody;
}

const kinds: Record<number, ErrorKind> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'NotFound' };

/** What is said of the caller and what they ask for; the rest is trouble of the API server, or of the way to it. */
function throwRefusal({ status: code, body }: Received): void {
  if (code < 400 || code === 429 || code >= 500) return;
  const { kind, message } = statusOf(body);
  // A proxy's page: it says nothing of the caller.
  if (kind === '') throw new TransientError(`the API server answers ${code} without a Status`);
  throw new HookError(kinds[code] ?? 'Invalid', message || `the API server answers ${code}`);
}
