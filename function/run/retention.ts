/**
 * How long E2ESpec.status keeps records. What is open answers for its run: forgotten, its test would run again. So what is
 * closed goes first.
 */
import type { RunRecord } from '../api/e2espec.ts';
import { isCurrent } from './record.ts';

const keptPerCanary = 10;
// Of those that no rollout asked for, besides: their Jobs answer as long as they are there.
const keptRunning = 20;
// What the definition allows (crds/e2especs.yaml): one more, and the API server refuses the whole status.
const keptInAll = 200;
// Bytes as JSON: every poll reads them.
const largest = 64_000;
const longestOlderMessage = 200;

/** What goes first, when there is too much. */
const ranks = ['requested', 'ofAnEarlierRollout', 'closed', 'superseded', 'open'] as const;

type Rank = (typeof ranks)[number];

interface Ranked {
  record: RunRecord;
  rank: Rank;
  /** In bytes, with the comma. */
  size: number;
}

/**
 * The newest ten of each canary, all of its newest rollout while that goes on, and its newest skip: forgotten, it would
 * hold again. Of those that no rollout asked for the newest ten that are decided, and they are the first to go.
 */
export function trim(runs: RunRecord[]): RunRecord[] {
  let kept = ranked(runs);
  if (sizeOf(kept) > largest) kept = kept.map((each) => (each.rank === 'open' ? each : withShortMessage(each)));
  for (const rank of ranks) {
    if (rank === 'open' && sizeOf(kept) > largest) kept = kept.map(withShortMessage);
    kept = withoutOldest(kept, rank);
  }
  return kept.map(({ record }) => record);
}

function ranked(runs: RunRecord[]): Ranked[] {
  const seen = new Map<string, { rollout: string; count: number; hasSkip: boolean }>();
  return runs.flatMap((record) => {
    const { rollout, skip, verdict, trigger } = record;
    const isRunning = trigger === 'request' && verdict === 'Running';
    const group = isRunning ? verdict : record.canary;
    const { count, hasSkip, ...newest } = seen.get(group) ?? { rollout, count: 0, hasSkip: false };
    const isSkip = skip !== undefined;
    seen.set(group, { ...newest, count: count + 1, hasSkip: hasSkip || isSkip });
    const rank = isSkip && !hasSkip ? 'open' : rankOf(record, newest.rollout);
    const most = isRunning ? keptRunning : keptPerCanary;
    const isBeyond = count >= most && rank !== 'superseded' && rank !== 'open';
    return isBeyond ? [] : [sized(record, rank)];
  });
}

function rankOf(record: RunRecord, newestRollout: string): Rank {
  if (record.trigger === 'request') return 'requested';
  if (record.rollout !== newestRollout) return 'ofAnEarlierRollout';
  if (record.closedAt !== undefined) return 'closed';
  return isCurrent(record) ? 'open' : 'superseded';
}

function sized(record: RunRecord, rank: Rank): Ranked {
  return { record, rank, size: Buffer.byteLength(JSON.stringify(record)) + 1 };
}

function sizeOf(kept: Ranked[]): number {
  return kept.reduce((sum, { size }) => sum + size, 0);
}

/** Without so many of this rank as are too many, the oldest first. The newest of all is always kept. */
function withoutOldest(kept: Ranked[], rank: Rank): Ranked[] {
  let count = kept.length;
  let size = sizeOf(kept);
  const left = kept.toReversed().filter((each) => {
    if (each.rank !== rank || each === kept[0] || (count <= keptInAll && size <= largest)) return true;
    count--;
    size -= each.size;
    return false;
  });
  return left.reverse();
}

function withShortMessage(ranked: Ranked): Ranked {
  const { record, rank } = ranked;
  const { message = '' } = record;
  if (Buffer.byteLength(message) <= longestOlderMessage) return ranked;
  // A character that was cut in two is shown as U+FFFD.
  const beginning = Buffer.from(message)
    .subarray(0, longestOlderMessage - 3)
    .toString()
    .replace(/\uFFFD$/, '');
  return sized({ ...record, message: `${beginning}...` }, rank);
}
