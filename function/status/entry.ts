/**
 * Which of the entries of E2ESpec.status.latest decides what a row says: the worst of the newest rollout.
 */
import type { LatestRun, RunRecord } from '../api/e2espec.ts';
import type { Rollout, Subject } from './subject.ts';

export function isUnderWay(rollout: Rollout | undefined): boolean {
  return ['Waiting', 'Progressing', 'WaitingPromotion', 'Promoting', 'Finalising'].includes(rollout?.phase ?? '');
}

/** Of one that is over, what was recorded last is what there is to say. */
export function isOfThisRollout(entry: LatestRun, subject: Subject): boolean {
  if (!isUnderWay(subject.rollout)) return true;
  const record = recordOf(entry, subject);
  return record === undefined || record.rollout === subject.rollout?.rollout;
}

/** Of the gates of the newest rollout the one that is worst. */
export function decisive(subject: Subject): LatestRun | undefined {
  const { entries } = subject;
  const newest = newestOf(entries);
  if (newest === undefined) return undefined;
  const rollout = recordOf(newest, subject)?.rollout;
  const together = entries.filter(
    (each) => each.checksum === newest.checksum && recordOf(each, subject)?.rollout === rollout,
  );
  return [newest, ...together].reduce((worst, each) => (badness[each.verdict] > badness[worst.verdict] ? each : worst));
}

export const badness: Record<LatestRun['verdict'], number> = {
  PromotedUnverified: 7,
  Failed: 6,
  Inconclusive: 5,
  Running: 4,
  Superseded: 3,
  Cancelled: 2,
  Skipped: 1,
  Passed: 0,
};

export function newestOf(entries: readonly LatestRun[]): LatestRun | undefined {
  return entries.toSorted((a, b) => compare(b.time, a.time)).at(0);
}

/** What the entry was made of. */
export function recordOf(entry: LatestRun, { runs }: Subject): RunRecord | undefined {
  return runs.find((run) => isSameRun(run, entry) && (run.finishedAt ?? run.startedAt) === entry.time);
}

// Of what no rollout has asked for, the entry has no checksum.
function isSameRun(run: RunRecord, { trigger, checksum }: LatestRun): boolean {
  return trigger === 'request' ? run.trigger === 'request' : run.checksum === checksum;
}

export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
