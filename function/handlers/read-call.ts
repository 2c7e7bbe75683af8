/**
 * What a request asks for, before anything is read for it. What is wrong with it is told in the order in which a person would
 * mend it.
 */
import type { Context } from '../actions/context.ts';
import type { Notifier } from '../actions/notifier.ts';
import { HookError } from '../errors.ts';
import { type GateOrder, readGateOrder } from '../flagger/gate-order.ts';
import { type FixedHook, type Hook, healthPaths, hooks, type OrderHook } from '../flagger/hooks.ts';
import { readPayload } from '../flagger/payload.ts';
import { largestBody } from '../http/body.ts';
import type { Request } from '../http/server.ts';
import type { Log } from '../log.ts';
import type { HookCall } from './caller.ts';

/** A call of Flagger's as it is while nothing is read for it. */
export interface UnreadCall<H extends Hook = FlaggersHook> extends Omit<HookCall<H>, 'context'> {
  context: Omit<Context, 'kube'>;
}

export type FlaggersHook = Exclude<Hook, FixedHook | OrderHook>;

export interface CallSettings {
  log: Log;
  authenticatesPayload: boolean;
  retryAfterSeconds: number;
  logUrlTemplate?: string;
  notifier?: Notifier;
}

export function isHealthCheck({ method, path }: Request): boolean {
  return (method === 'GET' || method === 'HEAD') && healthPaths.includes(path);
}

export function notFound(path: string): HookError {
  return new HookError('NotFound', `${path} is no hook. The hooks are ${Object.keys(hooks).join(', ')}`);
}

/** Throws what is wrong with the request. */
export function readCall(request: Request, hook: FlaggersHook, settings: CallSettings): UnreadCall {
  const { path, hosts } = request;
  // The load tester looks at none, and curl says that it sends a form.
  const text = textOf(request, hook.kind !== 'check');
  const { log, retryAfterSeconds, logUrlTemplate = '', authenticatesPayload: authenticates, notifier } = settings;
  const payload = readPayload(text);
  const own = { log, retryAfterSeconds, logUrlTemplate, ...(notifier && { notifier }) };
  return { hook, context: { payload, origin: { hosts, path }, ...own }, authenticates };
}

/** Throws what is wrong with the request. */
export function readOrder(request: Request, hook: OrderHook): GateOrder {
  return readGateOrder(textOf(request, false), hook);
}

function textOf({ method, path, contentType, body }: Request, mustBeJson: boolean): string {
  if (method !== 'POST') throw new HookError('MethodNotAllowed', `${path} takes POST, as Flagger's webhooks do`);
  if (mustBeJson && !/^application\/json\s*(;|$)/i.test(contentType)) {
    const message = `Content-Type is "${contentType}"; it must be application/json`;
    throw new HookError('UnsupportedMediaType', message);
  }
  if (body.kind === 'tooLarge') {
    throw new HookError('RequestEntityTooLarge', `a payload is at most ${largestBody} bytes`);
  }
  return body.text;
}
