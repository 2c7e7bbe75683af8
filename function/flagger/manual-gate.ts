/**
 * Gates that a person opens, kept in annotations of the Canary: what one says, and what is written to open it. They are never
 * spent: Flagger asks confirm-promotion twice, and confirm-traffic-increase at each step. An annotation of a Canary is nothing
 * to Flagger: https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/controller.go syncs where its spec differs.
 */
import type { Canary } from '../api/canary.ts';
import { ownPrefix } from '../api/labels.ts';
import { HookError } from '../errors.ts';
import { oneLine } from '../text.ts';
import { rolloutGoingOn } from './canary.ts';

/** `rollback`: the one that ends a rollout when it is open. */
export type GateKind = 'gate' | 'rollback';

export interface ManualGate {
  kind: GateKind;
  /** By the webhook's `metadata.gate`; empty for the one that the others share. */
  name: string;
}

export type GateState =
  | { kind: 'open'; words: string }
  /** `isUnread`: its annotation says neither that it is open, nor for which rollout it was. */
  | { kind: 'closed'; why: string; isUnread?: true };

// With `rollback.` before it, an annotation's name has 63 characters at the most.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
const longestName = 54;

/** Why an annotation cannot be named after it, as a sentence. */
export function gateNameProblem(name: string): string | undefined {
  if (name === '' || (name.length <= longestName && /^[a-z\d]([-\w.]*[a-z\d])?$/i.test(name))) return undefined;
  return `"${oneLine(name, longestName)}" cannot be the name of a gate: letters, digits, "-", "_" and ".", at most ${longestName} characters`;
}

/** Throws BadRequest for a name that is none. */
export function manualGate(kind: GateKind, name = ''): ManualGate {
  const problem = gateNameProblem(name);
  if (problem !== undefined) throw new HookError('BadRequest', problem);
  return { kind, name };
}

export function gateAnnotation({ kind, name }: ManualGate): string {
  return `${ownPrefix}${kind}${name === '' ? '' : `.${name}`}`;
}

/** The gate that an annotation of this name opens; nothing for any other name. */
export function gateNamed(key: string): ManualGate | undefined {
  if (!key.startsWith(ownPrefix)) return undefined;
  const [, kind, name = ''] = /^(gate|rollback)(?:\.(.+))?$/.exec(key.slice(ownPrefix.length)) ?? [];
  return kind === 'gate' || kind === 'rollback' ? { kind, name } : undefined;
}

/** As people call it. */
export function gateInWords({ kind, name }: ManualGate): string {
  return name === '' ? kind : `${kind} ${name}`;
}

export function gateState(gate: ManualGate, canary: Canary): GateState {
  return stateOf(canary.metadata.annotations?.[gateAnnotation(gate)], rolloutGoingOn(canary));
}

/** `value`: of its annotation; `rolloutNow`: the one that is going on. */
export function stateOf(value: string | undefined, rolloutNow: string | undefined): GateState {
  if (value === undefined) return { kind: 'closed', why: 'nobody has opened it' };
  const words = oneLine(value, longestWords);
  const [, word, rollout] = /^(open|once@(\S+))(?:\s|$)/.exec(value) ?? [];
  if (word === undefined) return { kind: 'closed', why: `"${words}" is neither open nor once@TIME`, isUnread: true };
  if (rollout === undefined || rollout === rolloutNow) return { kind: 'open', words };
  return { kind: 'closed', why: `"${words}" was for another rollout` };
}

const longestWords = 200;

export interface Opening {
  /** For the rollout that is going on, or until it is closed. */
  once: boolean;
  /** Who opens it, where that is known. */
  by?: string;
  /** Empty for none. */
  reason: string;
}

/** What the annotation is to say. Throws NoRollout where it is meant for a rollout and none is going on. */
export function openedBy({ once, by, reason }: Opening, gate: ManualGate, canary: Canary | undefined): string {
  const who = by === undefined ? '' : ` by ${oneLine(by, longestWords)}`;
  const why = reason === '' ? '' : `: ${oneLine(reason, longestWords)}`;
  if (!once) return `open${who}${why}`;
  const rollout = canary && rolloutGoingOn(canary);
  if (rollout !== undefined) return `once@${rollout}${who}${why}`;
  const phase = canary?.status?.phase ?? 'without a phase';
  const lasting = gate.kind === 'gate' ? ', or open it for good' : '';
  const message = `the Canary is ${phase}: no rollout is going on for which its ${gateInWords(gate)} could be opened. Open it while one waits${lasting}`;
  throw new HookError('NoRollout', message);
}

/** What opens it from a shell, for the rollout that is going on where there is one: the same door as the verifier's own. */
export function openCommand(
  gate: ManualGate,
  { namespace, name }: { namespace: string; name: string },
  rollout?: string,
): string {
  const value = rollout === undefined ? 'open' : `once@${rollout}`;
  return `kubectl annotate --field-manager=e2e-verifier -n ${namespace} canary ${name} --overwrite ${gateAnnotation(gate)}=${value}`;
}

export function closeCommand(gate: ManualGate, { namespace, name }: { namespace: string; name: string }): string {
  return `kubectl annotate --field-manager=e2e-verifier -n ${namespace} canary ${name} ${gateAnnotation(gate)}-`;
}
