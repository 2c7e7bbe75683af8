/**
 * A namespace of an embedded API, written and read without HTTP: for tests that play everybody but the verifier.
 */
import { at } from './documents.ts';
import type { EmbeddedKubernetes } from './embedded/index.ts';
import { allResources, apiVersionOf, type Resource, resources } from './embedded/resources.ts';
import type { KubernetesObject } from './kubernetes.ts';

export interface Hands {
  kubernetes: EmbeddedKubernetes;
  namespace: string;
  create(resource: Resource, object: object): KubernetesObject;
  get(resource: Resource, name: string): KubernetesObject | undefined;
  list(resource: Resource): KubernetesObject[];
  /** A merge patch of the object, or of its status. */
  patch(resource: Resource, name: string, change: object, subresource?: 'status'): KubernetesObject;
  /** What is not there is done. */
  remove(resource: Resource, name: string, options?: { propagationPolicy?: string; gracePeriodSeconds?: number }): void;
  /** The API server's time, as it writes it. */
  time(secondsAgo?: number): string;
}

/** With a default ServiceAccount, so that pods can be made at once. */
export function newNamespace(kubernetes: EmbeddedKubernetes, name: string): Hands {
  const hands = handsOn(kubernetes, name);
  said(kubernetes, 'POST', '/api/v1/namespaces', { metadata: { name } });
  hands.create(resources.serviceAccounts, { metadata: { name: 'default' } });
  return hands;
}

/** A namespace that is there. */
export function handsOn(kubernetes: EmbeddedKubernetes, namespace: string): Hands {
  const pathOf = (resource: Resource, ...rest: string[]) => {
    const version = apiVersionOf(resource);
    return [version.includes('/') ? '/apis' : '/api', version, 'namespaces', namespace, resource.plural, ...rest].join(
      '/',
    );
  };
  return {
    kubernetes,
    namespace,
    create: (resource, object) => said(kubernetes, 'POST', pathOf(resource), object),
    get: (resource, name) => unlessMissing(() => said(kubernetes, 'GET', pathOf(resource, name))),
    list: (resource) => said(kubernetes, 'GET', pathOf(resource))['items'] as KubernetesObject[],
    patch: (resource, name, change, subresource) =>
      said(kubernetes, 'PATCH', pathOf(resource, name, ...(subresource ? [subresource] : [])), change),
    remove(resource, name, options = { propagationPolicy: 'Background' }) {
      unlessMissing(() => said(kubernetes, 'DELETE', pathOf(resource, name), options));
    },
    time: (secondsAgo = 0) => `${new Date(kubernetes.now().getTime() - secondsAgo * 1000).toISOString().slice(0, 19)}Z`,
  };
}

/** At once, with everything in it. */
export function removeNamespace({ kubernetes, namespace, list, patch, remove }: Hands): void {
  said(kubernetes, 'DELETE', `/api/v1/namespaces/${namespace}`);
  for (const resource of allResources.filter(({ namespaced }) => namespaced)) {
    for (const { metadata } of list(resource)) {
      const { name = '', finalizers } = metadata;
      if (finalizers) patch(resource, name, { metadata: { finalizers: null } });
      remove(resource, name, { propagationPolicy: 'Background', gracePeriodSeconds: 0 });
    }
  }
}

function said(kubernetes: EmbeddedKubernetes, method: string, url: string, body?: object): KubernetesObject {
  const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const headers = { 'content-type': contentType };
  const answer = kubernetes.answer({ method, url, headers, body: body === undefined ? '' : JSON.stringify(body) });
  if (answer.code < 300) return answer.body as unknown as KubernetesObject;
  throw Object.assign(new Error(`${method} ${url}: ${at(answer.body, 'message')}`), { code: answer.code });
}

function unlessMissing<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (at(error, 'code') === 404) return undefined;
    throw error;
  }
}
