/**
 * What each request is answered: health checks, refusals of what is no hook call, and hook calls. Every error ends here.
 */
import type { Context } from '../actions/context.ts';
import type { Look } from '../actions/hold.ts';
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
import { retryAfterHold } from '../flagger/patience.ts';
import { readPayload } from '../flagger/payload.ts';
import { largestBody } from '../http/body.ts';
import type { Holds } from '../http/holds.ts';
import type { Handled, Request, Response } from '../http/server.ts';
import type { Kube } from '../kube/client.ts';
import type { Budget } from '../kube/retry.ts';
import type { Log } from '../log.ts';
import { oneLine } from '../text.ts';
import type { HookCall } from './caller.ts';
import { handleConfirmRollout } from './confirm-rollout.ts';
import { handleEvent } from './event.ts';
import { handleGate } from './gate.ts';
import { whileHeld } from './hold.ts';
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
  holds: Holds;
  authenticatesPayload: boolean;
  retryAfterSeconds: number;
  /** Empty for none. */
  logUrlTemplate?: string;
  /** Empty for none. */
  statusUrl?: string;
  /** Milliseconds. */
  callBudget: number;
  /** Nothing where there is no sink. */
  notifier?: Notifier;
}

/** A call as it is while nothing is read for it. */
interface UnreadCall extends Omit<HookCall, 'context'> {
  context: Omit<Context, 'kube'>;
}

export async function handle(request: Request, settings: Settings): Promise<Handled> {
  if (isHealthCheck(request)) return { response: healthResponse(), log: () => undefined };
  const { since } = request;
  const { log, retryAfterSeconds } = settings;
  const fields: Record<string, unknown> = { hook: oneLine(request.path) };
  const hook = hookAt(request.path);
  let isHeld = false;
  const onHold = () => {
    isHeld = true;
    fields['held'] = true;
  };
  const options = () => ({
    json: request.accept.includes('application/json'),
    retryAfterSeconds: isHeld ? retryAfterHold(retryAfterSeconds, Date.now() - since) : retryAfterSeconds,
  });
  try {
    const call = readCall(request, hook, settings);
    const { name, namespace, checksum } = call.context.payload;
    Object.assign(fields, { canary: name, namespace, checksum });
    return logged(await answerHook(call, { request, settings, fields, options, onHold }));
  } catch (thrown) {
    const error = toHookError(thrown);
    fields['reason'] = error.kind;
    if (error.kind === 'InternalError') log.error(error.message, { ...fields, detail: error.detail });
    else if (error.detail !== undefined) fields['detail'] = oneLine(error.detail);
    return logged(errorResponse(error, hook, options()));
  }

  function logged(response: Response): Handled {
    const line = { ...fields, status: response.status, milliseconds: Date.now() - since };
    return { response, log: () => log.info(response.body, line) };
  }
}

interface Answering {
  request: Request;
  settings: Settings;
  fields: Record<string, unknown>;
  options(): ResponseOptions;
  onHold(): void;
}

async function answerHook(
  { hook, context, authenticates }: UnreadCall,
  { request, settings, fields, options, onHold }: Answering,
): Promise<Response> {
  const { holds, callBudget } = settings;
  const endsAt = request.since + callBudget;
  if (isVerdictHook(hook)) {
    const evaluate = () =>
      lend(settings.kube, { endsAt }, (kube) => verdictOf({ hook, context: { ...context, kube }, authenticates }));
    // Not tried again: the next look comes a second later.
    const look: Look = (use) => lend(settings.kube, { endsAt: Date.now() + longestLook, tries: 1 }, use);
    const answer = await (hook.holds ? whileHeld(evaluate, { request, holds, callBudget, look, onHold }) : evaluate());
    const { verdict, jobName } = answer;
    Object.assign(fields, { verdict: verdict.kind, reason: verdict.reason, job: jobName });
    return verdictResponse(hook, answer, options());
  }
  const ack = await lend(settings.kube, { endsAt }, (kube) =>
    ackOf({ hook, context: { ...context, kube }, authenticates }),
  );
  fields['reason'] = ack.reason;
  return ackResponse(hook, ack, options());
}

// Milliseconds.
const longestLook = 1000;

// Made once: without a reason each call would make an error, and that is a hundredth of a poll.
const answered = new HookError('ServiceUnavailable', 'the call has been answered');

/** Of what is read with it, nothing is held any longer than that takes. */
async function lend<T>(kube: Settings['kube'], budget: Budget, use: (kube: Kube) => Promise<T>): Promise<T> {
  const over = new AbortController();
  try {
    return await use(kube({ ...budget, over: over.signal }));
  } finally {
    over.abort(answered);
  }
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
function readCall(request: Request, hook: Hook | undefined, settings: Settings): UnreadCall {
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
  const {
    log,
    retryAfterSeconds,
    logUrlTemplate = '',
    statusUrl = '',
    authenticatesPayload: authenticates,
    notifier,
  } = settings;
  const payload = readPayload(body.text);
  const own = { log, retryAfterSeconds, logUrlTemplate, statusUrl, ...(notifier && { notifier }) };
  return { hook, context: { payload, origin: { hosts, path }, ...own }, authenticates };
}
