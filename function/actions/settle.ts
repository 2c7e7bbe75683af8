/**
 * What the runs have come to that had no verdict when their rollout ended. A verdict that no call has seen is recorded as
 * what it is; a test that still runs is stopped, because the canary it tests is gone.
 */
import type { RunRecord } from '../api/e2espec.ts';
import type { Job } from '../api/kubernetes.ts';
import { isObjectName } from '../api/names.ts';
import type { Verdict } from '../api/verdict.ts';
import { allInOrder, HookError } from '../errors.ts';
import type { Kube } from '../kube/client.ts';
import type { Reader } from '../kube/read.ts';
import { cancelledRecord, type EndedRollout } from '../run/closing.ts';
import { decidedRecord } from '../run/record.ts';
import { isDecided } from '../verdict/conditions.ts';
import { judge } from '../verdict/judge.ts';
import { withLogUrl } from '../verdict/traces.ts';
import type { Context } from './context.ts';
import { readEvidence } from './read.ts';

/**
 * Of those among the records that are still running; the tests of those that were overtaken are stopped as well. Throws where
 * it cannot be known how one stands.
 */
export async function settleRuns(
  records: RunRecord[],
  ended: EndedRollout,
  now: Date,
  context: Context,
): Promise<RunRecord[]> {
  const running = records.filter(({ verdict }) => verdict === 'Running');
  // By a skip or a revision that was skipped: no start has taken their Jobs away.
  const overtaken = records.filter(({ verdict, finishedAt }) => verdict === 'Superseded' && finishedAt === undefined);
  const stopped = overtaken.map((record) => stopOvertaken(record, ended, context));
  const settled = running.map((record) => settle(record, ended, now, context));
  await allInOrder([...stopped, ...settled]);
  return Promise.all(settled);
}

async function stopOvertaken(record: RunRecord, { canary }: EndedRollout, { kube }: Context): Promise<void> {
  const job = await readRecordedJob(record, canary.metadata.namespace, kube);
  if (job !== 'none' && job !== 'gone' && !isDecided(job)) await stop(job, record.job ?? '', kube);
}

/** The very Job of a record; `none`: it has none yet; `gone`: it is not there any more, whoever has its name by now. */
export async function readRecordedJob(
  { job: name = '', jobUID: uid = '' }: RunRecord,
  namespace: string,
  kube: Reader,
): Promise<Job | 'none' | 'gone'> {
  if (uid === '' || !isObjectName(name)) return 'none';
  const { value: job } = await kube.getJob(namespace, name);
  return job?.metadata?.uid === uid ? job : 'gone';
}

export async function verdictOf(job: Job, now: Date, { kube, log, logUrlTemplate }: Context): Promise<Verdict> {
  return withLogUrl(judge(job, await readEvidence(job, kube, log), now), job, logUrlTemplate);
}

async function settle(record: RunRecord, ended: EndedRollout, now: Date, context: Context): Promise<RunRecord> {
  const { kube } = context;
  const { job: name = '' } = record;
  const job = await readRecordedJob(record, ended.canary.metadata.namespace, kube);
  if (job === 'none') return cancelledRecord(record, ended, 'the test had no Job yet');
  if (job === 'gone') return cancelledRecord(record, ended, `its Job ${name} was gone`);
  const verdict = await verdictOf(job, now, context);
  const stopped = isDecided(job) && verdict.kind !== 'running' ? '' : await stop(job, name, kube);
  return verdict.kind === 'running'
    ? cancelledRecord(record, ended, `the test still ran; ${stopped}`)
    : decidedRecord(record, job, verdict, now);
}

/** In words: what was done must be told as it was. A Job that could not be stopped ends at its deadline. */
async function stop(job: Job, name: string, kube: Kube): Promise<string> {
  try {
    return (await kube.deleteJob(job)) === 'gone' ? `stopped Job ${name}` : `another Job has its name ${name} by now`;
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    return `Job ${name} could not be stopped: ${error.message}`;
  }
}
