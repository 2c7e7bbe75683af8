/**
 * The body of a POST.
 */
import { HookError } from '../errors.ts';
import { largestBody } from '../http/body.ts';
import type { Request } from '../http/server.ts';

/** To be read as JSON. Throws what is wrong with the request, in the order in which a person would mend it. */
export function jsonOf(request: Request): string {
  const { contentType } = request;
  refuseOtherMethods(request);
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    const message = `Content-Type is "${contentType}"; it must be application/json`;
    throw new HookError('UnsupportedMediaType', message);
  }
  return textOf(request);
}

/** Whatever its content type says: the load tester looks at none, and curl says that it sends a form. */
export function textOf(request: Request): string {
  refuseOtherMethods(request);
  const { body } = request;
  if (body.kind === 'text') return body.text;
  throw new HookError('RequestEntityTooLarge', `a payload is at most ${largestBody} bytes`);
}

function refuseOtherMethods({ method, path }: Request): void {
  if (method !== 'POST') throw new HookError('MethodNotAllowed', `${path} takes POST, as Flagger's webhooks do`);
}
