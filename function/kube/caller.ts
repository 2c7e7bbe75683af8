/**
 * The API server in the name of whoever calls, by the bearer token of the call: what they may do, it decides, and its audit log
 * names them. Nothing of the verifier's goes with it, neither its token nor its client certificate, for which these requests
 * have connections of their own; nothing is kept of a token, and what is refused is not asked again.
 */
import { KubeConfig } from '@kubernetes/client-node';
import { type Canary, canaryResource } from '../api/canary.ts';
import { type ErrorKind, HookError } from '../errors.ts';
import { sharedMemory } from './memory.ts';
import { type Read, readOne } from './read.ts';
import type { Resource } from './request.ts';
import { type Ask, exchange, isObject, statusOf, unavailable } from './response.ts';
import { type Budget, withRetry } from './retry.ts';
import type { Received } from './transport/message.ts';
import { transport } from './transport/transport.ts';

export interface CallersKube {
  /** The name of the user whose token it is. */
  whoAmI(): Promise<string>;
  getCanary(namespace: string, name: string): Promise<Read<Canary>>;
  /** Sets annotations of the Canary (null takes one away); resolves to the Canary as it is then. */
  annotateCanary(
    namespace: string,
    name: string,
    annotations: Record<string, string | null>,
  ): Promise<{ canary: Canary; now: Date }>;
}

/** Throws Unauthorized, Forbidden, NotFound or Invalid in the API server's own words. */
export type AsCaller = (token: string, budget: Budget) => CallersKube;

export function connectCallers(config: KubeConfig): AsCaller {
  const ask = askAsCaller(config);
  return (token, budget) => callersKube(ask(token, budget));
}

/** What stands in a header as it is (RFC 6750, section 2.1); nothing for another scheme. */
export function bearerOf(authorization: string): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
}

// Flux's kustomize-controller takes away what a manager wrote whose name begins with kubectl.
// https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
const fieldManager = 'e2e-verifier';

const selfSubjectReviews = { group: 'authentication.k8s.io', version: 'v1', plural: 'selfsubjectreviews' } as const;

function callersKube(ask: Ask): CallersKube {
  return {
    async whoAmI() {
      const body = review(selfSubjectReviews, 'SelfSubjectReview');
      const { body: answer } = await ask({ verb: 'create', resource: selfSubjectReviews, namespace: null, body });
      const status = isObject(answer) && isObject(answer['status']) ? answer['status'] : {};
      const { username } = isObject(status['userInfo']) ? status['userInfo'] : {};
      if (typeof username !== 'string' || username === '')
        throw unavailable('the API server does not say whose token it is');
      return username;
    },
    async getCanary(namespace, name) {
      const wanted = { resource: canaryResource, namespace, name };
      return readOne<Canary>(await ask({ verb: 'get', ...wanted }), wanted);
    },
    async annotateCanary(namespace, name, annotations) {
      const wanted = { resource: canaryResource, namespace, name };
      const body = { metadata: { annotations } };
      const { value, now } = readOne<Canary>(
        await ask({ verb: 'patch', ...wanted, query: { fieldManager }, body }),
        wanted,
      );
      if (value === undefined) throw unavailable(`patch: Canary ${name} did not come back`);
      return { canary: value, now };
    },
  };
}

function review({ group, version }: Resource, kind: string): object {
  return { apiVersion: `${group}/${version}`, kind };
}

function askAsCaller(config: KubeConfig): (token: string, budget: Budget) => Ask {
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
  if (kind === '' && code !== 401) return;
  throw new HookError(kinds[code] ?? 'Invalid', message || `the API server answers ${code}`);
}
