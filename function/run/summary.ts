/**
 * What people and tools read of E2ESpec.status without going through its runs: the newest run in short, what each gate says,
 * and the condition Passed. Made anew at each write, of the runs and of what it was before, so that whatever a former version
 * has written is made up for by the next write.
 */
import type { Condition, E2ESpec, LastRun, LatestRun, RecordedVerdict, RunRecord, Status } from '../api/e2espec.ts';
import { timestamp } from '../api/kubernetes.ts';
import type { OwnReason } from '../api/reasons.ts';
import { noRollout } from '../flagger/canary.ts';
import { oneLine } from '../text.ts';
import { secondsBetween, secondsOf } from '../verdict/seconds.ts';
import { attemptsOf } from './attempts.ts';
import { countsOfLastRuns } from './last-runs.ts';
import { isPass } from './record.ts';

/** The gates of a Canary that ask for runs of one E2ESpec: their names by the hash of their metadata. */
export interface OwnGates {
  canary: string;
  canaryUID: string;
  names: ReadonlyMap<string, string>;
}

/** The entry of what no rollout has asked for: no Canary is called so. */
const requested = { canary: noRollout, canaryUID: noRollout, hook: '/run' };

// Bytes.
const longestMessage = 300;

/** `own`: of the Canary that calls; nothing is known of the others' gates. `now`: the API server's time. */
export function withSummary(status: Status, spec: E2ESpec, own: OwnGates | undefined, now: Date): Status {
  const [newest] = status.runs ?? [];
  const gates = own === undefined ? (status.latest ?? []).filter(isOfGate) : entriesOf(status, own, now);
  const latest = bounded([...gates, ...requestedEntry(status, now)], now);
  return {
    ...status,
    ...(newest && { lastRun: lastRunOf(newest, attemptsOf(spec)) }),
    ...((status.latest || latest.length > 0) && { latest, conditions: conditionsOf(status, latest, now) }),
  };
}

const nothing = { canary: '', checksum: '' };

// A merge patch keeps what it does not name, so what is gone is named as empty.
function lastRunOf(record: RunRecord, attempts: number): LastRun {
  const { trigger = 'rollout', attempt = 1 } = record;
  const { verdict, reason, message = '' } = saidBy(record);
  const { canary, checksum } = trigger === 'rollout' ? record : nothing;
  const seconds = secondsTaken(record);
  const time = timeOf(record);
  return {
    verdict,
    reason,
    message,
    canary,
    checksum,
    trigger,
    attempt: verdict === 'Running' ? `${attempt} of ${Math.max(attempt, attempts)}` : '',
    duration: seconds === undefined ? '' : inWords(seconds),
    ...(time !== undefined && { time }),
  };
}

/** A pass and a skip need no other word. */
function reasonOf({ reason, verdict }: RunRecord): string {
  return reason ?? verdict;
}

function timeOf({ startedAt, finishedAt }: RunRecord): string | undefined {
  return finishedAt ?? startedAt;
}

/** The test's own time; of what had none, from the beginning of its run to its end. */
function secondsTaken({ durationSeconds, startedAt, finishedAt }: RunRecord): number | undefined {
  if (durationSeconds !== undefined) return durationSeconds;
  return startedAt && finishedAt ? secondsOf({ startedAt, finishedAt }) : undefined;
}

function inWords(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** Those of the other canaries as they were, and this one's: what it has no gate for any more is gone. */
function entriesOf({ runs = [], latest = [] }: Status, own: OwnGates, now: Date): LatestRun[] {
  const records = runs.filter(({ canary, canaryUID }) => canary === own.canary && canaryUID === own.canaryUID);
  const entries = [...own.names].flatMap(([metadataHash, hook]) => {
    const former = latest.find((each) => each.hook === hook && isOf(each, own));
    return entryOf(records, metadataHash, { hook, former, now }) ?? former ?? [];
  });
  return [...latest.filter((each) => isOfGate(each) && each.canary !== own.canary), ...entries];
}

function isOfGate({ canary }: LatestRun): boolean {
  return canary !== requested.canary;
}

/** The newest of all that were asked for, under whatever id. */
function requestedEntry({ runs = [], latest = [] }: Status, now: Date): LatestRun[] {
  const records = runs.filter(({ trigger }) => trigger === 'request');
  const former = latest.find((each) => !isOfGate(each));
  const entry = entryOf(records, '', { hook: requested.hook, former, now }) ?? former;
  return entry === undefined ? [] : [entry];
}

function isOf({ canary, canaryUID }: LatestRun, own: OwnGates): boolean {
  return canary === own.canary && canaryUID === own.canaryUID;
}

interface EntryOptions {
  hook: string;
  former: LatestRun | undefined;
  now: Date;
}

/** `records`: of this Canary, newest first. */
function entryOf(
  records: RunRecord[],
  metadataHash: string,
  { hook, former, now }: EntryOptions,
): LatestRun | undefined {
  const ofGate = records.filter((each) => each.hook === metadataHash && each.verdict !== 'PromotedUnverified');
  const [newest] = ofGate;
  const unverified = promotionOf(records, newest);
  const record = unverified ?? newest;
  if (record === undefined || record.canaryUID === undefined) return undefined;
  const { canary, canaryUID, checksum, trigger = 'rollout', attempt = 1 } = record;
  const said = saidBy(record);
  // What was promoted is told in the figures of its own test.
  const test = unverified === undefined || newest?.rollout === unverified.rollout ? newest : undefined;
  const seconds = test && secondsTaken(test);
  const passedAt = lastPass(ofGate, former);
  return {
    canary,
    canaryUID,
    hook,
    ...said,
    checksum: trigger === 'rollout' ? checksum : nothing.checksum,
    trigger,
    mode: record.mode ?? 'Enforce',
    time: timeOf(record) ?? timestamp(now),
    ...(seconds !== undefined && { durationSeconds: seconds }),
    ...(test?.counts && { total: test.counts.total, failed: test.counts.failed }),
    ...(said.verdict === 'Running' && { attempt }),
    ...countsOfLastRuns(ofGate),
    ...(passedAt !== undefined && { lastPassedAt: passedAt }),
    ...(test?.logUrl !== undefined && { logUrl: test.logUrl }),
  };
}

const rolloutOver: OwnReason = 'RolloutOver';

/** What was superseded is to be tested anew, as long as its rollout goes on. */
function saidBy(record: RunRecord): Pick<LatestRun, 'verdict' | 'reason' | 'message'> {
  const { verdict, message, closedAt } = record;
  const isOver = verdict === 'Superseded' && closedAt !== undefined;
  const words = isOver
    ? ({ verdict: 'Cancelled', reason: rolloutOver } as const)
    : { verdict, reason: reasonOf(record) };
  return { ...words, ...(message !== undefined && { message: oneLine(message, longestMessage) }) };
}

/** The promotion that nothing has come after, unless this gate vouches for it. */
function promotionOf(records: RunRecord[], newest: RunRecord | undefined): RunRecord | undefined {
  const found = records.find(({ verdict }) => verdict === 'PromotedUnverified');
  if (found === undefined || newest === undefined) return found;
  const vouches = isPass(newest) && newest.rollout === found.rollout;
  return vouches || records.indexOf(newest) < records.indexOf(found) ? undefined : found;
}

function lastPass(records: RunRecord[], former: LatestRun | undefined): string | undefined {
  const times = records.flatMap((record) => (record.verdict === 'Passed' ? (timeOf(record) ?? []) : []));
  return [...times, former?.lastPassedAt ?? []].flat().sort().at(-1);
}

// What the definition allows (crds/e2especs.yaml): one more, and the API server refuses the whole status.
const most = 100;
// Bytes as JSON: every poll reads them.
const largest = 32_000;
const longestAgo = 30 * 24 * 3600;

/** By canary and hook. What is older than 30 days is gone; of too many the oldest goes first, what still runs last. */
function bounded(entries: LatestRun[], now: Date): LatestRun[] {
  const young = entries.filter(({ time }) => secondsBetween(time, now) <= longestAgo);
  const ranked = young.toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || (a.time < b.time ? 1 : -1));
  let size = 0;
  const kept = ranked.slice(0, most).filter((entry) => {
    size += Buffer.byteLength(JSON.stringify(entry)) + 1;
    return size <= largest;
  });
  return kept.sort((a, b) => compare(a.canary, b.canary) || compare(a.hook, b.hook));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isOpen({ verdict }: LatestRun): boolean {
  return verdict === 'Running';
}

const passed = 'Passed';

/** Those of others stay. */
function conditionsOf({ conditions = [] }: Status, latest: LatestRun[], now: Date): Condition[] {
  const others = conditions.filter(({ type }) => type !== passed);
  const decisive = decisiveOf(latest);
  if (decisive === undefined) return others;
  const { canary, hook, verdict, reason, message = '' } = decisive;
  const status = meaning[verdict];
  const former = conditions.find((each) => each.type === passed && each.status === status);
  const said = reason === verdict ? message : `${reason}: ${message}`;
  return [
    ...others,
    {
      type: passed,
      status,
      reason: verdict,
      message: oneLine(isOfGate(decisive) ? `Canary ${canary}, webhook ${hook}: ${said}` : said, longestMessage),
      lastTransitionTime: former?.lastTransitionTime ?? timestamp(now),
    },
  ];
}

const meaning: Record<RecordedVerdict, Condition['status']> = {
  Passed: 'True',
  // A person has vouched for it.
  Skipped: 'True',
  Failed: 'False',
  // Users are on it, and nothing will test it any more.
  PromotedUnverified: 'False',
  Running: 'Unknown',
  Inconclusive: 'Unknown',
  Superseded: 'Unknown',
  Cancelled: 'Unknown',
};

/** A gate says more than what was asked for beside it. While a run of a canary is open, nothing else of that canary counts. Then what failed, what is not known, what passed. */
function decisiveOf(all: LatestRun[]): LatestRun | undefined {
  const gates = all.filter(isOfGate);
  const latest = gates.length > 0 ? gates : all;
  const openCanaries = new Set(latest.filter(isOpen).map(({ canary }) => canary));
  const counted = latest.filter((entry) => isOpen(entry) || !openCanaries.has(entry.canary));
  return counted.toSorted((a, b) => urgencyOf(a) - urgencyOf(b))[0];
}

function urgencyOf(entry: LatestRun): number {
  if (meaning[entry.verdict] === 'False') return 0;
  if (isOpen(entry)) return 1;
  return meaning[entry.verdict] === 'Unknown' ? 2 : 3;
}
