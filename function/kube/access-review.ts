/**
 * Whether a caller may do something: asked of the API server with the caller's own token.
 */
import { HookError } from '../errors.ts';
import type { AskAs } from './caller.ts';
import { type ApiRequest, ruleFor } from './request.ts';
import { isObject, unavailable } from './response.ts';
import type { Budget } from './retry.ts';

/** What the caller wants to do to one object. */
export type Access = Pick<ApiRequest, 'verb' | 'resource' | 'subresource'> & { namespace: string; name: string };

/** Throws Unauthorized or Forbidden, in the API server's own words. */
export type Authorize = (token: string, access: Access, budget: Budget) => Promise<void>;

const reviews = { group: 'authorization.k8s.io', version: 'v1', plural: 'selfsubjectaccessreviews' } as const;
const kind = 'SelfSubjectAccessReview';

// Bytes of an answer, which repeats the question.
const largest = 64 * 1024;

export function accessReviews(askAs: AskAs): Authorize {
  return async (token, access, budget) => {
    const { verb, resource, subresource, namespace, name } = access;
    const wanted = { verb, group: resource.group, resource: resource.plural, subresource, namespace, name };
    const body = { apiVersion: `${reviews.group}/${reviews.version}`, kind, spec: { resourceAttributes: wanted } };
    const request: ApiRequest = { verb: 'create', resource: reviews, namespace: null, body, largest };
    const { code, body: answer } = await askAs(token, budget)(request).catch(explain);
    const { allowed, reason } = statusOf(answer, wanted) ?? {};
    if (typeof allowed !== 'boolean') throw unavailable(`the API server answered ${code} without an access review`);
    if (!allowed) throw forbidden(access, typeof reason === 'string' && reason !== '' ? ` (${reason})` : '');
  };
}

/** Throws it, with what to do about a token that is not accepted. */
function explain(error: unknown): never {
  if (!(error instanceof HookError)) throw error;
  if (error.kind === 'Unauthorized') {
    const advice = 'Make one with kubectl create token, without --audience';
    throw new HookError('Unauthorized', `the API server does not accept this token: ${error.message}. ${advice}`);
  }
  if (error.kind === 'Forbidden') {
    throw new HookError('Forbidden', `the API server does not answer the caller: ${error.message}`);
  }
  throw error.kind === 'ServiceUnavailable' ? error : unavailable(error.message);
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
