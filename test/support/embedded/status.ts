/**
 * The API server's refusals: Status objects with its codes, reasons and words.
 * `refuse` throws one; the HTTP side turns it into the answer.
 */
import type { Resource } from './resources.ts';

export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, never>;
  status: 'Failure' | 'Success';
  message?: string;
  reason?: string;
  details?: Record<string, unknown>;
  code: number;
}

const reasons: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

export function failure(code: number, message: string, details?: Record<string, unknown>, reason?: string): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: reason ?? reasons[code] ?? 'Unknown',
    ...(details === undefined ? {} : { details }),
    code,
  };
}

export function refuse(code: number, message: string, details?: Record<string, unknown>, reason?: string): never {
  throw Object.assign(new Error(message), { status: failure(code, message, details, reason) });
}

export function statusOf(error: unknown): Status {
  if (error instanceof Error && 'status' in error) return error.status as Status;
  return failure(500, error instanceof Error ? `Internal error occurred: ${error.message}` : String(error));
}

/** "jobs.batch", and "pods" for the core group. */
export function groupResource(resource: Resource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

export function detailsOf(resource: Resource, name: string): Record<string, unknown> {
  return { name, ...(resource.group === '' ? {} : { group: resource.group }), kind: resource.plural };
}

export function refuseNotFound(resource: Resource, name: string): never {
  return refuse(404, `${groupResource(resource)} "${name}" not found`, detailsOf(resource, name));
}

export function refuseExisting(resource: Resource, name: string, terminating: boolean): never {
  const message = `${groupResource(resource)} "${name}" already exists`;
  return refuse(
    409,
    terminating ? `object is being deleted: ${message}` : message,
    detailsOf(resource, name),
    'AlreadyExists',
  );
}

export function refuseConflict(resource: Resource, name: string, why: string): never {
  const message = `Operation cannot be fulfilled on ${groupResource(resource)} "${name}": ${why}`;
  return refuse(409, message, detailsOf(resource, name));
}

export function refuseForbidden(resource: Resource, name: string, why: string): never {
  return refuse(403, `${groupResource(resource)} "${name}" is forbidden: ${why}`, detailsOf(resource, name));
}
