/**
 * What becomes of the records of a rollout that is over, and whether its promotion was verified.
 */
import type { Canary, CanaryPhase } from '../api/canary.ts';
import type { E2ESpec, RunRecord, Status } from '../api/e2espec.ts';
import type { OwnReason } from '../api/reasons.ts';
import { noRollout, rolloutOf } from '../flagger/canary.ts';
import { checksumOf } from '../flagger/checksum.ts';
import { oneLine } from '../text.ts';
import { withoutMark } from './history.ts';
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
  /** Which end it was; nothing where the next rollout had begun by then, so that nobody knows. */
  end: string | undefined;
  /** RFC 3339, the API server's. */
  at: string;
}

/** Which end of a rollout the Canary is at: Flagger has moved the time of the condition by then, and moves it for each. */
export function endOf(canary: Canary): string {
  return rolloutOf(canary) ?? noRollout;
}

/** The rollout of this checksum that has ended when Flagger says so. */
export function endedRollout(canary: Canary, checksum: string, specs: E2ESpec[], at: string): EndedRollout {
  const rollout =
    rolloutOnRecord(specs, canary, checksum) ??
    leftOpen(canary, checksum, specs) ??
    // A late call, for what somebody else has closed since.
    (isAt(canary, checksum) ? undefined : newestOf(specs, canary, checksum));
  const isNewest = rollout === undefined || isNewestOnRecord(specs, canary, rollout);
  const ended = { canary, checksum, rollout, end: endOf(canary), at };
  // When a rollout has failed, the Canary's checksum may be that of what its target has become since.
  if (canary.status?.phase === 'Failed') return { ...ended, outcome: isNewest ? 'Failed' : 'earlier' };
  if (!isAt(canary, checksum)) return { ...ended, outcome: 'earlier' };
  return { ...ended, outcome: 'Succeeded', rollout: isNewest ? rollout : undefined };
}

function leftOpen(canary: Canary, checksum: string, specs: E2ESpec[]): string | undefined {
  return isOver(canary) && isAt(canary, checksum) ? rolloutLeftOpen(specs, canary) : undefined;
}

function isOver({ status }: Canary): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

export function isAt({ status = {} }: Canary, checksum: string): boolean {
  return checksumOf(status) === checksum;
}

/**
 * The rollouts that have left open records and are over, as the Canary says to whoever comes later: the newest first. Never
 * the one that is going on, nor what is newer than what this Canary says.
 */
export function formerRollouts(canary: Canary, specs: E2ESpec[], at: string): EndedRollout[] {
  const before = recordsOf(specs, canary).filter((record) => isFormer(record, canary));
  const open = new Set(before.flatMap(({ closedAt, rollout }) => (closedAt === undefined ? rollout : [])));
  const last = newest(before)?.rollout;
  return [...open]
    .sort((a, b) => Date.parse(b) - Date.parse(a))
    .map((rollout) => {
      const tested = before.filter((record) => record.rollout === rollout);
      const ended = { canary, rollout, checksum: newest(tested)?.checksum ?? '', at };
      const known = rollout === last ? lastEnd(canary, tested) : undefined;
      return { ...ended, outcome: 'earlier', end: undefined, ...known };
    });
}

function isFormer({ rollout }: RunRecord, canary: Canary): boolean {
  const [time, present] = [Date.parse(rollout), Date.parse(endOf(canary))];
  return isOver(canary) ? time <= present : isGoingOn(canary) && time < present;
}

function isGoingOn({ status }: Canary): boolean {
  const phases: (CanaryPhase | undefined)[] = ['Waiting', 'Progressing', 'WaitingPromotion'];
  return phases.includes(status?.phase);
}

/** How the last rollout before this moment has ended, as far as the Canary proves it. */
function lastEnd(
  canary: Canary,
  tested: RunRecord[],
): Partial<Pick<EndedRollout, 'outcome' | 'checksum' | 'end'>> | undefined {
  const { phase, lastPromotedSpec, ...revision } = canary.status ?? {};
  if (phase === 'Failed') return { outcome: 'Failed', end: endOf(canary) };
  if (phase === 'Succeeded') return { outcome: 'Succeeded', checksum: checksumOf(revision), end: endOf(canary) };
  if (lastPromotedSpec === undefined) return undefined;
  // Its configs may have changed since: another checksum proves nothing.
  const checksum = checksumOf({ ...revision, lastAppliedSpec: lastPromotedSpec });
  return tested.some((record) => record.checksum === checksum) ? { outcome: 'Succeeded', checksum } : undefined;
}

/**
 * The newest rollout on record in which this checksum was tested: the Canary does not say any more which one it was.
 * Nothing where that one has ended before: this one left no record.
 */
export function rolloutOnRecord(specs: E2ESpec[], canary: Canary, checksum: string): string | undefined {
  const rollout = newestOf(specs, canary, checksum);
  const hasEndedBefore = recordsOf(specs, canary).some(
    (record) => record.rollout === rollout && record.closedAt !== undefined && record.rolloutEnd !== endOf(canary),
  );
  return hasEndedBefore ? undefined : rollout;
}

function newestOf(specs: E2ESpec[], canary: Canary, checksum: string): string | undefined {
  const tested = ({ verdict, ...record }: RunRecord) =>
    record.checksum === checksum && verdict !== 'PromotedUnverified';
  return newest(recordsOf(specs, canary).filter(tested))?.rollout;
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
  // Before what it is about, and after what has begun since.
  const place =
    ended.end === undefined
      ? Math.max(
          0,
          closed.findIndex((record) => isOf(record, ended)),
        )
      : 0;
  return { ...status, runs: trim(closed.toSpliced(place, 0, ...added)) };
}

function isOf(record: RunRecord, { canary, rollout, end }: EndedRollout): boolean {
  if (!isOfCanary(record, canary)) return false;
  return record.rollout === rollout || (end !== undefined && record.rolloutEnd === end);
}

function close(
  record: RunRecord,
  { end: rolloutEnd, at }: EndedRollout,
  settled: RunRecord[],
  mark: Pick<RunRecord, 'eventPending'>,
): RunRecord {
  if (record.closedAt !== undefined) return record.eventPending && !mark.eventPending ? withoutMark(record) : record;
  const end = settledAs(record, settled) ?? record;
  // Begun by another call since this one has looked.
  if (end.verdict === 'Running') return record;
  return { ...withoutMark(end), closedAt: at, ...(rolloutEnd !== undefined && { rolloutEnd }), ...mark };
}

function unverifiedRecord(
  runs: RunRecord[],
  ended: EndedRollout,
  message: string,
  mark: Pick<RunRecord, 'eventPending'>,
): RunRecord[] {
  const { canary, checksum, rollout, end: rolloutEnd, at } = ended;
  const { name, uid } = canary.metadata;
  const identity = { canary: name, canaryUID: uid, checksum, rollout: rollout ?? rolloutEnd ?? noRollout, hook: '' };
  const isThere = runs.some(
    (record) =>
      record.verdict === 'PromotedUnverified' &&
      isOfCanary(record, canary) &&
      (rolloutEnd === undefined ? record.rollout === rollout : record.rolloutEnd === rolloutEnd),
  );
  if (isThere) return [];
  const end = { finishedAt: at, closedAt: at, ...(rolloutEnd !== undefined && { rolloutEnd }), ...mark };
  return [{ ...identity, verdict: 'PromotedUnverified', reason: noPassedRun, message: oneLine(message), ...end }];
}
