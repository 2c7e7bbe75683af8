/**
 * The gates that a Canary's webhooks ask for, and how each stands.
 */
import type { Canary, CanaryPhase } from '../api/canary.ts';
import { type Strategy, strategyOf } from './canary.ts';
import {
  type GateState,
  gateAnnotation,
  gateInWords,
  gateNamed,
  gateNameProblem,
  gateState,
  type ManualGate,
} from './manual-gate.ts';
import { hookWebhooks, likelyWebhooks, type VerifierWebhook } from './webhooks.ts';

export interface AskedGate {
  gate: ManualGate;
  /** Their names. */
  webhooks: string[];
  state: GateState;
}

/** Each once, in the order of the webhooks; whoever answers there. */
export function askedGates(canary: Canary): AskedGate[] {
  return gatesAmong(hookWebhooks(canary), canary);
}

/** As `askedGates`, of some of its webhooks. */
export function gatesAmong(webhooks: readonly VerifierWebhook[], canary: Canary): AskedGate[] {
  const found = new Map<string, AskedGate>();
  for (const { hook, webhook } of webhooks) {
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

// Of the webhooks whose no keeps a rollout where it is. What rolls back keeps none.
const typeIn: Partial<Record<CanaryPhase, string>> = {
  Waiting: 'confirm-rollout',
  Progressing: 'confirm-traffic-increase',
  WaitingPromotion: 'confirm-promotion',
};

/** The type of the webhooks that Flagger asks before it goes on from a phase; nothing where it asks none. */
export function holdingType(phase: CanaryPhase | undefined, strategy: Strategy): string | undefined {
  // Elsewhere there are no steps of traffic: https://docs.flagger.app/usage/webhooks
  return phase === undefined || (phase === 'Progressing' && strategy !== 'weights') ? undefined : typeIn[phase];
}

/** What this verifier, as far as one can tell, is asked where the rollout is, before Flagger goes on. */
export function gatesHere(canary: Canary): AskedGate[] {
  return gatesAsked(canary, holdingType(canary.status?.phase, strategyOf(canary)));
}

/** Of these, what keeps the rollout there until a person opens it. */
export function closedGates(canary: Canary): AskedGate[] {
  return gatesHere(canary).filter(isClosed);
}

/** What will keep it from its promotion, as `closedGates`. */
export function closedBeforePromotion(canary: Canary): AskedGate[] {
  return gatesAsked(canary, 'confirm-promotion').filter(isClosed);
}

/** By this verifier's webhooks of one type, as far as one can tell. */
function gatesAsked(canary: Canary, type: string | undefined): AskedGate[] {
  const asked = likelyWebhooks(canary).filter((each) => each.type === type);
  return gatesAmong(asked, canary).filter(({ gate }) => gate.kind === 'gate');
}

function isClosed({ state }: AskedGate): boolean {
  return state.kind === 'closed';
}

/** What on the Canary is written to open a gate and opens none, a sentence for each. */
export function ignoredOpenings(canary: Canary): string[] {
  return [...unaskedOpenings(canary), ...unreadOpenings(canary)];
}

/** For gates that no webhook asks for. */
export function unaskedOpenings(canary: Canary): string[] {
  return Object.keys(canary.metadata.annotations ?? {}).flatMap((key) => {
    const gate = gateNamed(key);
    const why = gate && whyUnasked(gate, canary);
    return why === undefined ? [] : [`annotation ${key} does nothing: ${why}`];
  });
}

/** That no webhook asks for this gate, and for which they ask; nothing where one does. */
export function whyUnasked(gate: ManualGate, canary: Canary): string | undefined {
  const asked = askedGates(canary).map((each) => gateInWords(each.gate));
  if (asked.includes(gateInWords(gate))) return undefined;
  const others = asked.length === 0 ? 'None asks for any' : `They ask for the ${asked.join(', the ')}`;
  return `no webhook of Canary ${canary.metadata.name} asks for the ${gateInWords(gate)}. ${others}`;
}

// By these, people keep a gate closed.
const closedWords = /^(?:closed?|false|no|halt)?$/i;

function unreadOpenings(canary: Canary): string[] {
  return askedGates(canary).flatMap(({ gate, state }) => {
    const key = gateAnnotation(gate);
    const value = canary.metadata.annotations?.[key] ?? '';
    const isUnread = state.kind === 'closed' && state.isUnread && !closedWords.test(value.trim());
    return isUnread ? [`annotation ${key} does nothing: ${state.why}`] : [];
  });
}
