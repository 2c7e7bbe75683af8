/**
 * The gates that a Canary's webhooks ask for, and how each stands.
 */
import type { Canary } from '../api/canary.ts';
import { type GateState, gateAnnotation, gateNameProblem, gateState, type ManualGate } from './manual-gate.ts';
import { hookWebhooks } from './webhooks.ts';

export interface AskedGate {
  gate: ManualGate;
  /** Their names. */
  webhooks: string[];
  state: GateState;
}

/** Each once, in the order of the webhooks; whoever answers there. */
export function askedGates(canary: Canary): AskedGate[] {
  const found = new Map<string, AskedGate>();
  for (const { hook, webhook } of hookWebhooks(canary)) {
    if (hook.kind !== 'check') continue;
    const gate = { kind: hook.gate, name: webhook.metadata?.['gate'] ?? '' };
    if (gateNameProblem(gate.name) !== undefined) continue;
    const known = found.get(gateAnnotation(gate));
    if (known === undefined) {
      found.set(gateAnnotation(gate), { gate, webhooks: [webhook.name], state: gateState(gate, canary) });
    } else known.webhooks.push(webhook.name);
  }
  return [...found.values()];
}
