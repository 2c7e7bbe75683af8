/**
 * Writes down what a run has come to: the record in E2ESpec.status, and the Events people read.
 * A write that fails changes no answer; the next call repairs it.
 */
import type { Canary } from '../canary.ts';
import type { Context, Sight } from '../context.ts';
import type { E2ESpec, RunRecord, Status } from '../e2espec.ts';
import { type Fault, isFault } from '../fault.ts';
import type { Kube } from '../kube.ts';
import type { Verdict } from '../verdict.ts';
import { eventsOf, type News, newsOf } from './event.ts';
import { withRecord } from './history.ts';

// A verdict may never be asked for again. Each loser's conflict is another's success, and the call's budget ends it too.
const mostConflicts = 30;

/** Record and Events of a verdict; nothing where the record says it already. */
export async function writeDown(sight: Sight, record: RunRecord, verdict: Verdict, context: Context): Promise<void> {
  const { canary, spec, now, run } = sight;
  const news = newsOf(run, record.jobUID ?? '', verdict);
  await publish(spec, (status) => withRecord(status, record), news, { ...context, canary, now });
}

/** Changes the status and tells why, in one round trip; nothing where the status says it already. What failed of the status. */
export async function publish(
  spec: E2ESpec,
  change: (status: Status | undefined) => Status | undefined,
  news: News,
  { kube, log, canary, now }: Pick<Context, 'kube' | 'log'> & { canary: Canary | undefined; now: Date },
): Promise<Fault | undefined> {
  if (change(spec.status) === undefined) return undefined;
  const [unwritten, ...untold] = await Promise.all([
    changeStatus(spec, change, kube),
    ...eventsOf(news, canary, spec, now).map((event) => kube.createEvent(event)),
  ]);
  for (const fault of [unwritten, ...untold]) if (fault) log.warn('not written down', { reason: fault.message });
  return unwritten;
}

// Two writers lose nothing: the patch names the resourceVersion it was made from, and is made again on a conflict.
async function changeStatus(
  first: E2ESpec,
  change: (status: Status | undefined) => Status | undefined,
  kube: Kube,
): Promise<Fault | undefined> {
  let spec = first;
  for (let tries = 1; tries <= mostConflicts; tries++) {
    const status = change(spec.status);
    if (status === undefined) return undefined;
    const outcome = await kube.patchStatus(spec, status);
    if (isFault(outcome)) return outcome;
    if (outcome === 'patched') return undefined;
    const again = await kube.getE2ESpec(spec.metadata.namespace, spec.metadata.name);
    if (isFault(again)) return again;
    if (again.value === undefined) return undefined;
    spec = again.value;
  }
  const message = `the status of E2ESpec ${spec.metadata.name} is written by others all the time`;
  return { kind: 'unavailable', message };
}
