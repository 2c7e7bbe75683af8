/**
 * What the verifier asks of the API server, request by request: client-node makes and sends them.
 */
import {
  type ConfigurationOptions,
  type CustomObjectsApi,
  type HttpInfo,
  Observable,
  PatchStrategy,
  type RequestContext,
  type ResponseContext,
  setHeaderOptions,
} from '@kubernetes/client-node';
import type { Canary } from '../canary.ts';
import { type E2ESpec, e2eSpecResource } from '../e2espec.ts';
import { type Fault, isFault } from '../fault.ts';
import type { Kube, Read } from '../kube.ts';
import type { EndpointSlice, Revision, Target } from '../target.ts';
import type { CoreRequest } from './core.ts';
import { isDone, messageOf, readList, readOne, unexpected } from './read.ts';
import { type Right, request } from './request.ts';
import { type Budget, persistently } from './retry.ts';
import type { Event, Job, Pod } from './wire.ts';

const canaries = { group: 'flagger.app', version: 'v1beta1', plural: 'canaries' } as const;
const jobs = { group: 'batch', version: 'v1', plural: 'jobs' } as const;
const revisions = { group: 'serving.knative.dev', version: 'v1', plural: 'revisions' } as const;
const endpointSlices = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' } as const;

interface Resource {
  group: string;
  version: string;
  plural: string;
}

type Core = (order: CoreRequest, signal: AbortSignal) => Promise<HttpInfo<unknown>>;

export function operations(budget: Budget, objects: CustomObjectsApi, core: Core): Kube {
  const ask = (right: Right, namespace: string, send: (signal: AbortSignal) => Promise<HttpInfo<unknown>>) =>
    persistently(budget, (signal) => request(right, namespace, () => send(signal)));

  async function get<T>(resource: Resource, namespace: string, name: string): Promise<Read<T> | Fault> {
    const { group, version, plural } = resource;
    const answer = await ask({ verb: 'get', group, resource: plural }, namespace, (signal) =>
      group === ''
        ? core({ method: 'GET', namespace, resource: plural, name }, signal)
        : objects.getNamespacedCustomObjectWithHttpInfo({ group, version, plural, namespace, name }, within(signal)),
    );
    return isFault(answer) ? answer : readOne<T>(answer, plural);
  }

  async function list<T>(resource: Resource, namespace: string, labelSelector: string): Promise<Read<T[]> | Fault> {
    const { group, plural } = resource;
    const answer = await ask({ verb: 'list', group, resource: plural }, namespace, (signal) =>
      objects.listNamespacedCustomObjectWithHttpInfo({ ...resource, namespace, labelSelector }, within(signal)),
    );
    return isFault(answer) ? answer : readList<T>(answer, plural);
  }

  async function listCore<T>(
    resource: string,
    namespace: string,
    query: Record<string, string>,
  ): Promise<Read<T[]> | Fault> {
    const answer = await ask({ verb: 'list', group: '', resource }, namespace, (signal) =>
      core({ method: 'GET', namespace, resource, query }, signal),
    );
    return isFault(answer) ? answer : readList<T>(answer, resource);
  }

  return {
    getCanary: (namespace, name) => get<Canary>(canaries, namespace, name),
    getE2ESpec: (namespace, name) => get<E2ESpec>(e2eSpecResource, namespace, name),
    getJob: (namespace, name) => get<Job>(jobs, namespace, name),
    getTarget: (namespace, { name, ...resource }) => get<Target>(resource, namespace, name),

    getRevision: (namespace, name) => get<Revision>(revisions, namespace, name),
    listEndpointSlices: (namespace, service) =>
      list<EndpointSlice>(endpointSlices, namespace, `kubernetes.io/service-name=${service}`),
    listJobs: (namespace, labelSelector) => list<Job>(jobs, namespace, labelSelector),

    listPods: (namespace, jobUid) =>
      listCore<Pod>('pods', namespace, { labelSelector: `batch.kubernetes.io/controller-uid=${jobUid}` }),

    listEvents: (namespace, { field, value }) =>
      listCore<Event>('events', namespace, { fieldSelector: `involvedObject.${field}=${value}` }),

    async createJob(job, mode) {
      const namespace = job.metadata?.namespace ?? '';
      const order = { ...jobs, namespace, body: job, fieldValidation: 'Strict', ...(mode && { dryRun: 'All' }) };
      const answer = await ask({ verb: 'create', group: 'batch', resource: 'jobs' }, namespace, (signal) =>
        objects.createNamespacedCustomObjectWithHttpInfo(order, within(signal)),
      );
      if (isFault(answer)) return answer;
      if (answer.code === 409) return 'exists';
      if (answer.code >= 300) return { kind: 'refused', message: messageOf(answer) };
      const stored = readOne<Job>(answer, 'jobs');
      return isFault(stored) ? stored : (stored.value ?? unexpected(answer, 'create'));
    },

    async deleteJob({ metadata }) {
      const { namespace = '', name = '', uid = '' } = metadata ?? {};
      // Without a policy the Jobs API orphans the pods; without the uid a slow call would delete a fresh run.
      const body = { propagationPolicy: 'Background', preconditions: { uid } };
      const answer = await ask({ verb: 'delete', group: 'batch', resource: 'jobs' }, namespace, (signal) =>
        objects.deleteNamespacedCustomObjectWithHttpInfo({ ...jobs, namespace, name, body }, within(signal)),
      );
      if (isFault(answer)) return answer;
      if (answer.code === 409) return 'changed';
      return isDone(answer) || answer.code === 404 ? 'gone' : unexpected(answer, 'delete');
    },

    async annotateJob({ metadata }, annotations) {
      const { namespace = '', name = '', uid } = metadata ?? {};
      const body = { metadata: { uid, annotations } };
      const answer = await ask({ verb: 'patch', group: 'batch', resource: 'jobs' }, namespace, (signal) =>
        objects.patchNamespacedCustomObjectWithHttpInfo(
          { ...jobs, namespace, name, body },
          setHeaderOptions('Content-Type', PatchStrategy.MergePatch, within(signal)),
        ),
      );
      if (isFault(answer)) return answer;
      return isDone(answer) ? undefined : unexpected(answer, 'patch');
    },

    async patchStatus({ metadata }, status) {
      const { namespace, name, resourceVersion } = metadata;
      const body = { metadata: { resourceVersion }, status };
      const right: Right = { verb: 'patch', group: e2eSpecResource.group, resource: 'e2especs/status' };
      const answer = await ask(right, namespace, (signal) =>
        objects.patchNamespacedCustomObjectStatusWithHttpInfo(
          { ...e2eSpecResource, namespace, name, body },
          setHeaderOptions('Content-Type', PatchStrategy.MergePatch, within(signal)),
        ),
      );
      if (isFault(answer)) return answer;
      if (answer.code === 409) return 'conflict';
      return isDone(answer) ? 'patched' : unexpected(answer, 'patch');
    },

    async createEvent(event) {
      const namespace = event.metadata.namespace ?? '';
      const answer = await ask({ verb: 'create', group: '', resource: 'events' }, namespace, (signal) =>
        core({ method: 'POST', namespace, resource: 'events', body: event }, signal),
      );
      if (isFault(answer)) return answer;
      return isDone(answer) || answer.code === 409 ? undefined : unexpected(answer, 'create');
    },
  };
}

// client-node has no timeout of its own: https://github.com/kubernetes-client/javascript/issues/2904
function within(signal: AbortSignal): ConfigurationOptions {
  const pre = (context: RequestContext) => {
    context.setSignal(signal);
    return new Observable(Promise.resolve(context));
  };
  const post = (context: ResponseContext) => new Observable(Promise.resolve(context));
  return { middleware: [{ pre, post }], middlewareMergeStrategy: 'append' };
}
