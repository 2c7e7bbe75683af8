/**
 * What becomes of the records of a rollout that is over, and whether its promotion was verified.
 */
import type { Canary } from '../api/canary.ts';
import type { E2ESpec, RunRecord, Status } from '../api/e2espec.ts';
import type { OwnReason } from '../api/reasons.ts';
import { noRollout, rolloutOf } from '../flagger/canary.ts';
import { oneLine } from '../text.ts';
import { lastRunOf, withoutMark } from './history.ts';
import { isSameNews } from './record.ts';
import { trim } from './retention.ts';

/** What of a rollout is known that is over. */
export interface EndedRollout {
  canary: Canary;
  checksum: string;
  /** `earlier`: another rollout of the canary has come since, so that nobody knows how this one ended. */
  outcome: 'Succeeded' | 'Failed' | 'earlier';
  /** As the records name it; nothing where it has none. */
  rollout: string | undefined;
  /** RFC 3339, the API server's. */
  at: string;
}

/** Which end of a rollout the Canary is at: Flagger has moved the time of the condition by then, and moves it for each. */
export function endOf(canary: Canary): string {
  return rolloutOf(canary) ?? noRollout;
}

/**
 * The newest rollout on record in which this checksum was tested: the Canary does not say any more which one it was.
 * Nothing where that one has ended before: this one left no record.
 */
export function rolloutOnRecord(specs: E2ESpec[], canary: Canary, checksum: string): string | undefined {
  const own = recordsOf(specs, canary);
  const tested = own.filter((record) => record.checksum === checksum && record.verdict !== 'PromotedUnverified');
  const rollout = newest(tested)?.rollout;
  const hasEndedBefore = own.some(
    (record) => record.rollout === rollout && record.closedAt !== undefined && record.rolloutEnd !== endOf(canary),
  );
  return hasEndedBefore ? undefined : rollout;
}

/**
 * The newest rollout that has left open records and was over before the Canary was at this end: where its last revision was
 * never tested, none has that revision's checksum.
 */
export function rolloutLeftOpen(specs: E2ESpec[], canary: Canary): string | undefined {
  const end = Date.parse(endOf(canary));
  const open = recordsOf(specs, canary).filter(({ closedAt, rollout }) => !closedAt && Date.parse(rollout) <= end);
  return newest(open)?.rollout;
}

/** Whether no other rollout of the canary is newer on record. */
export function isNewestOnRecord(specs: E2ESpec[], canary: Canary, rollout: string | undefined): boolean {
  return newest(recordsOf(specs, canary))?.rollout === rollout;
}

function recordsOf(specs: E2ESpec[], canary: Canary): RunRecord[] {
  return specs.flatMap(({ status }) => (status?.runs ?? []).filter((record) => isOfCanary(record, canary)));
}

function isOfCanary(record: RunRecord, { metadata: { name, uid } }: Canary): boolean {
  return record.canary === name && record.canaryUID === uid;
}

/** The one that began last, by the API server's times; of the same second the first in the list. */
function newest(records: RunRecord[]): RunRecord | undefined {
  const timeOf = ({ startedAt, finishedAt }: RunRecord): string => startedAt ?? finishedAt ?? '';
  return records.reduce<RunRecord | undefined>(
    (first, each) => (first !== undefined && timeOf(first) >= timeOf(each) ? first : each),
    undefined,
  );
}

export function recordsOfRollout({ status }: E2ESpec, { canary, rollout }: EndedRollout): RunRecord[] {
  return (status?.runs ?? []).filter((record) => isOfCanary(record, canary) && record.rollout === rollout);
}

const rolloutFailed: OwnReason = 'RolloutFailed';
const rolloutOver: OwnReason = 'RolloutOver';
const noPassedRun: OwnReason = 'NoPassedRun';

/** The record of a run that had no verdict when its rollout ended. `message`: what became of its test. */
export function cancelledRecord(record: RunRecord, { outcome, at }: EndedRollout, message: string): RunRecord {
  const reason = outcome === 'Failed' ? rolloutFailed : rolloutOver;
  return { ...record, verdict: 'Cancelled', reason, message: oneLine(message), finishedAt: at };
}

/** The records of the rollout as they will be when they are closed. */
export function settledRecords(spec: E2ESpec, ended: EndedRollout, settled: RunRecord[]): RunRecord[] {
  return recordsOfRollout(spec, ended).map((record) => settledAs(record, settled) ?? record);
}

/** What a run that was still open has come to; nothing for one that was not. */
function settledAs(record: RunRecord, settled: RunRecord[]): RunRecord | undefined {
  return settled.find((each) => isSameNews({ ...each, verdict: 'Running' }, record));
}

/** What `closeRecords` makes of a status besides closing what is open. */
export interface Closing {
  ended: EndedRollout;
  /** What the runs that were still open have come to. */
  settled: RunRecord[];
  /** Why the promotion is not verified; nothing where that is not said here. */
  unverified: string | undefined;
}

/** The status with all records of the rollout closed; nothing where they are already. */
export function closeRecords(
  status: Status | undefined,
  { ended, settled, unverified }: Closing,
  mark: Pick<RunRecord, 'eventPending'> = {},
): Status | undefined {
  const before = status?.runs ?? [];
  const closed = before.map((record) => (isOf(record, ended) ? close(record, ended, settled, mark) : record));
  const added = unverified === undefined ? [] : unverifiedRecord(closed, ended, unverified, mark);
  if (added.length === 0 && closed.every((record, index) => record === before[index])) return undefined;
  const runs = trim([...added, ...closed]);
  const [first] = runs;
  // Where the newest run is one of these, kubectl get must not go on saying Running.
  return { ...status, runs, ...(first && { lastRun: lastRunOf(first) }) };
}

function isOf(record: RunRecord, { canary, rollout }: EndedRollout): boolean {
  return isOfCanary(record, canary) && (record.rollout === rollout || record.rolloutEnd === endOf(canary));
}

function close(
  record: RunRecord,
  { canary, at }: EndedRollout,
  settled: RunRecord[],
  mark: Pick<RunRecord, 'eventPending'>,
): RunRecord {
  if (record.closedAt !== undefined) return record.eventPending && !mark.eventPending ? withoutMark(record) : record;
  const end = settledAs(record, settled) ?? record;
  // Begun by another call since this one has looked.
  if (end.verdict === 'Running') return record;
  return { ...withoutMark(end), closedAt: at, rolloutEnd: endOf(canary), ...mark };
}

function unverifiedRecord(
  runs: RunRecord[],
  { canary, checksum, rollout, at }: EndedRollout,
  message: string,
  mark: Pick<RunRecord, 'eventPending'>,
): RunRecord[] {
  const { name, uid } = canary.metadata;
  const rolloutEnd = endOf(canary);
  const identity = { canary: name, canaryUID: uid, checksum, rollout: rollout ?? rolloutEnd, hook: '' };
  const isThere = runs.some(
    (record) =>
      record.verdict === 'PromotedUnverified' && isOfCanary(record, canary) && record.rolloutEnd === rolloutEnd,
  );
  if (isThere) return [];
  const end = { finishedAt: at, closedAt: at, rolloutEnd, ...mark };
  return [{ ...identity, verdict: 'PromotedUnverified', reason: noPassedRun, message: oneLine(message), ...end }];
}
