/**
 * Which records the sink has not taken yet. The mark is set in the same write as the verdict, and goes when the sink has taken
 * it: a process that ends in between leaves it to the next call.
 */
import { type NotifiedVerdict, notifiedVerdicts, type RunRecord, type Status } from '../api/e2espec.ts';
import { isSameNews } from './record.ts';

// Milliseconds. What no sink has taken for so long is no news any more, and must not be tried at every poll for ever.
const longestWait = 24 * 60 * 60 * 1000;

/** The status that is about to be written, with a mark on each record that is news since `before`. */
export function withNotices(before: Status | undefined, after: Status, now: Date): Status {
  const { runs } = after;
  if (runs === undefined) return after;
  return { ...after, runs: runs.map((record) => marked(record, before?.runs ?? [], now)) };
}

function marked(record: RunRecord, before: RunRecord[], now: Date): RunRecord {
  if (record.notificationPending !== undefined) return isOld(record, now) ? withoutNotice(record) : record;
  // One that does not say which Canary it is of would be news for ever.
  if (!isNotified(record.verdict) || !isSameNews(record, record)) return record;
  const known = before.find((other) => isSameNews(other, record));
  const notificationPending = known === undefined ? record.verdict : known.notificationPending;
  return notificationPending === undefined ? record : { ...record, notificationPending };
}

function isNotified(verdict: RunRecord['verdict']): verdict is NotifiedVerdict {
  return notifiedVerdicts.some((each) => each === verdict);
}

/** What is still to be sent: the records as they were when they were news, whatever has become of them. */
export function unsentRecords(status: Status | undefined, now: Date): RunRecord[] {
  return (status?.runs ?? []).flatMap((record) =>
    record.notificationPending === undefined || isOld(record, now) ? [] : asItWas(record),
  );
}

/** The status without the marks of what the sink has taken; nothing where that changes nothing. */
export function withSent(status: Status | undefined, isTaken: (record: RunRecord) => boolean): Status | undefined {
  const isSent = (record: RunRecord) => record.notificationPending !== undefined && isTaken(asItWas(record));
  if (!status?.runs?.some(isSent)) return undefined;
  return { ...status, runs: status.runs.map((record) => (isSent(record) ? withoutNotice(record) : record)) };
}

function asItWas(record: RunRecord): RunRecord {
  return { ...record, verdict: record.notificationPending ?? record.verdict };
}

// A verdict that was seen only when its rollout was closed is news from then on.
function isOld({ finishedAt = '', closedAt = finishedAt }: RunRecord, now: Date): boolean {
  return !(Date.parse(closedAt) > now.getTime() - longestWait);
}

function withoutNotice({ notificationPending: _, ...record }: RunRecord): RunRecord {
  return record;
}
