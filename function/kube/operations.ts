/**
 * What the verifier asks of the API server, request by request.
 */
import type { Canary } from '../canary.ts';
import { type E2ESpec, e2eSpecResource } from '../e2espec.ts';
import { type Fault, isFault } from '../fault.ts';
import type { Kube, Read } from '../kube.ts';
import type { EndpointSlice, Revision, Target } from '../target.ts';
import type { Order, Resource } from './order.ts';
import { isDone, messageOf, readList, readOne, unexpected } from './read.ts';
import type { Answer } from './request.ts';
import type { Event, Job, Pod } from './wire.ts';

const canaries = { group: 'flagger.app', version: 'v1beta1', plural: 'canaries' } as const;
const jobs = { group: 'batch', version: 'v1', plural: 'jobs' } as const;
const pods = { group: '', version: 'v1', plural: 'pods' } as const;
const events = { group: '', version: 'v1', plural: 'events' } as const;
const revisions = { group: 'serving.knative.dev', version: 'v1', plural: 'revisions' } as const;
const endpointSlices = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' } as const;

/** Carries out orders, each within the call's budget. */
export function operations(ask: (order: Order) => Promise<Answer | Fault>): Kube {
  async function get<T>(resource: Resource, namespace: string, name: string): Promise<Read<T> | Fault> {
    const answer = await ask({ verb: 'get', resource, namespace, name });
    return isFault(answer) ? answer : readOne<T>(answer, resource.plural);
  }

  async function list<T>(
    resource: Resource,
    namespace: string,
    query: { labelSelector: string } | { fieldSelector: string },
  ): Promise<Read<T[]> | Fault> {
    const answer = await ask({ verb: 'list', resource, namespace, query });
    return isFault(answer) ? answer : readList<T>(answer, resource.plural);
  }

  return {
    getCanary: (namespace, name) => get<Canary>(canaries, namespace, name),
    getE2ESpec: (namespace, name) => get<E2ESpec>(e2eSpecResource, namespace, name),
    getJob: (namespace, name) => get<Job>(jobs, namespace, name),
    getTarget: (namespace, { name, ...resource }) => get<Target>(resource, namespace, name),

    getRevision: (namespace, name) => get<Revision>(revisions, namespace, name),
    listEndpointSlices: (namespace, service) =>
      list<EndpointSlice>(endpointSlices, namespace, { labelSelector: `kubernetes.io/service-name=${service}` }),
    listJobs: (namespace, labelSelector) => list<Job>(jobs, namespace, { labelSelector }),
    listPods: (namespace, jobUid) =>
      list<Pod>(pods, namespace, { labelSelector: `batch.kubernetes.io/controller-uid=${jobUid}` }),
    listEvents: (namespace, { field, value }) =>
      list<Event>(events, namespace, { fieldSelector: `involvedObject.${field}=${value}` }),

    async createJob(job, mode) {
      const namespace = job.metadata?.namespace ?? '';
      const query = { fieldValidation: 'Strict', ...(mode && { dryRun: 'All' }) };
      const answer = await ask({ verb: 'create', resource: jobs, namespace, query, body: job });
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
      const answer = await ask({ verb: 'delete', resource: jobs, namespace, name, body });
      if (isFault(answer)) return answer;
      if (answer.code === 409) return 'changed';
      return isDone(answer) || answer.code === 404 ? 'gone' : unexpected(answer, 'delete');
    },

    async annotateJob({ metadata }, annotations) {
      const { namespace = '', name = '', uid } = metadata ?? {};
      const body = { metadata: { uid, annotations } };
      const answer = await ask({ verb: 'patch', resource: jobs, namespace, name, body });
      if (isFault(answer)) return answer;
      return isDone(answer) ? undefined : unexpected(answer, 'patch');
    },

    async patchStatus({ metadata }, status) {
      const { namespace, name, resourceVersion } = metadata;
      const body = { metadata: { resourceVersion }, status };
      const order = { verb: 'patch', resource: e2eSpecResource, subresource: 'status', namespace, name, body } as const;
      const answer = await ask(order);
      if (isFault(answer)) return answer;
      if (answer.code === 409) return 'conflict';
      return isDone(answer) ? 'patched' : unexpected(answer, 'patch');
    },

    async createEvent(event) {
      const namespace = event.metadata.namespace ?? '';
      const answer = await ask({ verb: 'create', resource: events, namespace, body: event });
      if (isFault(answer)) return answer;
      return isDone(answer) || answer.code === 409 ? undefined : unexpected(answer, 'create');
    },
  };
}
