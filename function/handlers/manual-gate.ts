/**
 * What the gates of a person are answered, with the words of Flagger's load tester before the verifier's own.
 */
import type { Context } from '../actions/context.ts';
import { tellGateWaits } from '../actions/gate-waits.ts';
import { tellIgnoredOpenings } from '../actions/ignored.ts';
import { setGate, tellOfGate } from '../actions/set-gate.ts';
import type { OwnReason } from '../api/reasons.ts';
import { HookError } from '../errors.ts';
import { rolloutGoingOn } from '../flagger/canary.ts';
import type { GateOrder } from '../flagger/gate-order.ts';
import type { CheckHook, FixedHook, OrderHook } from '../flagger/hooks.ts';
import {
  closeCommand,
  type GateState,
  gateInWords,
  gateState,
  type ManualGate,
  manualGate,
  openCommand,
} from '../flagger/manual-gate.ts';
import { unaskedOpenings } from '../flagger/manual-gates.ts';
import { haveSameMetadata, ownWebhooks } from '../flagger/webhooks.ts';
import type { Gatekeeper } from '../kube/gatekeeper.ts';
import { authenticateCaller, type Caller, type HookCall } from './caller.ts';

export interface ManualAnswer {
  status: number;
  reason: OwnReason;
  message: string;
  /** What the load tester says; empty for no body. What is closed is told besides. */
  word: 'OK' | 'Approved' | 'Forbidden' | '';
}

export function fixedAnswer({ status, reason }: FixedHook): ManualAnswer {
  switch (reason) {
    case 'Approved':
      return { status, reason, message: '/gate/approve is always open', word: 'OK' };
    case 'Halted':
      return {
        status,
        reason,
        message:
          '/gate/halt never opens. Change the URL of the webhook: to /gate/check, which a person opens, or to /gate/approve',
        word: 'Forbidden',
      };
  }
}

/** Closed unless the Canary says that it is open. Throws what keeps the Canary from being read. */
export async function checkGate(call: HookCall<CheckHook>): Promise<ManualAnswer> {
  const caller = await authenticateCaller(call);
  const { canary, context } = caller;
  const { hook } = call;
  const gate = manualGate(hook.gate, context.payload.metadata['gate']);
  const { name } = context.payload;
  const state = stateOf(gate, caller, hook);
  if (state.kind === 'open') {
    const message = `the ${gateInWords(gate)} of Canary ${name} says ${state.words}`;
    return { status: hook.statuses.open, reason: 'Approved', message, word: 'Approved' };
  }
  const how = openCommand(gate, context.payload, canary && rolloutGoingOn(canary));
  const closed = `the ${gateInWords(gate)} of Canary ${name} is closed: ${state.why}. Whoever may patch the Canary opens it (ClusterRole canary-gatekeeper): ${how}`;
  const answer = { status: hook.statuses.closed, reason: 'GateClosed', word: 'Forbidden' } as const;
  if (canary === undefined) return { ...answer, message: closed };
  const now = new Date();
  await Promise.all([
    tellIgnoredOpenings(canary, now, context),
    // Nobody opens what is wired the wrong way round.
    state.isMiswired ? undefined : tellGateWaits(gate, closed, { canary, now }, context),
  ]);
  return { ...answer, message: [closed, ...unaskedOpenings(canary)].join('; ') };
}

function stateOf(gate: ManualGate, { canary, context }: Caller, hook: CheckHook): GateState & { isMiswired?: true } {
  if (canary === undefined) return { kind: 'closed', why: 'there is no such Canary' };
  // The payload names no type: what opens the one would open the other, and roll back what was to go on, or the reverse.
  const contrary = ownWebhooks(canary, context).find(
    (each) =>
      each.hook === hook &&
      (each.type === 'rollback') !== (hook.gate === 'rollback') &&
      haveSameMetadata(each.webhook.metadata, context.payload.metadata),
  );
  if (contrary === undefined) return gateState(gate, canary);
  const { webhook, type, path } = contrary;
  const why = `webhook ${webhook.name} is of type ${type} and must not call ${path}; see lint`;
  return { kind: 'closed', why, isMiswired: true };
}

/** Throws Unauthorized with the way that needs no token in a call. `keeper`: in the caller's name, where a token came with the call. */
export async function carryOutOrder(
  hook: OrderHook,
  order: GateOrder,
  keeper: Gatekeeper | undefined,
  context: Pick<Context, 'kube' | 'log'>,
): Promise<ManualAnswer & { by: string }> {
  if (keeper === undefined) throw unauthorized('this needs a token of the cluster', order);
  try {
    const set = await setGate(order, keeper);
    return { status: hook.status, word: '', by: set.by, ...(await tellOfGate(order, set, context)) };
  } catch (error) {
    if (!(error instanceof HookError) || error.kind !== 'Unauthorized') throw error;
    throw unauthorized(`${error.message}: the API server does not know the token of this call`, order);
  }
}

function unauthorized(what: string, { gate, opens, ...canary }: GateOrder): HookError {
  const command = opens ? openCommand(gate, canary) : closeCommand(gate, canary);
  const message = `${what}. Send one as a bearer token (kubectl create token prints one), or make the change yourself: ${command}`;
  return new HookError('Unauthorized', message);
}
