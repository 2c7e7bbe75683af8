/**
 * Misbehaviour on request: what a proxy, a network or an overloaded API server does to a call.
 */
import type { Call } from './call.ts';
import { apiGroupWords } from './rbac-words.ts';
import { failure, type Status } from './status.ts';

export type Fault =
  /** The socket is closed before anything is answered. */
  | { kind: 'refuse' }
  /** The connection is reset. */
  | { kind: 'reset' }
  | { kind: 'delay'; milliseconds: number }
  /** Half of a 200's body, then the end of the connection. */
  | { kind: 'halfBody' }
  /** A proxy's page, with 200. */
  | { kind: 'html' }
  | {
      kind: 'status';
      code: 401 | 403 | 404 | 409 | 422 | 429 | 500 | 503;
      retryAfterSeconds?: number;
      message?: string;
    }
  /** Does the work, then answers this: the ambiguous write. */
  | { kind: 'afterwards'; code: number };

export interface Match {
  verb?: string;
  resource?: string;
  subresource?: string;
  namespace?: string;
  times?: number;
}

export interface Faults {
  add(match: Match, fault: Fault): () => void;
  /** The fault this call meets, used up by that. */
  next(call: Call): Fault | undefined;
}

export function createFaults(): Faults {
  const active: { match: Match; fault: Fault; left: number }[] = [];
  return {
    add(match, fault) {
      const entry = { match, fault, left: match.times ?? Number.POSITIVE_INFINITY };
      active.push(entry);
      return () => {
        entry.left = 0;
      };
    },
    next(call) {
      const entry = active.find(({ match, left }) => left > 0 && matches(match, call));
      if (!entry) return undefined;
      entry.left--;
      return entry.fault;
    },
  };
}

function matches(match: Match, call: Call): boolean {
  return (
    (match.verb === undefined || match.verb === call.verb) &&
    (match.resource === undefined || match.resource === call.resource.plural) &&
    (match.subresource === undefined || match.subresource === call.subresource) &&
    (match.namespace === undefined || match.namespace === call.namespace)
  );
}

const words: Record<number, string> = {
  401: 'Unauthorized',
  404: 'the server could not find the requested resource',
  409: 'the object has been modified; please apply your changes to the latest version and try again',
  422: 'the server rejected our request due to an error in our request',
  429: 'too many requests, please try again later',
  500: 'Internal error occurred: etcdserver: request timed out',
  503: 'the server is currently unable to handle the request',
};

export function statusFor(code: number, call: Call, message?: string): Status {
  const fallback = code === 403 ? apiGroupWords(call) : (words[code] ?? 'the server refused');
  return failure(code, message ?? fallback, { kind: call.resource.plural });
}
