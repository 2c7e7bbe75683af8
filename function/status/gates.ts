/**
 * Whether a rollout waits for a person, for how long, and what opens the gate.
 */
import type { Webhook } from '../api/canary.ts';
import { manager, ownPrefix } from '../api/labels.ts';
import { oneLine } from '../text.ts';
import type { ClosedGate } from './row.ts';
import type { Rollout } from './subject.ts';

const key = `${ownPrefix}gate`;

// Of the hooks that a phase waits for.
const typeIn: Partial<Record<NonNullable<Rollout['phase']>, string>> = {
  Waiting: 'confirm-rollout',
  WaitingPromotion: 'confirm-promotion',
};

/** Nothing where the Canary does not say that it waits. */
export function closedGates(rollout: Rollout | undefined): ClosedGate[] | undefined {
  const type = rollout?.phase && typeIn[rollout.phase];
  if (rollout === undefined || type === undefined) return undefined;
  const asked = rollout.webhooks.filter((webhook) => webhook.type === type);
  const own = asked.filter((webhook) => isGate(webhook) && !isOpen(webhook, rollout));
  const foreign = asked.filter((webhook) => !isOwnPath(webhook));
  return [
    ...own.map((webhook) => gateOf(webhook, rollout)),
    ...foreign.map(({ name }) => ({ hook: oneLine(name, 120) })),
  ];
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

function keyOf({ metadata = {} }: Webhook): string {
  const { gate = '' } = metadata;
  return /^[\w.-]{1,40}$/.test(gate) ? `${key}.${gate}` : key;
}

/** Behind the word may stand who opened it, and why. */
function isOpen(webhook: Webhook, { annotations, rollout }: Rollout): boolean {
  const [, word, meant] = /^(open|once@(\S+))(?:\s|$)/.exec(annotations[keyOf(webhook)] ?? '') ?? [];
  return word === 'open' || (meant !== undefined && meant === rollout);
}

function gateOf(webhook: Webhook, { namespace, name }: Rollout): ClosedGate {
  const command = `kubectl annotate --field-manager=${manager} -n ${namespace} canary ${name} ${keyOf(webhook)}=open --overwrite`;
  return { hook: oneLine(webhook.name, 120), command };
}
