/**
 * What the verifier writes through the API server.
 */
import { type E2ESpec, e2eSpecResource, type Status } from '../api/e2espec.ts';
import type { Event, Job } from '../api/kubernetes.ts';
import { HookError } from '../errors.ts';
import { events, jobs, readOne } from './read.ts';
import type { ApiRequest } from './request.ts';
import { type ApiResponse, type Ask, isObject, isWhole, messageOf, unavailable } from './response.ts';

export interface Writer {
  /** Resolves to the Job as it is stored; `exists`: a Job of that name is there already. */
  createJob(job: Job, mode?: 'dryRun'): Promise<Job | 'exists'>;
  /** Sets annotations of this very Job (null takes one away); of no other that has its name by now. */
  annotateJob(job: Job, annotations: Record<string, string | null>): Promise<void>;
  /** Deletes this very Job and its pods; `changed`: another Job has its name by now. */
  deleteJob(job: Pick<Job, 'metadata'>): Promise<'gone' | 'changed'>;
  /** Merge patch of the status at the given resourceVersion; `conflict`: somebody wrote in between. */
  patchStatus(spec: E2ESpec, status: Status): Promise<'patched' | 'conflict'>;
  /** Done as well when an Event of that name is there already. */
  createEvent(event: Event): Promise<void>;
}

export function writer(ask: Ask): Writer {
  /** The response where it is a success or one of the codes that mean something here. */
  async function write(request: ApiRequest, ...codes: number[]): Promise<ApiResponse> {
    const response = await ask(request);
    if (isDone(response) || codes.includes(response.code)) return response;
    throw unavailable(`${request.verb}: ${messageOf(response)}`);
  }

  return {
    async createJob(job, mode) {
      const namespace = job.metadata?.namespace ?? '';
      const query = { fieldValidation: 'Strict', ...(mode && { dryRun: 'All' }) };
      const response = await ask({ verb: 'create', resource: jobs, namespace, query, body: job });
      if (isReason(response, 'AlreadyExists')) return 'exists';
      if (response.code === 409) throw unavailable(`create: ${messageOf(response)}`);
      if (response.code >= 300) throw new HookError('Invalid', messageOf(response));
      const { value } = readOne<Job>(response, jobs.plural);
      if (value === undefined) throw unavailable(`create: ${messageOf(response)}`);
      return value;
    },

    async deleteJob({ metadata }) {
      const { namespace = '', name = '', uid = '' } = metadata ?? {};
      // Without a policy the Jobs API orphans the pods, in the background they would run on beside the next test;
      // without the uid a slow call would delete a fresh run.
      const body = { propagationPolicy: 'Foreground', preconditions: { uid } };
      const { code } = await write({ verb: 'delete', resource: jobs, namespace, name, body }, 404, 409);
      return code === 409 ? 'changed' : 'gone';
    },

    async annotateJob({ metadata }, annotations) {
      const { namespace = '', name = '', uid } = metadata ?? {};
      const body = { metadata: { uid, annotations } };
      await write({ verb: 'patch', resource: jobs, namespace, name, body });
    },

    async patchStatus({ metadata: { namespace, name, resourceVersion } }, status) {
      const body = { metadata: { resourceVersion }, status };
      const resource = { resource: e2eSpecResource, subresource: 'status' } as const;
      const { code } = await write({ verb: 'patch', ...resource, namespace, name, body }, 409);
      return code === 409 ? 'conflict' : 'patched';
    },

    async createEvent(event) {
      const namespace = event.metadata.namespace ?? '';
      await write({ verb: 'create', resource: events, namespace, body: event }, 409);
    },
  };
}

function isReason({ code, body }: ApiResponse, reason: string): boolean {
  return code >= 300 && isObject(body) && body['reason'] === reason;
}

/** Whether a write was carried out, and not answered by somebody who did nothing. */
function isDone({ code, body }: ApiResponse): boolean {
  return code < 300 && (isWhole(body) || (isObject(body) && body['status'] === 'Success'));
}
