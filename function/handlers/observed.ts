/**
 * The answer of a run that nothing waits for, whatever it is; what keeps its test from being run is told on the Canary.
 */
import { type EventSpec, eventOnCanary } from '../actions/events.ts';
import { tell } from '../actions/write-status.ts';
import { HookError } from '../errors.ts';
import type { Run } from '../run/id.ts';
import type { Caller } from './caller.ts';
import type { GateAnswer } from './response.ts';

export async function observed(
  answer: Promise<GateAnswer>,
  { jobName, canaryUid, rollout, metadataHash }: Run,
  now: Date,
  { canary, context }: Caller,
): Promise<GateAnswer> {
  try {
    const { awaits: _, ...rest } = await answer;
    return { ...rest, isObserved: true };
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    const { kind, message } = error;
    const heals = kind === 'ServiceUnavailable' || kind === 'TargetChanged';
    if (canary !== undefined && !heals) {
      const event: EventSpec = {
        about: jobName,
        once: [canaryUid, rollout, metadataHash, message],
        type: 'Warning',
        reason: 'WouldHaveBeenInconclusive',
        message: `${kind}: ${message}`,
      };
      await tell([eventOnCanary(event, canary, now)], context);
    }
    return { verdict: { kind: 'inconclusive', reason: kind, message }, jobName, onHold: false, isObserved: true };
  }
}
