/**
 * Tells that a gate holds a rollout until a person opens it: once for each rollout and gate, however often Flagger asks.
 */
import type { Canary } from '../api/canary.ts';
import type { OwnReason } from '../api/reasons.ts';
import { rolloutGoingOn } from '../flagger/canary.ts';
import { gateAnnotation, type ManualGate } from '../flagger/manual-gate.ts';
import type { Context } from './context.ts';
import { type EventSpec, eventOnCanary } from './events.ts';
import { eventNotice } from './notices.ts';
import { tell } from './write-status.ts';

const reason = 'GateWaits' satisfies OwnReason;

/** `message`: that it is closed, why, and what opens it. */
export async function tellGateWaits(
  gate: ManualGate,
  message: string,
  { canary, now }: { canary: Canary; now: Date },
  context: Context,
): Promise<void> {
  // Before Flagger has made it Waiting, the Canary still names the rollout before: that would be told twice.
  const rollout = rolloutGoingOn(canary);
  // The one that rolls back waits for nobody.
  if (gate.kind === 'rollback' || rollout === undefined) return;
  const { name, namespace, uid } = canary.metadata;
  const event: EventSpec = { about: name, once: [gateAnnotation(gate), rollout], type: 'Normal', reason, message };
  const { checksum } = context.payload;
  const data = { namespace, canary: name, checksum, reason, message, rollout };
  const type = 'com.remarkable.e2e.waiting';
  context.notifier?.send(eventNotice({ type, event, uid, subject: name, now, data }));
  await tell([eventOnCanary(event, canary, now)], context);
}
