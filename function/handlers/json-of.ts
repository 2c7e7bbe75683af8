/**
 * The body of a POST that is to be read as JSON.
 */
import { HookError } from '../errors.ts';
import { largestBody } from '../http/body.ts';
import type { Request } from '../http/server.ts';

/** Throws what is wrong with the request, in the order in which a person would mend it. */
export function jsonOf({ method, path, contentType, body }: Request): string {
  if (method !== 'POST') throw new HookError('MethodNotAllowed', `${path} takes POST, as Flagger's webhooks do`);
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    const message = `Content-Type is "${contentType}"; it must be application/json`;
    throw new HookError('UnsupportedMediaType', message);
  }
  if (body.kind === 'tooLarge') {
    throw new HookError('RequestEntityTooLarge', `a payload is at most ${largestBody} bytes`);
  }
  return body.text;
}
