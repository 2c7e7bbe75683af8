/**
 * What runs have come to that no rollout asked for, and that nobody has asked for again: the next run of the E2ESpec that is
 * asked for puts them on record, before their Jobs are gone.
 */
import type { E2ESpec, RunRecord } from '../api/e2espec.ts';
import { timestamp } from '../api/kubernetes.ts';
import { allInOrder, toHookError } from '../errors.ts';
import { withRecord } from '../run/history.ts';
import type { Run } from '../run/id.ts';
import { decidedRecord, identityOf, isSameRun } from '../run/record.ts';
import type { Context } from './context.ts';
import { recordEvent } from './events.ts';
import { readRecordedJob, verdictOf } from './settle.ts';
import { within } from './within.ts';
import { updateStatus } from './write-status.ts';

// The oldest: the others are for the call after this one.
const mostAtOnce = 5;
// Milliseconds. The call is about something else.
const patience = 1000;

/** Never changes an answer, and asks for nothing where nothing is open. */
export async function settleRequests(spec: E2ESpec, run: Run, now: Date, context: Context): Promise<void> {
  const open = openRequests(spec, run);
  if (open.length === 0) return;
  try {
    await within(patience, settle(open, spec, now, context), undefined);
  } catch (thrown) {
    const { message, detail } = toHookError(thrown);
    context.log.warn(`former runs are not on record: ${message}`, { e2espec: spec.metadata.name, detail });
  }
}

function openRequests({ status }: E2ESpec, run: Run): RunRecord[] {
  const isOpen = (record: RunRecord) =>
    record.trigger === 'request' && record.verdict === 'Running' && !isSameRun(record, identityOf(run));
  return (status?.runs ?? []).filter(isOpen).slice(-mostAtOnce);
}

async function settle(open: RunRecord[], spec: E2ESpec, now: Date, context: Context): Promise<void> {
  const { namespace } = spec.metadata;
  const settled = (await allInOrder(open.map((record) => settledRecord(record, namespace, now, context)))).flat();
  if (settled.length === 0) return;
  await updateStatus(
    spec,
    (status, _, mark) => settled.reduce((to, record) => withRecord(to, { ...record, ...mark }) ?? to, status),
    settled.map(recordEvent),
    { ...context, canary: undefined, now },
  );
}

/** Nothing while it goes on. */
async function settledRecord(record: RunRecord, namespace: string, now: Date, context: Context): Promise<RunRecord[]> {
  const job = await readRecordedJob(record, namespace, context.kube);
  if (job === 'none') return [];
  if (job === 'gone') return [lost(record, now)];
  const verdict = await verdictOf(job, now, context);
  return verdict.kind === 'running' ? [] : [decidedRecord(record, job, verdict, now)];
}

function lost(record: RunRecord, now: Date): RunRecord {
  const message = `its Job ${record.job} was gone before anybody asked for its verdict`;
  return { ...record, verdict: 'Inconclusive', reason: 'ResultLost', message, finishedAt: timestamp(now) };
}
