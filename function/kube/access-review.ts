/**
 * Whether a caller may do something: asked of the API server with the caller's own token and with nothing else, over
 * connections that never carry the verifier's credentials. A client certificate would speak for the verifier.
 */
import { KubeConfig } from '@kubernetes/client-node';
import { HookError } from '../errors.ts';
import { type ApiRequest, ruleFor } from './request.ts';
import { exchange, isObject, statusMessage, unavailable } from './response.ts';
import { type Budget, TransientError, withRetry } from './retry.ts';
import type { Received, Send } from './transport/message.ts';
import { transport } from './transport/transport.ts';

/** What the caller wants to do to one object. */
export type Access = Pick<ApiRequest, 'verb' | 'resource' | 'subresource'> & { namespace: string; name: string };

/** Throws Unauthorized or Forbidden, in the API server's own words. */
export type Authorize = (token: string, access: Access, budget: Budget) => Promise<void>;

const reviews = { group: 'authorization.k8s.io', version: 'v1', plural: 'selfsubjectaccessreviews' } as const;
const kind = 'SelfSubjectAccessReview';

// Bytes of an answer, which repeats the question; so few that nobody counts them.
const largest = 64 * 1024;
const uncounted = { take: () => undefined, give: () => undefined };

export function accessReviews(config: KubeConfig): Authorize {
  let made: Send | undefined;
  // Not before a call needs it: most verifiers never have one.
  const transportOfCallers = () => {
    made ??= transport(withoutUser(config));
    return made;
  };
  return async (token, access, budget) => {
    const send = transportOfCallers();
    const { verb, resource, subresource, namespace, name } = access;
    const wanted = { verb, group: resource.group, resource: resource.plural, subresource, namespace, name };
    const body = { apiVersion: `${reviews.group}/${reviews.version}`, kind, spec: { resourceAttributes: wanted } };
    const request: ApiRequest = { verb: 'create', resource: reviews, namespace: null, body, largest };
    const { code, body: answer } = await withRetry(budget, (signal) =>
      exchange(request, uncounted, async (message, hold) => {
        const headers = { ...message.headers, Authorization: `Bearer ${token}` };
        return orRefused(await send({ ...message, headers }, signal, hold), token);
      }),
    );
    const { allowed, reason } = statusOf(answer, wanted) ?? {};
    if (typeof allowed !== 'boolean') throw unavailable(`the API server answered ${code} without an access review`);
    if (!allowed) throw forbidden(access, typeof reason === 'string' && reason !== '' ? ` (${reason})` : '');
  };
}

/** The same cluster, and nobody's credentials. */
function withoutUser(config: KubeConfig): KubeConfig {
  const cluster = config.getCurrentCluster();
  const context = { name: 'caller', user: 'caller', cluster: cluster?.name ?? '' };
  const copy = new KubeConfig();
  const clusters = cluster === null ? [] : [cluster];
  copy.loadFromOptions({ clusters, users: [{ name: 'caller' }], contexts: [context], currentContext: 'caller' });
  return copy;
}

/** What is the caller's matter is told as it was said, but for the token. */
function orRefused({ body, ...received }: Received, token: string): Received {
  const silent = { ...received, body: body.replaceAll(token, '[redacted]') };
  const { status } = received;
  if (status !== 401 && status !== 403) return silent;
  const said = statusMessage(silent.body);
  if (said === undefined) throw new TransientError(`the API server answers ${status} without a Status`);
  if (status === 403) throw new HookError('Forbidden', `the API server does not answer the caller: ${said}`);
  const advice = 'Make one with kubectl create token, without --audience';
  throw new HookError('Unauthorized', `the API server does not accept this token: ${said}. ${advice}`);
}

/** Nothing where it answers another question, or none. */
function statusOf(answer: unknown, wanted: Record<string, unknown>): Record<string, unknown> | undefined {
  if (!isObject(answer) || answer['kind'] !== kind || !isObject(answer['spec'])) return undefined;
  const asked = answer['spec']['resourceAttributes'];
  const isSame = isObject(asked) && Object.entries(wanted).every(([field, value]) => asked[field] === value);
  return isSame && isObject(answer['status']) ? answer['status'] : undefined;
}

function forbidden(access: Access, why: string): HookError {
  const { namespace, name, verb, resource, subresource } = access;
  const rule = `${ruleFor(access)}, resourceNames: ["${name}"]`;
  const message = `the caller may not ${verb} ${resource.plural}/${subresource} ${name}${why}. It takes the rule {${rule}} in a Role of namespace ${namespace}`;
  return new HookError('Forbidden', message);
}
