/**
 * What the gates of a person are answered, by whoever asks: Flagger, or somebody with a token of their own.
 */
import { readGateOrder } from '../flagger/gate-order.ts';
import type { CheckHook, ManualHook, OrderHook } from '../flagger/hooks.ts';
import { gateInWords } from '../flagger/manual-gate.ts';
import type { Response } from '../http/server.ts';
import { bearerOf } from '../kube/caller.ts';
import { gatekeeper } from '../kube/gatekeeper.ts';
import type { Budget } from '../kube/retry.ts';
import { contextOf } from './answer-hook.ts';
import { textOf } from './json-of.ts';
import { lend } from './lend.ts';
import { carryOutOrder, checkGate, fixedAnswer } from './manual-gate.ts';
import { manualResponse } from './response.ts';
import type { Answering } from './settings.ts';

export async function answerManual(hook: ManualHook, answering: Answering): Promise<Response> {
  switch (hook.kind) {
    case 'fixed':
      return manualResponse(fixedAnswer(hook), answering.options());
    case 'check':
      return answerCheck(hook, answering);
    case 'order':
      return answerOrder(hook, answering);
  }
}

async function answerCheck(hook: CheckHook, answering: Answering): Promise<Response> {
  const { request, settings, fields, options } = answering;
  const context = contextOf(answering, textOf(request));
  const { name, namespace, checksum } = context.payload;
  Object.assign(fields, { canary: name, namespace, checksum });
  const { callBudget, authenticatesPayload: authenticates } = settings;
  const check = await lend(settings.kube, { endsAt: request.since + callBudget }, (kube) =>
    checkGate({ hook, context: { ...context, kube }, authenticates }),
  );
  Object.assign(fields, { reason: check.reason, said: `${check.reason}: ${check.message}` });
  return manualResponse(check, options());
}

async function answerOrder(hook: OrderHook, { request, settings, fields, options }: Answering): Promise<Response> {
  const order = readGateOrder(textOf(request), hook);
  const { name, namespace, gate } = order;
  Object.assign(fields, { canary: name, namespace, gate: gateInWords(gate) });
  const token = bearerOf(request.authorization);
  const connect = (budget: Budget) => ({
    kube: settings.kube(budget),
    keeper: token === undefined ? undefined : gatekeeper(settings.askAs(token, budget)),
  });
  const done = await lend(connect, { endsAt: request.since + settings.callBudget }, ({ kube, keeper }) =>
    carryOutOrder(hook, order, keeper, { kube, log: settings.log }),
  );
  const { reason, message, by } = done;
  Object.assign(fields, { reason, by, said: `${reason}: ${message}` });
  return manualResponse(done, options());
}
