/**
 * Closes the records of a rollout that is over, and warns of a promotion that no test has verified. By whoever sees it first;
 * of two calls at the same time, or one after the other, the second changes nothing.
 */
import type { Canary } from '../api/canary.ts';
import { type E2ESpec, withDefaults } from '../api/e2espec.ts';
import { timestamp } from '../api/kubernetes.ts';
import type { OwnReason } from '../api/reasons.ts';
import { allInOrder, HookError, toHookError } from '../errors.ts';
import { gateCalls, refusedGate } from '../flagger/webhooks.ts';
import { closeRecords, type EndedRollout, formerRollouts, recordsOfRollout, settledRecords } from '../run/closing.ts';
import { untoldRecords } from '../run/history.ts';
import { runKey } from '../run/id.ts';
import { type Conclusion, conclusionOf, type Gate } from '../run/promotion.ts';
import { isFinal } from '../run/record.ts';
import type { Context } from './context.ts';
import { type EventSpec, endEvent, eventOnCanary, recordEvents } from './events.ts';
import { eventNotice } from './notices.ts';
import { readE2ESpecs } from './read.ts';
import { settleRuns } from './settle.ts';
import { within } from './within.ts';
import { tell, updateStatus } from './write-status.ts';

type About = Context & { canary: Canary; now: Date };

export interface Closed {
  /** How the rollout has ended, in words. */
  message: string;
  outcome: Conclusion['outcome'];
  isChanged: boolean;
  /** What could not be written, in words. */
  unwritten: string[];
}

/**
 * Of the payload's checksum. One whose every call is refused has no run, and neither that nor their number keeps the records
 * from being closed.
 */
export function gatesOf(canary: Canary, context: Context): Gate[] {
  const refused = refusedGate(canary, context);
  const gates: Gate[] = refused === undefined ? [] : [new HookError('BadRequest', refused)];
  try {
    return [...gateCalls(canary, context).map(runKey), ...gates];
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    return [error, ...gates];
  }
}

/** The names of the E2ESpecs in which a canary's rollouts may be on record. */
export function e2eSpecsOf({ metadata }: Canary, gates: Gate[]): string[] {
  return [...new Set([metadata.name, ...gates.flatMap((gate) => ('e2eSpec' in gate ? gate.e2eSpec : []))])];
}

const endReasons = {
  verified: 'E2ETestClosed',
  observed: 'PromotedObserved',
  unverified: 'PromotedUnverified',
} as const satisfies Record<Conclusion['outcome'], OwnReason>;

/** `specs`: all in which the rollout may be on record. Throws where it cannot be known how one of its runs stands. */
export async function closeRollout(
  ended: EndedRollout,
  gates: Gate[],
  specs: E2ESpec[],
  about: About,
): Promise<Closed> {
  const { canary, now, log } = about;
  const open = specs.flatMap((spec) => recordsOfRollout(spec, ended)).filter(({ closedAt }) => closedAt === undefined);
  const settled = await settleRuns(open, ended, now, about);
  const records = new Map(specs.map((spec) => [spec.metadata.name, settledRecords(spec, ended, settled)]));
  const observing = specs
    .filter(({ spec }) => withDefaults(spec).mode === 'Observe')
    .map(({ metadata }) => metadata.name);
  const { message, outcome, doubtful } = conclusionOf(ended, gates, records, new Set(observing));
  const { checksum, rollout, end: rolloutEnd } = ended;
  const end = { canaryUID: canary.metadata.uid, checksum, rollout, ...(rolloutEnd !== undefined && { rolloutEnd }) };
  const event = endEvent(end, endReasons[outcome], message);
  const writes = specs.flatMap((spec) => {
    const closing = { ended, settled, unverified: doubtful.includes(spec.metadata.name) ? message : undefined };
    if (closeRecords(spec.status, closing) === undefined) return [];
    const untold = untoldRecords(spec.status, canary.metadata.name).filter((record) => record.rollout === rollout);
    // What was stopped is told by the Event of the end; a verdict that no call has seen is told as what it is.
    const own = records.get(spec.metadata.name) ?? [];
    const unseen = own.filter((record) => settled.includes(record) && isFinal(record));
    // Of an earlier rollout there is nothing to tell but which of its tests were stopped.
    const isNews =
      ended.outcome !== 'earlier' || rolloutEnd !== undefined || settled.some(({ verdict }) => verdict === 'Cancelled');
    const news = [
      ...[...untold, ...unseen].flatMap((record) => recordEvents(record, spec)),
      ...(isNews ? [event] : []),
    ];
    return updateStatus(spec, (status, _, mark) => closeRecords(status, closing, mark), news, about);
  });
  // Where no E2ESpec can say it.
  if (outcome === 'unverified' && doubtful.length === 0) {
    notifyUnverified(event, ended, about);
    writes.push(tell([eventOnCanary(event, canary, now)], about).then(told));
  }
  const unwritten = (await allInOrder(writes.map((write) => failureOf(write)))).filter((words) => words !== '');
  for (const error of unwritten) log.warn('not written', { error });
  return { message, outcome, isChanged: writes.length > 0, unwritten };
}

function notifyUnverified(
  event: EventSpec,
  { canary: { metadata }, checksum, at }: EndedRollout,
  { notifier, now }: About,
): void {
  const { namespace, name, uid } = metadata;
  const found = { namespace, canary: name, checksum, verdict: 'PromotedUnverified', message: event.message };
  const type = 'com.remarkable.e2e.unverified';
  notifier?.send(eventNotice({ type, event, uid, subject: name, now, data: { ...found, finishedAt: at } }));
}

// A call that is about something else must not come too late because of it; the next one makes up for it.
const patienceMs = 1000;

/**
 * Closes what former rollouts of this canary have left open, where the E2ESpecs that were read anyway say so: Flagger tells
 * nobody of their end without a post-rollout hook. Never changes an answer, and asks for nothing where nothing is open.
 */
export async function closeFormerRollouts(canary: Canary, read: E2ESpec[], now: Date, context: Context): Promise<void> {
  if (formerRollouts(canary, read, timestamp(now)).length === 0) return;
  try {
    await within(patienceMs, closeFormer(read, { ...context, canary, now }), undefined);
  } catch (thrown) {
    const { message, detail } = toHookError(thrown);
    context.log.warn(`a former rollout is not closed: ${message}`, { canary: canary.metadata.name, detail });
  }
}

async function closeFormer(read: E2ESpec[], about: About): Promise<void> {
  const { canary, now, kube, payload, log } = about;
  const known = read.map(({ metadata }) => metadata.name);
  const others = e2eSpecsOf(canary, gatesOf(canary, about)).filter((name) => !known.includes(name));
  const specs = [...read, ...(await readE2ESpecs(others, payload.namespace, kube)).specs];
  for (const ended of formerRollouts(canary, specs, timestamp(now))) {
    const { checksum } = ended;
    const own = { ...about, payload: { ...payload, checksum } };
    const { message, outcome } = await closeRollout(ended, gatesOf(canary, own), specs, own);
    if (outcome !== 'unverified') continue;
    log.warn(message, { canary: canary.metadata.name, namespace: payload.namespace, reason: 'PromotedUnverified' });
  }
}

/** In words; empty where it was carried out. */
async function failureOf(write: Promise<void>): Promise<string> {
  try {
    await write;
    return '';
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    return error.message;
  }
}

function told(isTold: boolean): void {
  if (!isTold) throw new HookError('ServiceUnavailable', 'its Event could not be written');
}
