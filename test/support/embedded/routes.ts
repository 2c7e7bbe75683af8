/**
 * One call to one answer: which verb of the API it is, and the body it gets back.
 */
import type { Accounts } from './accounts.ts';
import type { Api } from './api.ts';
import type { Call } from './call.ts';
import type { ContainerLog } from './container-log.ts';
import type { CustomKinds } from './crd.ts';
import { deleteOptionsOf } from './deletion.ts';
import { discoveryDocument } from './discovery.ts';
import { at, isObject, type JsonObject, objectOf } from './json.ts';
import type { Kubelet } from './kubelet.ts';
import { logOptions } from './log-stream.ts';
import { openApiDocument } from './openapi.ts';
import { apiVersionOf, resources } from './resources.ts';
import { fieldMatcher, labelMatcher } from './selectors.ts';
import { detailsOf, refuse } from './status.ts';
import type { Store, StoredObject } from './store.ts';
import { tableOf } from './table.ts';
import type { Target, Updates } from './updates.ts';

export interface Answer {
  code: number;
  body: JsonObject | string | Buffer;
  warnings?: string[];
}

export interface Routes {
  answer(call: Call, body: unknown): Answer;
  /** What tells clients of the API itself. */
  document(path: string): JsonObject | string | undefined;
  /** What a list or watch selects. */
  selected(call: Call): (object: StoredObject) => boolean;
  /** Throws what a log cannot be read for. */
  logOf(call: Call, pod: string): ContainerLog;
}

interface Parts {
  store: Store;
  api: Api;
  accounts: Accounts;
  updates: Updates;
  customKinds: CustomKinds;
  now: () => Date;
  log: Kubelet['log'];
}

export function createRoutes({ store, api, accounts, updates, customKinds, now, log }: Parts): Routes {
  const selected = (call: Call) => {
    const labels = labelMatcher(call.query.get('labelSelector') ?? '');
    const fields = fieldMatcher(call.query.get('fieldSelector') ?? '', call.resource);
    return (object: StoredObject) => labels(object) && fields(object);
  };
  const shown = (call: Call, objects: StoredObject[]) =>
    tableOf(call.resource, customKinds(call.resource), objects, now(), call.query.get('includeObject') ?? 'Metadata');
  const asTable = (call: Call) => /as=Table/.test(call.accept);

  const list = (call: Call): Answer => {
    const items = store.list(call.resource, call.namespace).filter(selected(call));
    const metadata = { resourceVersion: String(store.revision()) };
    if (asTable(call)) return { code: 200, body: { ...shown(call, items), metadata } };
    return {
      code: 200,
      body: {
        kind: `${call.resource.kind}List`,
        apiVersion: apiVersionOf(call.resource),
        metadata,
        items: call.resource.model ? items.map(({ kind: _kind, apiVersion: _version, ...item }) => item) : items,
      },
    };
  };
  const logOf = (call: Call, name: string): ContainerLog => {
    const container = call.query.get('container') ?? undefined;
    api.get(call.resource, call.namespace, name);
    const found = log(call.namespace ?? '', name, container);
    return found ?? refuse(400, `container "${container}" in pod "${name}" is waiting to start: ContainerCreating`);
  };
  const get = (call: Call, name: string): Answer => {
    const object = api.get(call.resource, call.namespace, name);
    if (call.subresource === 'log') return { code: 200, body: logOf(call, name).read(logOptions(call)) };
    return { code: 200, body: asTable(call) ? shown(call, [object]) : object };
  };
  const remove = (call: Call, body: unknown): Answer => {
    const options = deleteOptionsOf(body, call);
    if (call.name === undefined) {
      const items = store.list(call.resource, call.namespace).filter(selected(call));
      for (const { metadata } of items) api.delete(call.resource, metadata.namespace, metadata.name, options);
      return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
    }
    const { object, gone } = api.delete(call.resource, call.namespace, call.name, options);
    if (!gone) return { code: 200, body: object };
    const details = { ...detailsOf(call.resource, call.name), uid: object.metadata.uid };
    return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
  };
  const targetOf = (call: Call, name: string): Target => ({
    resource: call.resource,
    namespace: call.namespace,
    name,
    status: call.subresource === 'status',
  });
  const writeOptions = (call: Call) => ({
    dryRun: call.dryRun,
    fieldValidation: call.query.get('fieldValidation') || 'Warn',
  });

  const create = (call: Call, body: unknown): Answer => {
    if (call.subresource === 'token') return accounts.issue(call.namespace ?? '', call.name ?? '', objectOf(body));
    if (call.resource.namespaced && call.namespace === undefined) refuseMethod();
    const { object, warnings } = api.create(call.resource, call.namespace, bodyObject(body), writeOptions(call));
    return { code: 201, body: object, warnings };
  };
  const write = (call: Call, name: string, body: unknown): Answer => {
    const target = targetOf(call, name);
    if (call.subresource === 'scale')
      return { code: 200, body: updates.scale(target, call.contentType, body, writeOptions(call)) };
    const { object, warnings } =
      call.verb === 'update'
        ? updates.replace(target, bodyObject(body), writeOptions(call))
        : updates.patch(target, call.contentType, body, writeOptions(call));
    return { code: 200, body: object, warnings };
  };

  return {
    document: (path) => discoveryDocument(path) ?? openApiDocument(path, customKinds),
    selected,
    logOf,
    answer(call, body) {
      const { resource, authorization } = call;
      // Everybody may ask who they are, and what they may.
      if (resource === resources.selfSubjectReviews) return accounts.whoIs(authorization, objectOf(body));
      if (resource === resources.selfSubjectAccessReviews) return accounts.review(authorization, objectOf(body));
      accounts.check(call);
      checkSubresource(call);
      if (call.verb === 'delete') return remove(call, body);
      if (call.verb === 'list') return list(call);
      if (call.verb === 'create') return create(call, body);
      if (call.name === undefined) return refuseMethod();
      return call.verb === 'get' ? get(call, call.name) : write(call, call.name, body);
    },
  };
}

function refuseMethod(): never {
  return refuse(405, 'the server does not allow this method on the requested resource');
}

function bodyObject(body: unknown): JsonObject {
  if (!isObject(body)) refuse(400, "Object 'Kind' is missing in ''");
  const object = objectOf(body);
  if (typeof object['kind'] !== 'string' && at(object, 'metadata') === undefined) {
    refuse(400, `Object 'Kind' is missing in '${JSON.stringify(object).slice(0, 200)}'`);
  }
  return object;
}

function checkSubresource(call: Call): void {
  const { resource, subresource, verb } = call;
  if (subresource === undefined) return;
  if (subresource === 'status' && resource.statusSubresource && verb !== 'create' && verb !== 'delete') return;
  if (subresource === 'scale' && resource.plural === 'deployments' && verb === 'patch') return;
  if (subresource === 'log' && resource.plural === 'pods' && verb === 'get') return;
  if (subresource === 'token' && resource.plural === 'serviceaccounts' && verb === 'create') return;
  refuse(404, 'the server could not find the requested resource');
}
