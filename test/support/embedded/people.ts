/**
 * Whose request it is, and whether they may: by the tokens that this API has made for service accounts, and by the roles that
 * are bound to these in a namespace. A request without a token is an administrator's.
 */
import { randomUUID } from 'node:crypto';
import type { Call } from './call.ts';
import { at, type JsonObject, listOf, objectOf, stringOf } from './json.ts';
import { apiGroupWords } from './rbac-words.ts';
import { type Resource, resources } from './resources.ts';
import type { Answer } from './routes.ts';
import { refuse, refuseNotFound } from './status.ts';
import type { Store } from './store.ts';

export interface People {
  /** Nothing for an administrator; refuses a token that nobody has. */
  userOf(authorization: string | undefined): User | undefined;
  /** Refuses what they may not. */
  check(user: User | undefined, call: Call): void;
  /** What is asked about people, or a token for one; nothing for everything else. */
  answer(user: User | undefined, path: string, body: unknown): Answer | undefined;
}

export interface User {
  name: string;
  account: { namespace: string; name: string };
}

interface Asked {
  verb: string;
  group: string;
  resource: string;
  namespace?: string | undefined;
  name?: string | undefined;
}

const tokenPath = /^\/api\/v1\/namespaces\/([^/]+)\/serviceaccounts\/([^/]+)\/token$/;
const whoPath = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const mayPath = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

export function createPeople(store: Store): People {
  const tokens = new Map<string, User>();

  const rulesOf = ({ account }: User, namespace: string): JsonObject[] => {
    const isBound = (binding: unknown) =>
      listOf(at(binding, 'subjects')).some(
        (subject) =>
          at(subject, 'kind') === 'ServiceAccount' &&
          at(subject, 'name') === account.name &&
          at(subject, 'namespace') === account.namespace,
      );
    return store
      .list(resources.roleBindings, namespace)
      .filter(isBound)
      .flatMap((binding) => {
        const isOfCluster = at(binding, 'roleRef', 'kind') === 'ClusterRole';
        const role = stringOf(at(binding, 'roleRef', 'name')) ?? '';
        const found = isOfCluster
          ? store.get(resources.clusterRoles, undefined, role)
          : store.get(resources.roles, namespace, role);
        return listOf(at(found, 'rules')).map(objectOf);
      });
  };

  const may = (user: User, { verb, group, resource, namespace, name }: Asked): boolean =>
    namespace !== undefined &&
    rulesOf(user, namespace).some((rule) => {
      const has = (field: string, value: string) => listOf(rule[field]).some((each) => each === value || each === '*');
      const isNamed = rule['resourceNames'] === undefined || (name !== undefined && has('resourceNames', name));
      return has('apiGroups', group) && has('resources', resource) && has('verbs', verb) && isNamed;
    });

  const tokenFor = (namespace: string, name: string): Answer => {
    if (store.get(resources.serviceAccounts, namespace, name) === undefined)
      refuseNotFound(resources.serviceAccounts, name);
    const token = `embedded.${randomUUID()}`;
    tokens.set(token, { name: `system:serviceaccount:${namespace}:${name}`, account: { namespace, name } });
    return reviewed('TokenRequest', 'authentication.k8s.io/v1', { token });
  };

  return {
    userOf(authorization) {
      if (authorization === undefined) return undefined;
      return tokens.get(authorization.replace(/^Bearer /, '')) ?? refuse(401, 'Unauthorized');
    },
    check(user, call) {
      if (user === undefined || may(user, askedBy(call))) return;
      refuse(403, apiGroupWords(call, user.name), {
        kind: call.resource.plural,
        ...(call.name && { name: call.name }),
      });
    },
    answer(user, path, body) {
      const [, namespace, account] = tokenPath.exec(path) ?? [];
      if (namespace !== undefined && account !== undefined && user === undefined) return tokenFor(namespace, account);
      if (path === whoPath) {
        const userInfo = { username: user?.name ?? 'kubernetes-admin', groups: ['system:authenticated'] };
        return reviewed('SelfSubjectReview', 'authentication.k8s.io/v1', { userInfo });
      }
      if (path !== mayPath) return undefined;
      const asked = objectOf(at(body, 'spec', 'resourceAttributes'));
      const text = (field: string) => stringOf(asked[field]) ?? '';
      const resource = [text('resource'), text('subresource')].filter((each) => each !== '').join('/');
      const attributes = { verb: text('verb'), group: text('group'), resource };
      const allowed =
        user === undefined || may(user, { ...attributes, namespace: text('namespace'), name: text('name') });
      return reviewed('SelfSubjectAccessReview', 'authorization.k8s.io/v1', { allowed });
    },
  };
}

function reviewed(kind: string, apiVersion: string, status: JsonObject): Answer {
  return { code: 201, body: { kind, apiVersion, metadata: { creationTimestamp: null }, status } };
}

function askedBy({ verb, resource, subresource, namespace, name }: Call): Asked {
  const { group, plural }: Resource = resource;
  return { verb, group, resource: subresource === undefined ? plural : `${plural}/${subresource}`, namespace, name };
}
