/**
 * What a hook of Flagger's is answered: by its kind, with the payload that it brings.
 */
import type { Context } from '../actions/context.ts';
import { isVerdictHook, type NoticeHook, type VerdictHook } from '../flagger/hooks.ts';
import { readPayload } from '../flagger/payload.ts';
import type { Response } from '../http/server.ts';
import type { HookCall } from './caller.ts';
import { handleConfirmRollout } from './confirm-rollout.ts';
import { handleEvent } from './event.ts';
import { handleGate } from './gate.ts';
import { whileHeld } from './hold.ts';
import { jsonOf } from './json-of.ts';
import { lend, looksWith } from './lend.ts';
import { handlePostRollout } from './post-rollout.ts';
import { type Ack, ackResponse, type GateAnswer, verdictResponse } from './response.ts';
import { handleRollback } from './rollback.ts';
import type { Answering } from './settings.ts';

export async function answerHook(hook: VerdictHook | NoticeHook, answering: Answering): Promise<Response> {
  const { request, settings, fields, options, onHold } = answering;
  const context = contextOf(answering, jsonOf(request));
  const { name, namespace, checksum } = context.payload;
  Object.assign(fields, { canary: name, namespace, checksum });
  const { holds, callBudget, authenticatesPayload: authenticates } = settings;
  const endsAt = request.since + callBudget;
  if (isVerdictHook(hook)) {
    const evaluate = () =>
      lend(settings.kube, { endsAt }, (kube) => verdictOf({ hook, context: { ...context, kube }, authenticates }));
    const look = looksWith(settings.kube);
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

/** As it is while nothing is read for the call. `text`: its payload. Throws what is wrong with that. */
export function contextOf({ request, settings }: Answering, text: string): Omit<Context, 'kube'> {
  const { hosts, path } = request;
  const { log, retryAfterSeconds, logUrlTemplate = '', statusUrl = '', notifier } = settings;
  const payload = readPayload(text);
  const own = { log, retryAfterSeconds, logUrlTemplate, statusUrl, ...(notifier && { notifier }) };
  return { payload, origin: { hosts, path }, ...own };
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
