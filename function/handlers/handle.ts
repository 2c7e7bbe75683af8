/**
 * What each request is answered: health checks, refusals of what is no hook call, and hook calls. Every error ends here.
 */
import type { Look } from '../actions/hold.ts';
import { HookError, toHookError } from '../errors.ts';
import {
  type Hook,
  hookAt,
  isVerdictHook,
  type NoticeHook,
  type OrderHook,
  type VerdictHook,
} from '../flagger/hooks.ts';
import { gateInWords } from '../flagger/manual-gate.ts';
import { retryAfterHold } from '../flagger/patience.ts';
import type { Holds } from '../http/holds.ts';
import type { Handled, Request, Response } from '../http/server.ts';
import { type AskAs, bearerOf } from '../kube/caller.ts';
import type { Kube } from '../kube/client.ts';
import { gatekeeper } from '../kube/gatekeeper.ts';
import type { Budget } from '../kube/retry.ts';
import { oneLine } from '../text.ts';
import type { HookCall } from './caller.ts';
import { handleConfirmRollout } from './confirm-rollout.ts';
import { handleEvent } from './event.ts';
import { handleGate } from './gate.ts';
import { whileHeld } from './hold.ts';
import { answerOrder, checkGate, fixedAnswer } from './manual-gate.ts';
import { handlePostRollout } from './post-rollout.ts';
import { type CallSettings, isHealthCheck, notFound, readCall, readOrder, type UnreadCall } from './read-call.ts';
import {
  type Ack,
  ackResponse,
  errorResponse,
  type GateAnswer,
  healthResponse,
  manualResponse,
  type ResponseOptions,
  verdictResponse,
} from './response.ts';
import { handleRollback } from './rollback.ts';

export interface Settings extends CallSettings {
  kube: (budget: Budget) => Kube;
  askAs: AskAs;
  holds: Holds;
  /** Milliseconds. */
  callBudget: number;
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
    if (hook === undefined) throw notFound(request.path);
    return logged(await answer(hook, { request, settings, fields, options, onHold }));
  } catch (thrown) {
    const error = toHookError(thrown);
    fields['reason'] = error.kind;
    if (error.kind === 'InternalError') log.error(error.message, { ...fields, detail: error.detail });
    else if (error.detail !== undefined) fields['detail'] = oneLine(error.detail);
    return logged(errorResponse(error, hook, options()));
  }

  function logged(response: Response): Handled {
    const { said = response.body, ...others } = fields;
    const line = { ...others, status: response.status, milliseconds: Date.now() - since };
    return { response, log: () => log.info(String(said), line) };
  }
}

interface Answering {
  request: Request;
  settings: Settings;
  fields: Record<string, unknown>;
  options(): ResponseOptions;
  onHold(): void;
}

async function answer(hook: Hook, answering: Answering): Promise<Response> {
  switch (hook.kind) {
    case 'fixed':
      return manualResponse(fixedAnswer(hook), answering.options());
    case 'order':
      return carryOutOrder(hook, answering);
    default: {
      const { request, settings, fields } = answering;
      const call = readCall(request, hook, settings);
      const { name, namespace, checksum } = call.context.payload;
      Object.assign(fields, { canary: name, namespace, checksum });
      return answerHook(call, answering);
    }
  }
}

async function carryOutOrder(hook: OrderHook, { request, settings, fields, options }: Answering): Promise<Response> {
  const order = readOrder(request, hook);
  const { name, namespace, gate } = order;
  Object.assign(fields, { canary: name, namespace, gate: gateInWords(gate) });
  const token = bearerOf(request.authorization);
  const connect = (budget: Budget) => ({
    kube: settings.kube(budget),
    keeper: token === undefined ? undefined : gatekeeper(settings.askAs(token, budget)),
  });
  const endsAt = request.since + settings.callBudget;
  const done = await lend(connect, { endsAt }, ({ kube, keeper }) =>
    answerOrder(hook, order, keeper, { kube, log: settings.log }),
  );
  const { reason, message, by } = done;
  Object.assign(fields, { reason, by, said: `${reason}: ${message}` });
  return manualResponse(done, options());
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
  if (hook.kind === 'check') {
    const check = await lend(settings.kube, { endsAt }, (kube) =>
      checkGate({ hook, context: { ...context, kube }, authenticates }),
    );
    Object.assign(fields, { reason: check.reason, said: `${check.reason}: ${check.message}` });
    return manualResponse(check, options());
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
async function lend<K, T>(connect: (budget: Budget) => K, budget: Budget, use: (kube: K) => Promise<T>): Promise<T> {
  const over = new AbortController();
  try {
    return await use(connect({ ...budget, over: over.signal }));
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
