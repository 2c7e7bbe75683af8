/**
 * One way in which a request to the API server can go wrong.
 */
import { statusFor } from '../support/embedded/faults.ts';
import { failure } from '../support/embedded/status.ts';
import type { Exchange } from './front.ts';

export interface Fault {
  name: string;
  /** The requests that can meet it; all of them where nothing is said. */
  meets?: (request: string) => boolean;
  /** It says nothing of the object: the answer is as usual, or that the API server is away. */
  isMute?: true;
  /** It ends the connection, which the calls of a process share over HTTP/2. */
  breaksConnection?: true;
  /** How often in one call; each time where nothing is said. */
  times?: number;
  answer(exchange: Exchange): unknown;
}

/** The verifier's own. What the API server repeats of it must get no further. */
export const token = 's3cr3t-t0k3n-0f-the-verifier';

export const isWrite = (request: string): boolean => /^(create|patch|delete) /.test(request);
/** Whether the request asks for a change, and not only whether it could be made. */
export const changes = (request: string): boolean => isWrite(request) && !request.endsWith('by dry run');

/** A refusal in the API server's own form, which repeats the head of the request. */
export function statusOf(exchange: Exchange, code: number, message?: string): object {
  const status = statusFor(code, exchange.call, message);
  return { ...status, message: `${status.message} (Authorization: Bearer ${token})` };
}

export function sayStatus(code: number, headers: Record<string, string> = {}) {
  return (exchange: Exchange) => exchange.say(code, statusOf(exchange, code), headers);
}

export { failure };
