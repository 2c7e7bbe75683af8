/**
 * What the verifier writes through the API server.
 */
import { type E2ESpec, e2eSpecResource, type Status } from '../api/e2espec.ts';
import type { Event, Job } from '../api/kubernetes.ts';
import { HookError } from '../errors.ts';
import { events, jobs, readOne } from './read.ts';
import type { ApiRequest } from './request.ts';
import { type ApiResponse, type Ask, isDenied, isObject, isWhole, messageOf, unavailable } from './response.ts';

export interface Writer {
  /**
   * Resolves to the Job as it is stored; `exists`: a Job of that name is there already. Throws Invalid where the Job is
   * refused; all else, also a dry run that cannot be made, says nothing of the Job.
   */
  createJob(job: Job, mode?: 'dryRun'): Promise<Job | 'exists'>;
  /** Sets annotations of this very Job (null takes one away); of no other that has its name by now. */
  annotateJob(job: Job, annotations: Record<string, string | null>): Promise<void>;
  /** Has this very Job kept so many seconds after its end. */
  keepJob(job: Job, seconds: number): Promise<void>;
  /** Deletes this very Job and its pods; `changed`: another Job has its name by now. */
  deleteJob(job: Pick<Job, 'metadata'>): Promise<'gone' | 'changed'>;
  /** Merge patch of the status at the given resourceVersion; `conflict`: somebody wrote in between. */
  patchStatus(spec: E2ESpec, status: Status): Promise<'patched' | 'conflict'>;
  /** Done as well when an Event of that name is there already. */
  createEvent(event: Event): Promise<void>;
}

interface Identity {
  name?: string;
  uid?: string;
}

export function writer(ask: Ask): Writer {
  /** Resolves when it is done, or to one of the reasons against it that mean something here. */
  async function write<R extends string>(
    request: ApiRequest,
    object: Identity | undefined,
    ...reasons: R[]
  ): Promise<R | undefined> {
    const response = await ask(request);
    if (isDone(request.verb, response, object)) return undefined;
    const reason = reasons.find((each) => isReason(response, each) && !isDenied(response.body));
    if (reason !== undefined) return reason;
    throw unavailable(`${request.verb}: ${messageOf(response)}`);
  }

  return {
    async createJob(job, mode) {
      const { namespace = '', name } = job.metadata ?? {};
      const query = { fieldValidation: 'Strict', ...(mode && { dryRun: 'All' }) };
      const response = await ask({ verb: 'create', resource: jobs, namespace, query, body: job });
      if (isRefusal(response)) throw new HookError('Invalid', messageOf(response));
      if (isReason(response, 'AlreadyExists')) return 'exists';
      if (response.code === 404)
        throw unavailable(`create: namespace ${namespace} is not there: ${messageOf(response)}`);
      if (response.code >= 300) throw unavailable(`create: ${messageOf(response)}`);
      const { value } = readOne<Job>(response, { resource: jobs, namespace, ...(name !== undefined && { name }) });
      if (value === undefined || !isDone('create', response, job.metadata))
        throw unavailable('create: another object came back');
      return value;
    },

    async deleteJob({ metadata }) {
      const { namespace = '', name = '', uid = '' } = metadata ?? {};
      // Without a policy the Jobs API orphans the pods, in the background they would run on beside the next test;
      // without the uid a slow call would delete a fresh run.
      const body = { propagationPolicy: 'Foreground', preconditions: { uid } };
      const request = { verb: 'delete', resource: jobs, namespace, name, body } as const;
      return (await write(request, metadata, 'NotFound', 'Conflict')) === 'Conflict' ? 'changed' : 'gone';
    },

    async annotateJob({ metadata }, annotations) {
      const { namespace = '', name = '', uid } = metadata ?? {};
      const body = { metadata: { uid, annotations } };
      await write({ verb: 'patch', resource: jobs, namespace, name, body }, metadata);
    },

    async keepJob({ metadata }, seconds) {
      const { namespace = '', name = '', uid } = metadata ?? {};
      const body = { metadata: { uid }, spec: { ttlSecondsAfterFinished: seconds } };
      await write({ verb: 'patch', resource: jobs, namespace, name, body }, metadata);
    },

    async patchStatus({ metadata }, status) {
      const { namespace, name, resourceVersion } = metadata;
      const body = { metadata: { resourceVersion }, status };
      const resource = { resource: e2eSpecResource, subresource: 'status' } as const;
      const request = { verb: 'patch', ...resource, namespace, name, body } as const;
      return (await write(request, metadata, 'Conflict')) ? 'conflict' : 'patched';
    },

    async createEvent(event) {
      const namespace = event.metadata.namespace ?? '';
      await write({ verb: 'create', resource: events, namespace, body: event }, event.metadata, 'AlreadyExists');
    },
  };
}

/**
 * Whether the API server refuses what the E2ESpec asks for: by the Job's fields, or by a policy of the cluster. What is no
 * Job at all (an unknown field of a pod template, a word where a number belongs) is refused with 400.
 */
function isRefusal({ code, body }: ApiResponse): boolean {
  const message = isObject(body) ? String(body['message']) : '';
  return (
    isDenied(body) ||
    code === 422 ||
    (code === 403 && /^jobs\.batch "[^"]*" is forbidden: (?!User ")/.test(message)) ||
    (code === 400 && /^Job in version "[^"]*" cannot be handled as a Job: /.test(message))
  );
}

function isReason({ code, body }: ApiResponse, reason: string): boolean {
  return code >= 300 && isObject(body) && body['reason'] === reason;
}

/** Whether a write was carried out on this object, and not answered by somebody who did nothing, or something else. */
function isDone(verb: ApiRequest['verb'], { code, body }: ApiResponse, { name, uid }: Identity = {}): boolean {
  // Only a delete may be carried out later, and is answered with no object.
  const isDelete = verb === 'delete';
  if (code >= 300 || (code > 201 && !isDelete) || !isObject(body)) return false;
  const isSuccess = isDelete && body['status'] === 'Success';
  const written = isWhole(body) ? body['metadata'] : isSuccess && (body['details'] ?? {});
  if (!isObject(written)) return false;
  const isOf = (field: string, own: string | undefined) => (written[field] ?? own) === (own ?? written[field]);
  return isOf('name', name) && isOf('uid', uid);
}
