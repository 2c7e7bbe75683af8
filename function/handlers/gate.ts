/**
 * What a gate is answered: the verdict of the run it asks for, which is started where there is none.
 */
import type { VerdictHook } from '../flagger/hooks.ts';
import type { HookCall } from './caller.ts';
import { evaluateRuns } from './evaluate.ts';
import type { GateAnswer } from './response.ts';

export async function handleGate(call: HookCall<VerdictHook>): Promise<GateAnswer> {
  const powers = { starts: 'any', rollsBackReverts: false } as const;
  const [evaluation] = await evaluateRuns(call, ({ context }) => [context.payload], powers);
  if (evaluation?.outcome.status === 'fulfilled') return evaluation.outcome.value;
  throw evaluation?.outcome.reason;
}
