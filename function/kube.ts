/**
 * The only file that asks the Kubernetes API. Errors come out as values, a missing object as `undefined`.
 */
import {
  type ConfigurationOptions,
  CustomObjectsApi,
  createConfiguration,
  type HttpInfo,
  type KubeConfig,
  Observable,
  PatchStrategy,
  type RequestContext,
  type ResponseContext,
  ServerConfiguration,
  setHeaderOptions,
} from '@kubernetes/client-node';
import type { Canary } from './canary.ts';
import type { Event, Pod } from './diagnosis.ts';
import { type E2ESpec, e2eSpecResource, type Status } from './e2espec.ts';
import { type Fault, isFault } from './fault.ts';
import type { Job } from './job.ts';
import { type CoreRequest, coreRequest } from './kube/core.ts';
import { type Answer, isObject, type Right, request } from './kube/request.ts';
import { transport } from './kube/transport.ts';
import { type Budget, persistently } from './retry.ts';
import type { Target, TargetResource } from './target.ts';

/** A read: `now` is the API server's time at its answer. */
export interface Read<T> {
  value: T | undefined;
  now: Date;
}

/** Everything the verifier asks of the Kubernetes API, within one webhook call's budget. */
export interface Kube {
  getCanary(namespace: string, name: string): Promise<Read<Canary> | Fault>;
  getE2ESpec(namespace: string, name: string): Promise<Read<E2ESpec> | Fault>;
  getJob(namespace: string, name: string): Promise<Read<Job> | Fault>;
  getTarget(namespace: string, resource: TargetResource): Promise<Read<Target> | Fault>;
  listJobs(namespace: string, labelSelector: string): Promise<Read<Job[]> | Fault>;
  /** The pods of exactly this Job, by its uid. */
  listPods(namespace: string, jobUid: string): Promise<Read<Pod[]> | Fault>;
  /** The events of one object, by the field selector `involvedObject.{field}={value}`. */
  listEvents(namespace: string, involved: { field: 'uid' | 'name'; value: string }): Promise<Read<Event[]> | Fault>;
  /** Resolves to the Job as it is stored; `exists`: a Job of that name is there already. */
  createJob(job: Job, mode?: 'dryRun'): Promise<Job | 'exists' | Fault>;
  /** Sets annotations of this very Job (null takes one away); of no other that has its name by now. */
  annotateJob(job: Job, annotations: Record<string, string | null>): Promise<Fault | undefined>;
  /** Deletes this very Job and its pods; `changed`: another Job has its name by now. */
  deleteJob(job: Job): Promise<'gone' | 'changed' | Fault>;
  /** Merge patch of the status at the given resourceVersion; `conflict`: somebody wrote in between. */
  patchStatus(spec: E2ESpec, status: Status): Promise<'patched' | 'conflict' | Fault>;
  /** Done as well when an Event of that name is there already. */
  createEvent(event: Event): Promise<Fault | undefined>;
}

const canaries = { group: 'flagger.app', version: 'v1beta1', plural: 'canaries' } as const;
const jobs = { group: 'batch', version: 'v1', plural: 'jobs' } as const;

interface Resource {
  group: string;
  version: string;
  plural: string;
}

/** Binds the API to a cluster; the agents and their connections are shared by all calls. */
export function connect(config: KubeConfig): (budget: Budget) => Kube {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('the kubeconfig names no cluster for its current context');
  const baseServer = new ServerConfiguration(server, {});
  const configuration = createConfiguration({ baseServer, httpApi: transport(config) });
  // Jobs too: BatchV1Api's serializer drops the fields it does not know, before the API server could refuse them.
  const objects = new CustomObjectsApi(configuration);
  return (budget) => kubeOf(budget, objects, (order, signal) => coreRequest(configuration, order, signal));
}

type Core = (order: CoreRequest, signal: AbortSignal) => Promise<HttpInfo<unknown>>;

function kubeOf(budget: Budget, objects: CustomObjectsApi, core: Core): Kube {
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

    async listJobs(namespace, labelSelector) {
      const answer = await ask({ verb: 'list', group: 'batch', resource: 'jobs' }, namespace, (signal) =>
        objects.listNamespacedCustomObjectWithHttpInfo({ ...jobs, namespace, labelSelector }, within(signal)),
      );
      return isFault(answer) ? answer : readList<Job>(answer, 'jobs');
    },

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
      return answer.code < 300 || answer.code === 404 ? 'gone' : unexpected(answer, 'delete');
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
      return answer.code < 300 ? undefined : unexpected(answer, 'patch');
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
      return answer.code < 300 ? 'patched' : unexpected(answer, 'patch');
    },

    async createEvent(event) {
      const namespace = event.metadata.namespace ?? '';
      const answer = await ask({ verb: 'create', group: '', resource: 'events' }, namespace, (signal) =>
        core({ method: 'POST', namespace, resource: 'events', body: event }, signal),
      );
      if (isFault(answer)) return answer;
      return answer.code < 300 || answer.code === 409 ? undefined : unexpected(answer, 'create');
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

// An object without a uid is a proxy's page or half an answer, never a state of the cluster.
function readOne<T>({ code, body, now }: Answer, plural: string): Read<T> | Fault {
  if (code === 404) return { value: undefined, now };
  if (code >= 300 || !isObject(body) || !isObject(body['metadata']) || !body['metadata']['uid']) {
    return { kind: 'unavailable', message: `the API server answered ${code} without one of ${plural}` };
  }
  return { value: body as T, now };
}

function readList<T>({ code, body, now }: Answer, plural: string): Read<T[]> | Fault {
  if (code >= 300 || !isObject(body) || !Array.isArray(body['items'])) {
    return { kind: 'unavailable', message: `the API server answered ${code} without a list of ${plural}` };
  }
  return { value: body['items'], now };
}

function messageOf({ code, body }: Answer): string {
  return isObject(body) && typeof body['message'] === 'string' && body['message'] !== ''
    ? body['message']
    : `the API server answered ${code}`;
}

function unexpected(answer: Answer, verb: string): Fault {
  return { kind: 'unavailable', message: `${verb}: ${messageOf(answer)}` };
}
