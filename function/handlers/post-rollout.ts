/**
 * What post-rollout is answered, and what is done about it: tests that still run are stopped, the records of the rollout
 * are closed, and an unverified promotion is reported. A second hook, or a call that is made again, changes nothing.
 */
import type { Context } from '../actions/context.ts';
import { type EventSpec, endEvent, eventOnCanary, recordEvent } from '../actions/events.ts';
import { eventNotice } from '../actions/notices.ts';
import { readE2ESpecs } from '../actions/read.ts';
import { settleRuns } from '../actions/settle.ts';
import { tell, updateStatus } from '../actions/write-status.ts';
import type { Canary } from '../api/canary.ts';
import type { E2ESpec, RunRecord } from '../api/e2espec.ts';
import { timestamp } from '../api/kubernetes.ts';
import { allInOrder, HookError } from '../errors.ts';
import { canaryMismatch } from '../flagger/authenticate.ts';
import { checksumOf } from '../flagger/checksum.ts';
import type { NoticeHook } from '../flagger/hooks.ts';
import { gateCalls, ownWebhooks, refusedGate } from '../flagger/webhooks.ts';
import {
  closeRecords,
  type EndedRollout,
  endOf,
  isNewestOnRecord,
  recordsOfRollout,
  rolloutLeftOpen,
  rolloutOnRecord,
  settledRecords,
} from '../run/closing.ts';
import { untoldRecords } from '../run/history.ts';
import { runKey } from '../run/id.ts';
import { conclusionOf, type Gate } from '../run/promotion.ts';
import { isFinal } from '../run/record.ts';
import { authenticateFormerCaller, type HookCall } from './caller.ts';
import type { Ack } from './response.ts';

export async function handlePostRollout(call: HookCall<NoticeHook>): Promise<Ack> {
  const { canary, context } = await authenticateFormerCaller(call);
  if (canary === undefined) return { reason: 'Ignored', message: 'there is no Canary whose runs could be closed' };
  const { kube, payload } = context;
  const { name, namespace, checksum } = payload;
  if (call.authenticates && ownWebhooks(canary, context).length === 0) {
    throw canaryMismatch(`no webhook of Canary ${name} in namespace ${namespace} calls the verifier`);
  }
  const gates = gatesOf(canary, context);
  const names = [name, ...gates.flatMap((gate) => ('e2eSpec' in gate ? gate.e2eSpec : []))];
  const { specs, now } = await readE2ESpecs(names, namespace, kube);
  const ended = endedRollout(canary, checksum, specs, timestamp(now));
  if (call.authenticates && ended.rollout === undefined && !isAt(canary, checksum)) {
    throw canaryMismatch(`no rollout of checksum ${checksum} was open`);
  }
  const open = specs.flatMap((spec) => recordsOfRollout(spec, ended)).filter(({ closedAt }) => closedAt === undefined);
  const settled = await settleRuns(open, ended, now, context);
  return close({ ended, gates, specs, settled }, { ...context, canary, now });
}

/** One whose every call is refused has no run, and neither that nor their number keeps the records from being closed. */
function gatesOf(canary: Canary, context: Context): Gate[] {
  const refused = refusedGate(canary, context);
  const gates: Gate[] = refused === undefined ? [] : [new HookError('BadRequest', refused)];
  try {
    return [...gateCalls(canary, context).map(runKey), ...gates];
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    return [error, ...gates];
  }
}

function isAt({ status = {} }: Canary, checksum: string): boolean {
  return checksumOf(status) === checksum;
}

function endedRollout(canary: Canary, checksum: string, specs: E2ESpec[], at: string): EndedRollout {
  const rollout = rolloutOnRecord(specs, canary, checksum) ?? leftOpen(canary, checksum, specs);
  const isNewest = rollout === undefined || isNewestOnRecord(specs, canary, rollout);
  const ended = { canary, checksum, rollout, at };
  // When a rollout has failed, the Canary's checksum may be that of what its target has become since.
  if (canary.status?.phase === 'Failed') return { ...ended, outcome: isNewest ? 'Failed' : 'earlier' };
  if (!isAt(canary, checksum)) return { ...ended, outcome: 'earlier' };
  return { ...ended, outcome: 'Succeeded', rollout: isNewest ? rollout : undefined };
}

function leftOpen(canary: Canary, checksum: string, specs: E2ESpec[]): string | undefined {
  const isOver = canary.status?.phase === 'Failed' || canary.status?.phase === 'Succeeded';
  return isOver && isAt(canary, checksum) ? rolloutLeftOpen(specs, canary) : undefined;
}

interface Findings {
  ended: EndedRollout;
  gates: Gate[];
  specs: E2ESpec[];
  settled: RunRecord[];
}

/** A write that is refused changes no status of the answer, but its words. */
async function close(
  { ended, gates, specs, settled }: Findings,
  about: Context & { canary: Canary; now: Date },
): Promise<Ack> {
  const { canary, now, log } = about;
  const { checksum } = ended;
  const records = new Map(specs.map((spec) => [spec.metadata.name, settledRecords(spec, ended, settled)]));
  const { message, isVerified, doubtful } = conclusionOf(ended, gates, records);
  const end = { canaryUID: canary.metadata.uid, checksum, rolloutEnd: endOf(canary) };
  const event = endEvent(end, isVerified ? 'E2ETestClosed' : 'PromotedUnverified', message);
  const writes = specs.flatMap((spec) => {
    const closing = { ended, settled, unverified: doubtful.includes(spec.metadata.name) ? message : undefined };
    if (closeRecords(spec.status, closing) === undefined) return [];
    const untold = untoldRecords(spec.status, canary.metadata.name).filter(({ rollout }) => rollout === ended.rollout);
    // What was stopped is told by the Event of the end; a verdict that no call has seen is told as what it is.
    const own = records.get(spec.metadata.name) ?? [];
    const unseen = own.filter((record) => settled.includes(record) && isFinal(record));
    const news = [...[...untold, ...unseen].map(recordEvent), event];
    return updateStatus(spec, (status, _, mark) => closeRecords(status, closing, mark), news, about);
  });
  // Where no E2ESpec can say it.
  if (!isVerified && doubtful.length === 0) {
    notifyUnverified(event, ended, about);
    writes.push(tell([eventOnCanary(event, canary, now)], about).then(told));
  }
  const unwritten = (await allInOrder(writes.map((write) => failureOf(write)))).filter((words) => words !== '');
  for (const error of unwritten) log.warn('not written', { error });
  const reason = isVerified ? 'Closed' : 'PromotedUnverified';
  if (unwritten.length > 0) return { reason, message: `${message}; not on record: ${unwritten.join('; ')}` };
  if (!isVerified) return { reason, message };
  if (ended.rollout === undefined) return { reason, message: `${message}; no run of it is on record` };
  return { reason, message: `${message}; its runs ${writes.length > 0 ? 'are closed' : 'were closed before'}` };
}

function notifyUnverified(
  event: EventSpec,
  { canary: { metadata }, checksum, at }: EndedRollout,
  { notifier, now }: Context & { now: Date },
): void {
  const { namespace, name, uid } = metadata;
  const found = { namespace, canary: name, checksum, verdict: 'PromotedUnverified', message: event.message };
  const type = 'com.remarkable.e2e.unverified';
  notifier?.send(eventNotice({ type, event, uid, subject: name, now, data: { ...found, finishedAt: at } }));
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
