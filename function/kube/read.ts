/**
 * What the verifier reads of the API server. A missing object is `undefined`; all else that is not the object throws.
 */
import { type Canary, canaryResource } from '../api/canary.ts';
import { type E2ESpec, e2eSpecResource } from '../api/e2espec.ts';
import type { EndpointSlice, Event, Job, Pod, Revision, Target, TargetResource } from '../api/kubernetes.ts';
import { HookError } from '../errors.ts';
import type { ApiRequest, Resource } from './request.ts';
import { type ApiResponse, type Ask, isObject, isWhole, unavailable } from './response.ts';
import { Misshapen } from './shape.ts';
import { kinds } from './shapes.ts';

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
  /** What `pick` makes of each; of the others nothing is held. */
  listJobs<T>(namespace: string, labelSelector: string, pick: (job: Job) => T | undefined): Promise<T[]>;
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

// Items of a page: of what may be large, so many that a page of large ones can be held.
const pageSize = 25;
const pageSizes: Record<string, number> = { events: 500 };
const fewPages = 40;

// Bytes, of one page or of all that is kept.
export const largestList = 8 * 1024 * 1024;

export interface ListRequest {
  resource: Resource;
  /** `null`: all. */
  namespace: string | null;
  selector: Record<string, string>;
  /** Items of the next page, by what the one before it weighed; where it is not said, as many as are safe of any. */
  sizeAfter?(before: { items: number; bytes: number } | undefined): number;
  /** Told of an item that people have written so that it cannot be read, which is left out then. */
  onUnreadable?(message: string): void;
}

/** Page by page, so that no answer is larger than this process can hold. `left`: bytes for the next page. */
export async function* pages<T>(
  ask: Ask,
  { resource, namespace, selector, sizeAfter, onUnreadable }: ListRequest,
  left: () => number,
  mostPages = fewPages,
) {
  const { plural } = resource;
  const size = sizeAfter ?? (() => pageSizes[plural] ?? pageSize);
  let query: Record<string, string> = { ...selector, limit: String(size(undefined)) };
  for (let page = 1; page <= mostPages; page++) {
    const response = await ask({ verb: 'list', resource, namespace, query, largest: left() });
    const { items, next } = readPage<T>(response, { resource, namespace }, onUnreadable);
    yield { items, held: response.held };
    if (next === '') return;
    const limit = size({ items: items.length, bytes: response.held?.bytes ?? 0 });
    query = { ...query, limit: String(limit), continue: next };
  }
  throw unavailable(`there are too many ${plural} to be read`);
}

export function reader(ask: Ask): Reader {
  async function get<T>(resource: Resource, namespace: string, name: string): Promise<Read<T>> {
    return readOne<T>(await ask({ verb: 'get', resource, namespace, name }), { resource, namespace, name });
  }

  async function list<T>(resource: Resource, namespace: string, selector: Record<string, string>): Promise<T[]> {
    const all: T[] = [];
    let left = largestList;
    for await (const { items, held } of pages<T>(ask, { resource, namespace, selector }, () => left)) {
      all.push(...items);
      left -= held?.bytes ?? 0;
    }
    return all;
  }

  return {
    getCanary: (namespace, name) => get(canaryResource, namespace, name),
    getE2ESpec: (namespace, name) => get(e2eSpecResource, namespace, name),
    getJob: (namespace, name) => get(jobs, namespace, name),
    getTarget: (namespace, { name, ...resource }) => get(resource, namespace, name),
    getRevision: (namespace, name) => get(revisions, namespace, name),
    listEndpointSlices: (namespace, service) =>
      list(endpointSlices, namespace, { labelSelector: `kubernetes.io/service-name=${service}` }),
    async listJobs(namespace, labelSelector, pick) {
      const picked = [];
      const request = { resource: jobs, namespace, selector: { labelSelector } };
      for await (const { items, held } of pages<Job>(ask, request, () => largestList)) {
        picked.push(...items.flatMap((job) => pick(job) ?? []));
        held?.release();
      }
      return picked;
    },
    listPods: (namespace, jobUid) =>
      list(pods, namespace, { labelSelector: `batch.kubernetes.io/controller-uid=${jobUid}` }),
    listEvents: (namespace, { field, value }) =>
      list(events, namespace, { fieldSelector: `involvedObject.${field}=${value}` }),
  };
}

/** What was asked for; without a name: one that the API server has named, or a list. */
type Wanted = Pick<ApiRequest, 'resource' | 'namespace' | 'name'>;

export function readOne<T>({ code, body, now }: ApiResponse, wanted: Wanted): Read<T> {
  const { plural } = wanted.resource;
  if (code === 404 && isMissing(body, wanted)) return { value: undefined, now };
  if (code === 404 && !isStatus(body)) {
    throw unavailable(`the API server does not know ${plural}${remedies[plural] ?? ''}`);
  }
  if (code >= 300 || !isWhole(body)) throw unavailable(`the API server answered ${code} without one of ${plural}`);
  check(body, wanted, false);
  return { value: body as T, now };
}

/** `next`: where the next page begins; empty at the end. */
function readPage<T>(
  { code, body }: ApiResponse,
  wanted: Wanted,
  onUnreadable?: (message: string) => void,
): { items: T[]; next: string } {
  const { plural } = wanted.resource;
  const { kind } = kinds[plural] ?? {};
  if (code >= 300 || !isObject(body) || body['kind'] !== `${kind}List` || !Array.isArray(body['items'])) {
    throw unavailable(`the API server answered ${code} without a list of ${plural}`);
  }
  const items = body['items'].filter((item) => isReadable(item, wanted, onUnreadable));
  const { continue: next = '' } = isObject(body['metadata']) ? body['metadata'] : {};
  return { items, next: String(next) };
}

function isReadable(item: unknown, wanted: Wanted, onUnreadable?: (message: string) => void): boolean {
  try {
    check(item, wanted, true);
    return true;
  } catch (error) {
    if (onUnreadable === undefined || !(error instanceof HookError) || error.kind !== 'Invalid') throw error;
    onUnreadable(error.message);
    return false;
  }
}

/** Whether a 404 speaks of this very object: one may be of its namespace, of its resource, or of whatever a proxy asked. */
function isMissing(body: unknown, { resource: { plural }, name = '' }: Wanted): boolean {
  // Where Flagger is not installed there is no Canary either, and a call by hand is answered all the same.
  if (!isStatus(body)) return plural === canaryResource.plural;
  const details = isObject(body['details']) ? body['details'] : {};
  if (details['name'] ?? details['kind']) {
    return (details['name'] ?? name) === name && (details['kind'] ?? plural) === plural;
  }
  const message = String(body['message'] ?? '');
  if (message === '') return body['reason'] === 'NotFound';
  return message.startsWith(plural) && message.endsWith(`"${name}" not found`);
}

function isStatus(body: unknown): body is Record<string, unknown> {
  return isObject(body) && body['kind'] === 'Status';
}

const remedies: Record<string, string> = { e2especs: '. Install it: kubectl apply -f crds/' };

// What people write is mended by people; of all else the API server has made sure, so that it is a slip on the way.
const writtenByPeople: Record<string, string> = {
  canaries: 'Correct the Canary',
  e2especs: 'Correct the E2ESpec, or apply crds/ again: its definition refuses this',
};

/** That it is what was asked for, and has the shape of it. */
function check(object: unknown, wanted: Wanted, isListed: boolean): void {
  const { plural } = wanted.resource;
  if (isObject(object) && !isWanted(object, wanted, isListed)) {
    throw unavailable(`the API server answered with something other than ${wanted.name ?? 'one'} of ${plural}`);
  }
  try {
    kinds[plural]?.shape(object, '');
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    const remedy = writtenByPeople[plural];
    throw remedy === undefined
      ? unavailable(`the API server answered with one of ${plural} in which ${error.message}`)
      : new HookError('Invalid', `${nameOf(object)} of ${plural} cannot be read: ${error.message}. ${remedy}`);
  }
}

/** Items of a list need not say of which kind they are. One without metadata is left to its shape. */
function isWanted(object: Record<string, unknown>, { resource, namespace, name }: Wanted, isListed: boolean): boolean {
  const { kind, apiVersion, metadata } = object;
  const { group, version, plural } = resource;
  const isOf = (value: unknown, expected: string | undefined) =>
    value === expected || (isListed && value === undefined);
  return (
    isOf(kind, kinds[plural]?.kind) &&
    isOf(apiVersion, group === '' ? version : `${group}/${version}`) &&
    (!isObject(metadata) ||
      ((namespace === null || metadata['namespace'] === namespace) &&
        (name === undefined || metadata['name'] === name)))
  );
}

function nameOf(object: unknown): string {
  const metadata = isObject(object) && isObject(object['metadata']) ? object['metadata'] : {};
  return typeof metadata['name'] === 'string' ? metadata['name'] : 'one';
}
