/**
 * Opens or closes a gate in the name of whoever asks for it: who may, the API server decides, and its audit log names them.
 * The verifier itself has no right to change a Canary; it tells who it was in an Event.
 */
import type { Canary } from '../api/canary.ts';
import { HookError } from '../errors.ts';
import type { GateOrder } from '../flagger/gate-order.ts';
import { gateAnnotation, gateInWords, gateState, openedBy } from '../flagger/manual-gate.ts';
import { whyUnasked } from '../flagger/manual-gates.ts';
import type { Gatekeeper } from '../kube/gatekeeper.ts';
import { type Context, logFailure } from './context.ts';
import { type EventSpec, eventOnCanary } from './events.ts';

export interface GateSet {
  by: string;
  canary: Canary;
  /** The API server's time. */
  now: Date;
}

/** Throws in the API server's words; NoRollout where it is meant for a rollout and none is going on. */
export async function setGate(order: GateOrder, keeper: Gatekeeper): Promise<GateSet> {
  const { namespace, name, gate, opens, once, reason } = order;
  const by = await keeper.whoAmI();
  const before = opens && once ? (await keeper.getCanary(namespace, name)).value : undefined;
  const value = opens ? openedBy({ once, by, reason }, gate, before) : null;
  const { canary, now } = await keeper.annotateCanary(namespace, name, { [gateAnnotation(gate)]: value });
  if (opens && gateState(gate, canary).kind === 'closed') {
    throw new HookError('NoRollout', `the rollout was over before its ${gateInWords(gate)} was opened`);
  }
  return { by, canary, now };
}

export interface GateNews {
  reason: 'GateOpened' | 'GateClosed';
  message: string;
}

/** Tells in an Event who it was; what cannot be told is in the log. */
export async function tellOfGate(
  { gate, opens, once, reason: why }: GateOrder,
  { by, canary, now }: GateSet,
  { kube, log }: Pick<Context, 'kube' | 'log'>,
): Promise<GateNews> {
  const how = once ? 'for this rollout' : 'until it is closed';
  const what = opens ? `opened the ${gateInWords(gate)} ${how}` : `closed the ${gateInWords(gate)}`;
  const reason = opens ? 'GateOpened' : 'GateClosed';
  const unasked = opens ? whyUnasked(gate, canary) : undefined;
  const message = `${by} has ${what}${why === '' ? '' : `: ${why}`}${unasked === undefined ? '' : `; ${unasked}`}`;
  const { name, resourceVersion } = canary.metadata;
  const event: EventSpec = {
    about: name,
    // What changes nothing is no other version, and no other Event.
    once: [gateAnnotation(gate), resourceVersion],
    type: 'Normal',
    reason,
    message,
  };
  await logFailure(log, kube.createEvent(eventOnCanary(event, canary, now)));
  return { reason, message };
}
