/**
 * Whether a rollout waits for a person, for how long, and what opens the gate.
 */
import type { Webhook } from '../api/canary.ts';
import {
  type GateState,
  gateAnnotation,
  gateNameProblem,
  type ManualGate,
  openCommand,
  stateOf,
} from '../flagger/manual-gate.ts';
import { holdingType } from '../flagger/manual-gates.ts';
import { oneLine } from '../text.ts';
import type { ClosedGate } from './row.ts';
import type { Rollout } from './subject.ts';

/** Nothing where neither the Canary's phase nor a gate says that it waits. */
export function closedGates(rollout: Rollout | undefined): ClosedGate[] | undefined {
  const type = rollout && holdingType(rollout.phase, rollout.strategy);
  if (rollout === undefined || type === undefined) return undefined;
  const asked = rollout.webhooks.filter((webhook) => webhook.type === type);
  const own = asked.filter((webhook) => isGate(webhook) && !isOpen(webhook, rollout));
  const closed = own.map((webhook) => closedGate(webhook, rollout));
  // It may as well go on: what others answer there nobody knows.
  if (rollout.phase === 'Progressing') return closed.length > 0 ? closed : undefined;
  const foreign = asked.filter((webhook) => !isOwnPath(webhook));
  return [...closed, ...foreign.map(({ name }) => ({ hook: oneLine(name, 120) }))];
}

function isGate({ url }: Webhook): boolean {
  return /\/gate\/check\/?$/.test(pathOf(url));
}

/** Answered by a test, by a gate or not at all: what is none of the verifier's hooks is somebody else's gate. */
function isOwnPath({ url }: Webhook): boolean {
  return /\/(?:webhook|pre-rollout|rollout|confirm-[a-z-]+|rollback|gate\/[a-z]+)\/?$/.test(pathOf(url));
}

function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? '';
}

/** Of a name that the verifier refuses there is no annotation, so nothing opens it. */
function gateOf({ metadata: { gate = '' } = {} }: Webhook): ManualGate | undefined {
  return gateNameProblem(gate) === undefined ? { kind: 'gate', name: gate } : undefined;
}

function stateIn(gate: ManualGate, { annotations, rollout }: Rollout): GateState {
  return stateOf(annotations[gateAnnotation(gate)], rollout);
}

function isOpen(webhook: Webhook, rollout: Rollout): boolean {
  const gate = gateOf(webhook);
  return gate !== undefined && stateIn(gate, rollout).kind === 'open';
}

function closedGate(webhook: Webhook, rollout: Rollout): ClosedGate {
  const gate = gateOf(webhook);
  const hook = oneLine(webhook.name, 120);
  if (gate === undefined) return { hook };
  const state = stateIn(gate, rollout);
  const isWritten = rollout.annotations[gateAnnotation(gate)] !== undefined;
  return {
    hook,
    command: openCommand(gate, rollout, rollout.rollout),
    ...(isWritten && state.kind === 'closed' && { why: state.why }),
  };
}
