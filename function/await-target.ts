/**
 * A run that cannot begin because its target is not there yet: waited for until the E2ESpec's deadline.
 * The record is the only trace of the waiting, as there is no Job.
 */

import type { Context, Sight } from './context.ts';
import type { RunRecord } from './e2espec.ts';
import { jobDeadline } from './job/pod.ts';
import { withRecord } from './record.ts';
import { publish } from './settle.ts';
import { inconclusive, running, type Verdict } from './verdict.ts';
import { timestamp } from './wire.ts';

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
      ? running(reason, `${missing}; ${left} s left until the E2ESpec's deadline`)
      : inconclusive(reason, `${missing}, ${seconds} s after it was first asked for`);
  const record: RunRecord = {
    canary: run.canary,
    canaryUID: run.canaryUid,
    checksum: run.checksum,
    rollout: run.rollout,
    hook: run.hook,
    verdict: left > 0 ? 'Running' : 'Inconclusive',
    reason,
    message: verdict.message,
    startedAt,
    ...(left <= 0 && { finishedAt: timestamp(now) }),
    specGeneration: spec.metadata.generation,
  };
  const news = {
    name: `${run.jobName}.${run.canaryUid.slice(0, 8)}.${startedAt.replaceAll(/[-:TZ]/g, '')}.${verdict.kind}`,
    type: left > 0 ? 'Normal' : 'Warning',
    reason: left > 0 ? 'E2ETestWaiting' : 'E2ETestInconclusive',
    message: `${reason}: ${verdict.message}`,
  } as const;
  await publish(spec, (status) => withRecord(status, record), news, { ...context, canary, now });
  return verdict;
}
