/**
 * What the verifier reads of the API server. A missing object is `undefined`; all else that is not the object throws.
 */
import { type Canary, canaryResource } from '../api/canary.ts';
import { type E2ESpec, e2eSpecResource } from '../api/e2espec.ts';
import type { EndpointSlice, Event, Job, Pod, Revision, Target, TargetResource } from '../api/kubernetes.ts';
import { HookError } from '../errors.ts';
import type { Resource } from './request.ts';
import { type ApiResponse, type Ask, isObject, isWhole, unavailable } from './response.ts';
import { Misshapen } from './shape.ts';
import { shapes } from './shapes.ts';

/** `now` is the API server's time at its answer. */
export interface Read<T> {
  value: T | undefined;
  now: Date;
}

export interface Reader {
  getCanary(namespace: string, name: string): Promise<Read<Canary>>;
  getE2ESpec(namespace: string, name: string): Promise<Read<E2ESpec>>;
  getJob(namespace: string, name: string): Promise<Read<Job>>;
  getTarget(namespace: string, resource: TargetResource): Promise<Read<Target>>;
  getRevision(namespace: string, name: string): Promise<Read<Revision>>;
  /** The slices of one Service. */
  listEndpointSlices(namespace: string, service: string): Promise<EndpointSlice[]>;
  listJobs(namespace: string, labelSelector: string): Promise<Job[]>;
  /** The pods of exactly this Job, by its uid. */
  listPods(namespace: string, jobUid: string): Promise<Pod[]>;
  /** The events of one object, by the field selector `involvedObject.{field}={value}`. */
  listEvents(namespace: string, involved: { field: 'uid' | 'name'; value: string }): Promise<Event[]>;
}

export const jobs = { group: 'batch', version: 'v1', plural: 'jobs' } as const;
export const events = { group: '', version: 'v1', plural: 'events' } as const;
const pods = { group: '', version: 'v1', plural: 'pods' } as const;
const revisions = { group: 'serving.knative.dev', version: 'v1', plural: 'revisions' } as const;
const endpointSlices = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' } as const;

export function reader(ask: Ask): Reader {
  async function get<T>(resource: Resource, namespace: string, name: string): Promise<Read<T>> {
    return readOne<T>(await ask({ verb: 'get', resource, namespace, name }), resource.plural);
  }

  async function list<T>(resource: Resource, namespace: string, query: Record<string, string>): Promise<T[]> {
    return readList<T>(await ask({ verb: 'list', resource, namespace, query }), resource.plural);
  }

  return {
    getCanary: (namespace, name) => get(canaryResource, namespace, name),
    getE2ESpec: (namespace, name) => get(e2eSpecResource, namespace, name),
    getJob: (namespace, name) => get(jobs, namespace, name),
    getTarget: (namespace, { name, ...resource }) => get(resource, namespace, name),
    getRevision: (namespace, name) => get(revisions, namespace, name),
    listEndpointSlices: (namespace, service) =>
      list(endpointSlices, namespace, { labelSelector: `kubernetes.io/service-name=${service}` }),
    listJobs: (namespace, labelSelector) => list(jobs, namespace, { labelSelector }),
    listPods: (namespace, jobUid) =>
      list(pods, namespace, { labelSelector: `batch.kubernetes.io/controller-uid=${jobUid}` }),
    listEvents: (namespace, { field, value }) =>
      list(events, namespace, { fieldSelector: `involvedObject.${field}=${value}` }),
  };
}

export function readOne<T>({ code, body, now }: ApiResponse, plural: string): Read<T> {
  if (code === 404 && (isServed(body) || plural === canaryResource.plural)) return { value: undefined, now };
  if (code === 404) throw unavailable(`the API server does not know ${plural}${remedies[plural] ?? ''}`);
  if (code >= 300 || !isWhole(body)) throw unavailable(`the API server answered ${code} without one of ${plural}`);
  checkShape(body, plural);
  return { value: body as T, now };
}

function readList<T>({ code, body }: ApiResponse, plural: string): T[] {
  if (code >= 300 || !isObject(body) || !Array.isArray(body['items'])) {
    throw unavailable(`the API server answered ${code} without a list of ${plural}`);
  }
  for (const item of body['items']) checkShape(item, plural);
  return body['items'];
}

// Where Flagger is not installed there is no Canary either, and a call by hand is answered all the same.
function isServed(body: unknown): boolean {
  return isObject(body) && body['kind'] === 'Status';
}

const remedies: Record<string, string> = { e2especs: '. Install it: kubectl apply -f crds/' };

// What people write is mended by people; of all else the API server has made sure, so that it is a slip on the way.
const writtenByPeople: Record<string, string> = {
  canaries: 'Correct the Canary',
  e2especs: 'Correct the E2ESpec, or apply crds/ again: its definition refuses this',
};

function checkShape(object: unknown, plural: string): void {
  try {
    shapes[plural]?.(object, '');
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    const remedy = writtenByPeople[plural];
    throw remedy === undefined
      ? unavailable(`the API server answered with one of ${plural} in which ${error.message}`)
      : new HookError('Invalid', `${nameOf(object)} of ${plural} cannot be read: ${error.message}. ${remedy}`);
  }
}

function nameOf(object: unknown): string {
  const metadata = isObject(object) && isObject(object['metadata']) ? object['metadata'] : {};
  return typeof metadata['name'] === 'string' ? metadata['name'] : 'one';
}
