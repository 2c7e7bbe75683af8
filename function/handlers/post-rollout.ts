/**
 * What post-rollout is answered, and what is done about it: the records of the rollout are closed, a test that still
 * runs for a failed rollout is stopped, and an unverified promotion is reported.
 */
import { type Context, logFailure } from '../actions/context.ts';
import type { EventSpec } from '../actions/events.ts';
import { readE2ESpecs, readEvidence } from '../actions/read.ts';
import { updateStatus } from '../actions/write-status.ts';
import type { E2ESpec, RunRecord, Status } from '../api/e2espec.ts';
import { timestamp } from '../api/kubernetes.ts';
import { allInOrder, throwFirst } from '../errors.ts';
import { canaryMismatch } from '../flagger/authenticate.ts';
import { checksumOf } from '../flagger/checksum.ts';
import type { NoticeHook } from '../flagger/hooks.ts';
import { gateCalls } from '../flagger/webhooks.ts';
import { closeRecords, type FinishedRollout, openRecords, promotedUnverified } from '../run/history.ts';
import { runKey } from '../run/id.ts';
import { isPass } from '../run/record.ts';
import { judge } from '../verdict/judge.ts';
import { authenticateFormerCaller, type HookCall } from './caller.ts';
import type { Ack } from './response.ts';

/** What is known of the rollout that is over. */
interface Closing {
  finished: FinishedRollout;
  specs: E2ESpec[];
  open: RunRecord[];
  now: Date;
  context: Context;
}

export async function handlePostRollout(call: HookCall<NoticeHook>): Promise<Ack> {
  const { canary, context } = await authenticateFormerCaller(call);
  if (canary === undefined) return { reason: 'Ignored', message: 'there is no Canary whose runs could be closed' };
  const { kube, payload } = context;
  const names = [payload.name, ...gateCalls(canary, payload).map((each) => runKey(each).e2eSpec)];
  const { specs, now } = await readE2ESpecs(names, payload.namespace, kube);
  const phase = canary.status?.phase === 'Failed' ? 'Failed' : 'Succeeded';
  const finished: FinishedRollout = { canary, checksum: payload.checksum, phase, at: timestamp(now) };
  const open = specs.flatMap((spec) => openRecords(spec.status, finished));
  if (call.authenticates && open.length === 0 && checksumOf(canary.status ?? {}) !== payload.checksum) {
    throw canaryMismatch(`no rollout of checksum ${payload.checksum} was open`);
  }
  const closing = { finished, specs, open, now, context };
  return phase === 'Failed' ? closeFailed(closing) : closeSucceeded(closing);
}

async function closeFailed(closing: Closing): Promise<Ack> {
  const { finished, open, context } = closing;
  const { namespace } = finished.canary.metadata;
  const running = runningJobs(open);
  await allInOrder(running.map((job) => context.kube.deleteJob({ metadata: { namespace, ...job } })));
  const stopped = running.map(({ name }) => name).join(', ');
  const message = stopped === '' ? 'the rollout failed; its runs are closed' : `the rollout failed; stopped ${stopped}`;
  return closeAll(closing, message);
}

async function closeSucceeded(closing: Closing): Promise<Ack> {
  const { finished, specs, open } = closing;
  if (open.some(isPass) || (await someJobPassed(closing))) {
    return closeAll(closing, 'the rollout succeeded after a passed test; its runs are closed');
  }
  const message = `checksum ${finished.checksum} was promoted without a passed test of its own rollout. Check the Canary's webhooks: something in them does not gate, or skipAnalysis is set`;
  await write(closing, specs.slice(0, 1), (status) => promotedUnverified(status, finished), {
    type: 'Warning',
    reason: 'PromotedUnverified',
    message,
  });
  return { reason: 'PromotedUnverified', message };
}

async function closeAll(closing: Closing, message: string): Promise<Ack> {
  const change = (status: Status | undefined) => closeRecords(status, closing.finished);
  await write(closing, closing.specs, change, { type: 'Normal', reason: 'E2ETestClosed', message });
  return { reason: 'Closed', message };
}

async function write(
  { finished: { canary, checksum, phase, at }, now, context }: Closing,
  specs: E2ESpec[],
  change: (status: Status | undefined) => Status | undefined,
  what: Pick<EventSpec, 'type' | 'reason' | 'message'>,
): Promise<void> {
  const event: EventSpec = { about: `e2e-${checksum}`, once: [canary.metadata.uid, checksum, at, phase], ...what };
  const about = { ...context, canary, now };
  await allInOrder(specs.map((spec) => logFailure(context.log, updateStatus(spec, change, event, about))));
}

/** Not of runs that only waited for their target: those have none. */
function runningJobs(open: RunRecord[]): { name: string; uid: string }[] {
  return open.flatMap(({ verdict, job: name, jobUID: uid }) =>
    verdict === 'Running' && name && uid ? [{ name, uid }] : [],
  );
}

// Its pass may not have been read, or not been recorded.
async function someJobPassed({ open, now, context: { kube, payload, log } }: Closing): Promise<boolean> {
  const outcomes = await Promise.allSettled(
    runningJobs(open).map(async ({ name, uid }) => {
      const { value: job } = await kube.getJob(payload.namespace, name);
      if (job === undefined || job.metadata?.uid !== uid) return false;
      return judge(job, await readEvidence(job, kube, log), now).kind === 'passed';
    }),
  );
  if (outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value)) return true;
  throwFirst(outcomes);
  return false;
}
