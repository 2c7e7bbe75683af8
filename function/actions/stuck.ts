/**
 * Tells that a Job which is being deleted does not go: a gate that waits for it may show nothing of its answer.
 */
import type { Step } from '../run/step.ts';
import type { Context, RunSnapshot } from './context.ts';
import { type EventSpec, eventsOn } from './events.ts';
import { tell } from './write-status.ts';

export async function tellStuck(
  { verdict, job }: Extract<Step, { do: 'stuck' }>,
  { run, canary, spec, now }: RunSnapshot,
  context: Context,
): Promise<void> {
  const event: EventSpec = {
    about: run.jobName,
    once: [job.metadata?.uid ?? '', verdict.reason],
    type: 'Warning',
    reason: 'E2ETestInconclusive',
    message: `${verdict.reason}: ${verdict.message}`,
  };
  await tell(eventsOn(event, canary, spec, now), context);
}
