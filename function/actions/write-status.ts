/**
 * Writes the Events that people read, and what a run has come to into E2ESpec.status.
 */
import type { Canary } from '../api/canary.ts';
import type { E2ESpec, RunRecord, Status } from '../api/e2espec.ts';
import type { Event } from '../api/kubernetes.ts';
import { allInOrder, awaitedLater, HookError } from '../errors.ts';
import type { Kube } from '../kube/client.ts';
import { gatesOn } from '../run/gates.ts';
import { isChangeForTheWorse, isEditedSince, untoldRecords, withRecord, withTold } from '../run/history.ts';
import { withoutOrphans } from '../run/orphans.ts';
import { isSameNews, recordOf } from '../run/record.ts';
import { skipOf } from '../run/requests.ts';
import { withSummary } from '../run/summary.ts';
import { type Context, logFailure, type RunSnapshot } from './context.ts';
import { blockedEvent, type EventSpec, editedEvent, eventsOn, recordEvent, recordEvents } from './events.ts';
import { deletedCanaries } from './orphans.ts';
import { within } from './within.ts';

/** On a record whose Event could not be written; the next call tells it. */
type Mark = Pick<RunRecord, 'eventPending'>;

/** Whose call it is that writes. `now`: the API server's time. */
export type About = Pick<Context, 'kube' | 'log' | 'payload' | 'origin' | 'statusUrl'> & {
  canary: Canary | undefined;
  now: Date;
};

/**
 * The status as it is to be, of the E2ESpec as it is now; nothing where no change is due. It may throw where the change
 * is off.
 */
export type StatusChange = (status: Status | undefined, spec: E2ESpec, mark: Mark) => Status | undefined;

/**
 * Record and Events of a verdict, and the Events that earlier calls could not write; nothing where all is there already.
 * A write that fails changes no answer, because a later call makes up for it; but for a verdict that was requested outside a
 * rollout: once that is told, nobody asks again. Throws ServiceUnavailable where it can be on record soon and is not yet.
 */
export async function recordVerdict(
  snapshot: RunSnapshot,
  record: RunRecord | undefined,
  context: Context,
): Promise<void> {
  const written = writeRecord(snapshot, record, context);
  const isToldOnce = snapshot.run.request !== undefined && record !== undefined && record.verdict !== 'Running';
  if (isToldOnce) await onRecord(written, record, context);
  else await logFailure(context.log, written);
}

async function onRecord(written: Promise<void>, { verdict, job }: RunRecord, { log }: Context): Promise<void> {
  try {
    await written;
  } catch (error) {
    // A right that is missing does not come by asking again.
    if (!(error instanceof HookError) || error.kind !== 'ServiceUnavailable') {
      await logFailure(log, Promise.reject(error));
      return;
    }
    const message = `Job ${job}: the verdict ${verdict} is not on record yet: ${error.message}`;
    throw new HookError('ServiceUnavailable', message, { retryAfterSeconds: error.retryAfterSeconds });
  }
}

/** The same; throws where the status could not be written. */
export async function writeRecord(
  { canary, spec, now, run }: RunSnapshot,
  record: RunRecord | undefined,
  context: Context,
): Promise<void> {
  const untold = untoldRecords(spec.status, run.canary);
  const known = recordOf(spec.status, run);
  const isNews = record !== undefined && (known === undefined || !isSameNews(known, record));
  const change: StatusChange = (status, _, mark) => {
    const told = mark.eventPending ? undefined : withTold(status, untold);
    const changed = record && withRecord(told ?? status, { ...record, ...mark });
    return changed ?? told;
  };
  const blocked = record && isChangeForTheWorse(known, record) ? [blockedEvent(record)] : [];
  const edited = record && isEditedSince(known, record) ? [editedEvent(record, known, spec)] : [];
  const news = [...untold.flatMap(recordEvents), ...(isNews ? [recordEvent(record)] : []), ...blocked, ...edited];
  await updateStatus(spec, change, news, { ...context, canary, now });
}

/**
 * Record and Events of a skip, which counts from then on: so nothing is told of it before it is on record.
 * Throws where the status could not be written.
 */
export async function recordSkip(
  { canary, spec, now, run }: RunSnapshot,
  record: RunRecord,
  context: Context,
): Promise<void> {
  const change = (status: Status | undefined, current: E2ESpec) => {
    const changed = withRecord(status, { ...record, eventPending: true });
    // Whoever wrote in between may have taken the skip back.
    if (changed === undefined || skipOf(current, run)?.value === record.skip) return changed;
    throw new HookError('ServiceUnavailable', 'it was taken back');
  };
  await patchStatus(spec, change, { ...context, canary, now });
  await tell(eventsOn(recordEvent(record), canary, spec, now, context.statusUrl), context);
}

/**
 * Writes the Events, then changes the status: so a process that ends in between has told too early, never too late.
 * Nothing where no change is due. Throws where the status could not be written.
 */
export async function updateStatus(
  spec: E2ESpec,
  change: StatusChange,
  news: EventSpec[],
  about: About,
): Promise<void> {
  if (change(spec.status, spec, {}) === undefined) return;
  const events = news.flatMap((event) => eventsOn(event, about.canary, spec, about.now, about.statusUrl));
  const isTold = await tell(events, about);
  const mark: Mark = isTold ? {} : { eventPending: true };
  await patchStatus(spec, (status, current) => change(status, current, mark), about);
}

// The record is worth more than its Events: it must not come too late because they do.
const longestTelling = 1000;

/** Whether all of them are there. */
export async function tell(events: Event[], { kube, log }: Pick<Context, 'kube' | 'log'>): Promise<boolean> {
  const written = awaitedLater(allInOrder(events.map((each) => logFailure(log, kube.createEvent(each)))));
  return within(
    longestTelling,
    written.then((all) => all.every(Boolean)),
    false,
  );
}

// Retry generously: this may be the last call that sees the verdict. Each conflict means that somebody made progress.
const mostConflicts = 30;
const firstPause = 20;
const longestPause = 300;

/** Milliseconds. Writers that met once would meet again if they paused alike. */
function pauseAfter(conflicts: number): number {
  return Math.random() * Math.min(longestPause, firstPause * 2 ** conflicts);
}

/** What is made of the runs goes with them, and what is open of Canaries that are gone is closed. */
export async function patchStatus(
  first: E2ESpec,
  change: (status: Status | undefined, spec: E2ESpec) => Status | undefined,
  about: Omit<About, 'log'>,
): Promise<void> {
  const { kube, canary, now } = about;
  const gone = await deletedCanaries(first, canary?.metadata.uid, kube);
  const whole = (former: Status | undefined, spec: E2ESpec) => {
    const status = change(former, spec);
    const own = canary && gatesOn(spec.metadata.name, canary, about);
    return status && withSummary(withoutOrphans(status, gone, now), spec, own, now);
  };
  await patchUntilWritten(first, whole, kube);
}

/** Two writers lose nothing: the patch names the resourceVersion it was made from, and is made again on a conflict. */
export async function patchUntilWritten(
  first: E2ESpec,
  change: (status: Status | undefined, spec: E2ESpec) => Status | undefined,
  kube: Kube,
): Promise<void> {
  const { name, namespace, uid } = first.metadata;
  let spec = first;
  for (let conflicts = 0; conflicts < mostConflicts; conflicts++) {
    const status = change(spec.status, spec);
    if (status === undefined || (await kube.patchStatus(spec, status)) === 'patched') return;
    await new Promise((resolve) => setTimeout(resolve, pauseAfter(conflicts)));
    const { value } = await kube.getE2ESpec(namespace, name);
    if (value?.metadata.uid !== uid) {
      throw new HookError('ServiceUnavailable', `E2ESpec ${name} was deleted while its status was written`);
    }
    spec = value;
  }
  throw new HookError('ServiceUnavailable', `the status of E2ESpec ${name} is written by others all the time`);
}
