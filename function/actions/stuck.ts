/**
 * Tells that a Job which is being deleted does not go: a gate that waits for it may show nothing of its answer.
 */
import { withDefaults } from '../api/e2espec.ts';
import type { Step } from '../run/step.ts';
import { pageOf } from '../verdict/traces.ts';
import type { Context, RunSnapshot } from './context.ts';
import { type EventSpec, eventsOn } from './events.ts';
import { eventNotice } from './notices.ts';
import { tell } from './write-status.ts';

// Only a person can take away what holds it.
const type = 'com.remarkable.e2e.waiting';

export async function tellStuck(
  { verdict, job }: Extract<Step, { do: 'stuck' }>,
  { run, canary, spec, now }: RunSnapshot,
  context: Context,
): Promise<void> {
  const { reason, message } = verdict;
  const event: EventSpec = {
    about: run.jobName,
    once: [job.metadata?.uid ?? '', reason],
    type: 'Warning',
    reason: 'E2ETestInconclusive',
    message: `${reason}: ${message}`,
  };
  const { namespace, canary: name, e2eSpec, checksum, rollout, jobName } = run;
  const found = { namespace, canary: name, e2eSpec, checksum, verdict: 'Inconclusive', reason, message };
  const page = pageOf(context.statusUrl, spec.metadata);
  const data = { ...found, job: jobName, rollout, ...(page && { statusUrl: page }) };
  const { uid } = canary?.metadata ?? {};
  const waits = withDefaults(spec.spec).mode === 'Enforce';
  if (uid !== undefined && waits)
    context.notifier?.send(eventNotice({ type, event, uid, subject: jobName, now, data }));
  await tell(eventsOn(event, canary, spec, now, context.statusUrl), context);
}
