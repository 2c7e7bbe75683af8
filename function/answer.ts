/**
 * What each request is answered: health checks, refusals of what is no hook call, and hook calls through `verify`.
 */
import type { Context } from './context.ts';
import { type Fault, isFault } from './fault.ts';
import { type Hook, healthPaths, hookAt, hooks } from './hooks.ts';
import { largestBody } from './http/body.ts';
import type { Call } from './http.ts';
import type { Budget } from './kube/retry.ts';
import type { Kube } from './kube.ts';
import { type Log, stackOf } from './log.ts';
import type { Decision, Done } from './outcome.ts';
import { type Payload, readPayload } from './payload.ts';
import { oneLine } from './record/words.ts';
import { healthReply, type Reply, replyToDecision, replyToDone, replyToFault, type Wishes } from './reply.ts';
import { take, verify } from './verify.ts';

export interface Settings {
  kube: (budget: Budget) => Kube;
  log: Log;
  authenticatesPayload: boolean;
  retryAfterSeconds: number;
  /** Milliseconds. */
  callBudget: number;
}

/** A reply, and the line about it in the log, which nobody has to wait for. */
export interface Answer {
  reply: Reply;
  log(): void;
}

export async function answer(call: Call, settings: Settings): Promise<Answer> {
  if (isLook(call.method) && healthPaths.includes(call.path)) return { reply: healthReply(), log: () => undefined };
  const began = Date.now();
  const wishes = { json: call.accept.includes('application/json'), retryAfterSeconds: settings.retryAfterSeconds };
  const asked = readCall(call);
  if (isFault(asked)) return logged(replyToFault(asked, undefined, wishes), { hook: call.path, fault: asked.kind });
  const { hook, payload } = asked;
  const kube = settings.kube({ endsAt: began + settings.callBudget });
  const context = { payload, kube, log: settings.log, retryAfterSeconds: settings.retryAfterSeconds };
  const { outcome, reply } = await outcomeOf(hook, context, wishes, settings.authenticatesPayload).catch((error) =>
    afterError(error, hook, context, wishes),
  );
  return logged(reply, {
    hook: call.path,
    canary: payload.name,
    namespace: payload.namespace,
    checksum: payload.checksum,
    ...fieldsOf(outcome),
  });

  function logged(reply: Reply, fields: Record<string, unknown>): Answer {
    const milliseconds = Date.now() - began;
    return { reply, log: () => settings.log.info(reply.body, { ...fields, status: reply.status, milliseconds }) };
  }
}

function isLook(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

async function outcomeOf(
  hook: Hook,
  context: Context,
  wishes: Wishes,
  authenticates: boolean,
): Promise<{ outcome: Decision | Done | Fault; reply: Reply }> {
  if ('answers' in hook) {
    const outcome = await verify(hook, context, authenticates);
    return {
      outcome,
      reply: isFault(outcome) ? replyToFault(outcome, hook, wishes) : replyToDecision(hook, outcome, wishes),
    };
  }
  const outcome = await take(hook, context, authenticates);
  return {
    outcome,
    reply: isFault(outcome) ? replyToFault(outcome, hook, wishes) : replyToDone(hook, outcome, wishes),
  };
}

/** What nobody thought of is an answer as well, and no pass; the process goes on with the other calls. */
function afterError(
  error: unknown,
  hook: Hook,
  { log, payload }: Context,
  wishes: Wishes,
): { outcome: Fault; reply: Reply } {
  const { name, namespace } = payload;
  log.error('an error of the verifier itself', { canary: name, namespace, error: stackOf(error) });
  const outcome: Fault = { kind: 'internalError', message: 'an error of the verifier itself; its log has the details' };
  return { outcome, reply: replyToFault(outcome, hook, wishes) };
}

function fieldsOf(outcome: Decision | Done | Fault): Record<string, unknown> {
  if (isFault(outcome)) return { fault: outcome.kind, ...('detail' in outcome && { detail: oneLine(outcome.detail) }) };
  if (outcome.kind === 'done') return { reason: outcome.reason };
  const { verdict, jobName } = outcome;
  return { verdict: verdict.kind, reason: verdict.reason, job: jobName };
}

/** The hook and the payload, or what is wrong with the request, in the order in which a person would mend it. */
function readCall({ method, path, contentType, body }: Call): { hook: Hook; payload: Payload } | Fault {
  const hook = hookAt(path);
  if (hook === undefined) return unknownPath(path);
  if (method !== 'POST') return { kind: 'wrongMethod', message: `${path} takes POST, as Flagger's webhooks do` };
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    return { kind: 'wrongMediaType', message: `Content-Type is "${contentType}"; it must be application/json` };
  }
  if (body.kind === 'tooLarge') return { kind: 'tooLarge', message: `a payload is at most ${largestBody} bytes` };
  const payload = readPayload(body.text);
  return isFault(payload) ? payload : { hook, payload };
}

function unknownPath(path: string): Fault {
  return { kind: 'unknownPath', message: `${path} is no hook. The hooks are ${Object.keys(hooks).join(', ')}` };
}
