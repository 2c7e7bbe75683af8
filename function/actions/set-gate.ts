/**
 * Opens or closes a gate in the name of whoever asks for it: who may, the API server decides, and its audit log names them.
 * The verifier itself has no right to change a Canary; it tells who it was in an Event.
 */
import { HookError } from '../errors.ts';
import type { GateOrder } from '../flagger/gate-order.ts';
import { gateAnnotation, gateInWords, gateState, openedBy } from '../flagger/manual-gate.ts';
import type { CallersKube } from '../kube/caller.ts';
import { type Context, logFailure } from './context.ts';
import { type EventSpec, eventOnCanary } from './events.ts';

export interface GateSet {
  reason: 'GateOpened' | 'GateClosed';
  message: string;
  by: string;
}

/** Throws in the API server's words; NoRollout where it is meant for a rollout and none is going on. */
export async function setGate(
  order: GateOrder,
  caller: CallersKube,
  { kube, log }: Pick<Context, 'kube' | 'log'>,
): Promise<GateSet> {
  const { namespace, name, gate, opens, once, reason } = order;
  const by = await caller.whoAmI();
  const before = opens && once ? (await caller.getCanary(namespace, name)).value : undefined;
  const value = opens ? openedBy({ once, by, reason }, gate, before) : null;
  const { canary, now } = await caller.annotateCanary(namespace, name, { [gateAnnotation(gate)]: value });
  if (opens && gateState(gate, canary).kind === 'closed') {
    throw new HookError('NoRollout', `the rollout was over before its ${gateInWords(gate)} was opened`);
  }
  const how = once ? 'for this rollout' : 'until it is closed';
  const message = `${by} has ${opens ? `opened the ${gateInWords(gate)} ${how}` : `closed the ${gateInWords(gate)}`}`;
  const set: GateSet = {
    reason: opens ? 'GateOpened' : 'GateClosed',
    message: reason === '' ? message : `${message}: ${reason}`,
    by,
  };
  const event: EventSpec = {
    about: name,
    // What changes nothing is no other version, and no other Event.
    once: [gateAnnotation(gate), canary.metadata.resourceVersion],
    type: 'Normal',
    reason: set.reason,
    message: set.message,
  };
  await logFailure(log, kube.createEvent(eventOnCanary(event, canary, now)));
  return set;
}
