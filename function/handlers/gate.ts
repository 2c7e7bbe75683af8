/**
 * What a gate is answered: the verdict of the run it asks for, which is started where there is none.
 */
import type { VerdictHook } from '../flagger/hooks.ts';
import type { Payload } from '../flagger/payload.ts';
import { refuseTooManyGates } from '../flagger/webhooks.ts';
import type { Caller, HookCall } from './caller.ts';
import { evaluateRuns } from './evaluate.ts';
import type { GateAnswer } from './response.ts';

export async function handleGate(call: HookCall<VerdictHook>): Promise<GateAnswer> {
  const powers = { starts: 'any', rollsBackReverts: false } as const;
  const [evaluation] = await evaluateRuns(call, ownCall, powers);
  if (evaluation?.outcome.status === 'fulfilled') return evaluation.outcome.value;
  throw evaluation?.outcome.reason;
}

function ownCall({ canary, context }: Caller): Payload[] {
  // Too many are refused before any of them is started: /rollback could not look at them all.
  refuseTooManyGates(canary, context);
  return [context.payload];
}
