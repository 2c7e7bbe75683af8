/**
 * Lets a run through without its test, because a person asked for it: never silently, so only once it is on record.
 */
import type { Context, Sight } from '../context.ts';
import type { Fault } from '../fault.ts';
import { digitsOf, type News } from '../record/event.ts';
import { withRecord } from '../record/history.ts';
import { publish } from '../record/settle.ts';
import { recordedVerdict, type Verdict } from '../verdict.ts';
import type { Step } from './step.ts';

export async function skip(
  { run, spec, canary, now }: Sight,
  { record }: Extract<Step, { do: 'skip' }>,
  context: Context,
): Promise<Verdict | Fault> {
  const verdict = recordedVerdict(record);
  const news: News = {
    name: `${run.jobName}.${run.canaryUid.slice(0, 8)}.${digitsOf(record.rollout) || 'none'}.skipped`,
    type: 'Warning',
    reason: 'E2ETestSkipped',
    message: `checksum ${run.checksum}: ${verdict.message}`,
  };
  const fault = await publish(spec, (status) => withRecord(status, record), news, { ...context, canary, now });
  if (fault === undefined) return verdict;
  return {
    kind: 'unavailable',
    message: `the skip cannot be written down, so it does not count yet: ${fault.message}`,
  };
}
