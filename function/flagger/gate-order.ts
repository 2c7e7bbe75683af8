/**
 * What a person asks of a gate: the body that Flagger's load tester takes, `{"name", "namespace"}`, and what may be said besides.
 */
import { HookError } from '../errors.ts';
import type { OrderHook } from './hooks.ts';
import { type ManualGate, manualGate } from './manual-gate.ts';
import { identityProblem } from './payload.ts';

export interface GateOrder {
  /** The Canary's. */
  name: string;
  namespace: string;
  gate: ManualGate;
  opens: boolean;
  /** For the rollout that is going on, or until it is closed. */
  once: boolean;
  /** Empty for none. */
  reason: string;
}

/** Throws BadRequest. */
export function readGateOrder(text: string, { gate: kind, opens, once: byDefault }: OrderHook): GateOrder {
  const { name, namespace, gate = '', once = byDefault, reason = '' } = parse(text);
  if (typeof name !== 'string' || typeof namespace !== 'string') throw badRequest('name and namespace must be strings');
  const problem = identityProblem({ name, namespace });
  if (problem !== undefined) throw badRequest(problem.message);
  if (typeof gate !== 'string') throw badRequest('gate must be a string: what the webhook has as metadata.gate');
  if (typeof once !== 'boolean')
    throw badRequest('once must be true or false: whether for the rollout that is going on');
  if (typeof reason !== 'string') throw badRequest('reason must be a string');
  return { name, namespace, gate: manualGate(kind, gate), opens, once, reason };
}

function parse(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return Object.fromEntries(Object.entries(body));
  } catch {
    // Said below.
  }
  throw badRequest('the body is not a JSON object. Send {"name": "CANARY", "namespace": "NAMESPACE"}');
}

function badRequest(message: string): HookError {
  return new HookError('BadRequest', message);
}
