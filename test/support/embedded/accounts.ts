/**
 * Tokens of service accounts, and what RBAC lets these do. A request without a token is an administrator's.
 */
import { randomBytes } from 'node:crypto';
import type { Call } from './call.ts';
import type { Clock } from './clock.ts';
import { at, type JsonObject, objectsOf, stringOf } from './json.ts';
import { apiGroupWords, rightTo } from './rbac-words.ts';
import { type Resource, resources } from './resources.ts';
import type { Answer } from './routes.ts';
import { refuse, refuseNotFound } from './status.ts';
import type { Store, StoredObject } from './store.ts';

export interface Accounts {
  /** A TokenRequest. */
  issue(namespace: string, account: string, request: JsonObject): Answer;
  /** A SelfSubjectAccessReview of whom the header names. */
  review(authorization: string | undefined, review: JsonObject): Answer;
  /** A SelfSubjectReview. */
  whoIs(authorization: string | undefined, review: JsonObject): Answer;
  /** Refuses a token that nobody has, and what its account may not. */
  check(call: Call): void;
}

interface Issued {
  namespace: string;
  account: string;
  uid: string;
  audiences: string[];
  expires: number;
}

// Of the API server itself, which takes tokens for it alone.
const ownAudience = 'https://kubernetes.default.svc.cluster.local';
const anHour = 3600;

export function createAccounts(store: Store, clock: Clock): Accounts {
  const tokens = new Map<string, Issued>();

  /** Refuses with 401 whatever it does not know, without saying why. */
  function accountOf(token: string): Issued {
    const issued = tokens.get(token);
    const account = issued && store.get(resources.serviceAccounts, issued.namespace, issued.account);
    const isGood =
      issued !== undefined &&
      account?.metadata.uid === issued.uid &&
      issued.audiences.includes(ownAudience) &&
      issued.expires > clock.now().getTime();
    return isGood ? issued : refuse(401, 'Unauthorized');
  }

  /** Nobody where no token came. */
  function callerOf(authorization: string | undefined): Issued | undefined {
    const [, token] = /^Bearer (.*)$/i.exec(authorization ?? '') ?? [];
    return token === undefined ? undefined : accountOf(token);
  }

  /** The binding that allows it, in the words of RBAC. */
  function allowance(who: Issued, wanted: unknown): string | undefined {
    const namespace = stringOf(at(wanted, 'namespace')) ?? '';
    const inNamespace = namespace === '' ? [] : store.list(resources.roleBindings, namespace);
    const binding = [...store.list(resources.clusterRoleBindings, undefined), ...inNamespace].find((each) => {
      const role = roleOf(each, namespace);
      return (
        isSubject(each, who) && role !== undefined && objectsOf(role['rules']).some((rule) => allows(rule, wanted))
      );
    });
    if (binding === undefined) return undefined;
    const { kind, name } = Object(binding['roleRef']);
    const account = `${who.account}/${who.namespace}`;
    const isOfCluster = binding.metadata.namespace === undefined;
    const which = isOfCluster ? binding.metadata.name : `${binding.metadata.name}/${namespace}`;
    return `RBAC: allowed by ${binding.kind} "${which}" of ${kind} "${name}" to ServiceAccount "${account}"`;
  }

  function roleOf(binding: StoredObject, namespace: string): StoredObject | undefined {
    const name = stringOf(at(binding, 'roleRef', 'name')) ?? '';
    return at(binding, 'roleRef', 'kind') === 'ClusterRole'
      ? store.get(resources.clusterRoles, undefined, name)
      : store.get(resources.roles, namespace, name);
  }

  return {
    issue(namespace, account, request) {
      const found = store.get(resources.serviceAccounts, namespace, account);
      if (found === undefined) return refuseNotFound(resources.serviceAccounts, account);
      const asked = at(request, 'spec', 'audiences');
      const audiences = Array.isArray(asked) && asked.length > 0 ? asked.map(String) : [ownAudience];
      const seconds = Number(at(request, 'spec', 'expirationSeconds') ?? anHour);
      const expires = clock.now().getTime() + seconds * 1000;
      const token = ['eyJhbGciOiJSUzI1NiJ9', randomBytes(48), randomBytes(32)]
        .map((part) => part.toString('base64url'))
        .join('.');
      tokens.set(token, { namespace, account, uid: found.metadata.uid, audiences, expires });
      const status = { token, expirationTimestamp: new Date(expires).toISOString() };
      return { code: 201, body: { ...request, kind: 'TokenRequest', status } };
    },
    review(authorization, review) {
      const who = callerOf(authorization) ?? refuseAnonymous(resources.selfSubjectAccessReviews);
      const reason = allowance(who, at(review, 'spec', 'resourceAttributes'));
      return reviewed(review, reason === undefined ? { allowed: false } : { allowed: true, reason });
    },
    whoIs(authorization, review) {
      const who = callerOf(authorization) ?? refuseAnonymous(resources.selfSubjectReviews);
      return reviewed(review, { userInfo: { username: userOf(who), uid: who.uid } });
    },
    check(call) {
      const { resource, subresource, namespace, name, authorization } = call;
      const verb = rightTo(call);
      const who = callerOf(authorization);
      if (who === undefined) return;
      const wanted = { verb, group: resource.group, resource: resource.plural, subresource, namespace, name };
      if (allowance(who, wanted) !== undefined) return;
      refuse(403, apiGroupWords(call, userOf(who)), { kind: resource.plural, ...(name !== undefined && { name }) });
    },
  };
}

function userOf({ namespace, account }: Issued): string {
  return `system:serviceaccount:${namespace}:${account}`;
}

function reviewed(review: JsonObject, status: JsonObject): Answer {
  return { code: 201, body: { ...review, metadata: { creationTimestamp: null }, status } };
}

function refuseAnonymous({ group, plural }: Resource): never {
  return refuse(
    403,
    `${plural}.${group} is forbidden: User "system:anonymous" cannot create resource "${plural}" in API group "${group}" at the cluster scope`,
  );
}

function isSubject(binding: StoredObject, { namespace, account }: Issued): boolean {
  return objectsOf(binding['subjects']).some(
    ({ kind, name, namespace: of }) => kind === 'ServiceAccount' && name === account && of === namespace,
  );
}

function allows(rule: JsonObject, wanted: unknown): boolean {
  const subresource = stringOf(at(wanted, 'subresource'));
  const resource = [at(wanted, 'resource'), subresource].filter(Boolean).join('/');
  const names = listed(rule['resourceNames']);
  return (
    isListed(rule['verbs'], at(wanted, 'verb')) &&
    isListed(rule['apiGroups'], at(wanted, 'group') ?? '') &&
    (isListed(rule['resources'], resource) || listed(rule['resources']).includes(`*/${subresource}`)) &&
    (names.length === 0 || names.includes(String(at(wanted, 'name'))))
  );
}

function isListed(list: unknown, value: unknown): boolean {
  return listed(list).some((each) => each === '*' || each === value);
}

function listed(list: unknown): string[] {
  return Array.isArray(list) ? list.map(String) : [];
}
