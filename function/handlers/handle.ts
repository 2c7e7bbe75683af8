/**
 * What each request is answered: health checks, refusals of what is no hook call, and hook calls. Every error ends here.
 */
import type { Notifier } from '../actions/notifier.ts';
import { HookError, toHookError } from '../errors.ts';
import {
  type Hook,
  healthPaths,
  hookAt,
  hooks,
  isVerdictHook,
  type NoticeHook,
  type VerdictHook,
} from '../flagger/hooks.ts';
import { readPayload } from '../flagger/payload.ts';
import { largestBody } from '../http/body.ts';
import type { Handled, Request, Response } from '../http/server.ts';
import type { Kube } from '../kube/client.ts';
import type { Budget } from '../kube/retry.ts';
import type { Log } from '../log.ts';
import { oneLine } from '../text.ts';
import type { HookCall } from './caller.ts';
import { handleConfirmRollout } from './confirm-rollout.ts';
import { handleEvent } from './event.ts';
import { handleGate } from './gate.ts';
import { handlePostRollout } from './post-rollout.ts';
import {
  type Ack,
  ackResponse,
  errorResponse,
  type GateAnswer,
  healthResponse,
  type ResponseOptions,
  verdictResponse,
} from './response.ts';
import { handleRollback } from './rollback.ts';

export interface Settings {
  kube: (budget: Budget) => Kube;
  log: Log;
  authenticatesPayload: boolean;
  retryAfterSeconds: number;
  /** Milliseconds. */
  callBudget: number;
  /** Nothing where there is no sink. */
  notifier?: Notifier;
}

// Made once: without a reason each call would make an error, and that is a hundredth of a poll.
const answered = new HookError('ServiceUnavailable', 'the call has been answered');

export async function handle(request: Request, settings: Settings): Promise<Handled> {
  if (isHealthCheck(request)) return { response: healthResponse(), log: () => undefined };
  const { since } = request;
  const { log, retryAfterSeconds } = settings;
  const options = { json: request.accept.includes('application/json'), retryAfterSeconds };
  const fields: Record<string, unknown> = { hook: oneLine(request.path) };
  const hook = hookAt(request.path);
  const over = new AbortController();
  try {
    const call = readCall(request, hook, settings, { endsAt: since + settings.callBudget, over: over.signal });
    const { name, namespace, checksum } = call.context.payload;
    Object.assign(fields, { canary: name, namespace, checksum });
    return logged(await answerHook(call, options, fields));
  } catch (thrown) {
    const error = toHookError(thrown);
    fields['reason'] = error.kind;
    if (error.kind === 'InternalError') log.error(error.message, { ...fields, detail: error.detail });
    else if (error.detail !== undefined) fields['detail'] = oneLine(error.detail);
    return logged(errorResponse(error, hook, options));
  } finally {
    over.abort(answered);
  }

  function logged(response: Response): Handled {
    const line = { ...fields, status: response.status, milliseconds: Date.now() - since };
    return { response, log: () => log.info(response.body, line) };
  }
}

async function answerHook(
  call: HookCall,
  options: ResponseOptions,
  fields: Record<string, unknown>,
): Promise<Response> {
  const { hook } = call;
  if (isVerdictHook(hook)) {
    const answer = await verdictOf({ ...call, hook });
    const { verdict, jobName } = answer;
    Object.assign(fields, { verdict: verdict.kind, reason: verdict.reason, job: jobName });
    return verdictResponse(hook, answer, options);
  }
  const ack = await ackOf({ ...call, hook });
  fields['reason'] = ack.reason;
  return ackResponse(hook, ack, options);
}

function verdictOf(call: HookCall<VerdictHook>): Promise<GateAnswer> {
  switch (call.hook.kind) {
    case 'gate':
      return handleGate(call);
    case 'rollback':
      return handleRollback(call);
  }
}

async function ackOf(call: HookCall<NoticeHook>): Promise<Ack> {
  switch (call.hook.kind) {
    case 'confirm-rollout':
      return handleConfirmRollout(call);
    case 'post-rollout':
      return handlePostRollout(call);
    case 'event':
      return handleEvent(call);
  }
}

function isHealthCheck({ method, path }: Request): boolean {
  return (method === 'GET' || method === 'HEAD') && healthPaths.includes(path);
}

/** Throws what is wrong with the request, in the order in which a person would mend it. */
function readCall(request: Request, hook: Hook | undefined, settings: Settings, budget: Budget): HookCall {
  const { method, path, hosts, contentType, body } = request;
  if (hook === undefined) {
    throw new HookError('NotFound', `${path} is no hook. The hooks are ${Object.keys(hooks).join(', ')}`);
  }
  if (method !== 'POST') throw new HookError('MethodNotAllowed', `${path} takes POST, as Flagger's webhooks do`);
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    const message = `Content-Type is "${contentType}"; it must be application/json`;
    throw new HookError('UnsupportedMediaType', message);
  }
  if (body.kind === 'tooLarge') {
    throw new HookError('RequestEntityTooLarge', `a payload is at most ${largestBody} bytes`);
  }
  const { log, retryAfterSeconds, authenticatesPayload: authenticates, notifier } = settings;
  const kube = settings.kube(budget);
  const payload = readPayload(body.text);
  const context = { payload, origin: { hosts, path }, kube, log, retryAfterSeconds, ...(notifier && { notifier }) };
  return { hook, context, authenticates };
}
