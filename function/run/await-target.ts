/**
 * A run that cannot begin because its target is not there yet: waited for until the E2ESpec's deadline.
 * The record is the only trace of the waiting, as there is no Job.
 */
import type { Context, Sight } from '../context.ts';
import { jobDeadline } from '../job/pod.ts';
import { timestamp } from '../kube/wire.ts';
import { digitsOf } from '../record/event.ts';
import { withRecord } from '../record/history.ts';
import { publish } from '../record/settle.ts';
import { describeWaiting } from '../record.ts';
import { inconclusive, running, type Verdict } from '../verdict.ts';

const reason = 'TargetNotReady';

export async function awaitTarget(
  missing: string,
  since: string | undefined,
  { run, spec, canary, now }: Sight,
  context: Context,
): Promise<Verdict> {
  const startedAt = since ?? timestamp(now);
  const seconds = Math.round((now.getTime() - Date.parse(startedAt)) / 1000);
  const left = jobDeadline(spec.spec) - seconds;
  const verdict =
    left > 0
      ? running(
          reason,
          `${missing}; ${seconds} s since it was first asked for, ${left} s left until the E2ESpec's deadline`,
        )
      : inconclusive(reason, `${missing}, ${seconds} s after it was first asked for`);
  const record = describeWaiting(run, spec, verdict, startedAt, now);
  const news = {
    name: `${run.jobName}.${run.canaryUid.slice(0, 8)}.${digitsOf(startedAt)}.${verdict.kind}`,
    type: left > 0 ? 'Normal' : 'Warning',
    reason: left > 0 ? 'E2ETestWaiting' : 'E2ETestInconclusive',
    message: `${reason}: ${verdict.message}`,
  } as const;
  await publish(spec, (status) => withRecord(status, record), news, { ...context, canary, now });
  return verdict;
}
