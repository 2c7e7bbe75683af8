/**
 * The rows of the page: in which state each test is, whose matter that is, and in which order people read them. Pure: `now`
 * is the API server's time.
 */
import type { LatestRun, RunRecord } from '../api/e2espec.ts';
import { isTrouble, type Matter, matterOf } from '../api/reasons.ts';
import { oneLine } from '../text.ts';
import { badness, compare, decisive, isOfThisRollout, isUnderWay, newestOf, recordOf } from './entry.ts';
import { closedGates } from './gates.ts';
import { linksOf, webAddress } from './links.ts';
import { type Row, type RunMark, type State, states } from './row.ts';
import { deadlineOf, inWords, type Stale, secondsSince, staleness } from './staleness.ts';
import { type Rollout, type Subject, subjectsOf, type Test } from './subject.ts';
import { usersOf } from './users.ts';

export interface Clock {
  now: Date;
  /** Seconds after which a periodic test that does not report is stale. */
  silence: number;
}

export function rowsOf(tests: readonly Test[], rollouts: readonly Rollout[], clock: Clock): Row[] {
  return subjectsOf(tests, rollouts)
    .map((subject) => rowOf(subject, clock))
    .sort(worstFirst);
}

// Bytes of a message, and of other words that are not the verifier's own.
const longestMessage = 300;
const longestWord = 120;
const strip = 10;

export function rowOf(subject: Subject, clock: Clock): Row {
  const { test, canary, rollout, runs } = subject;
  const entry = decisive(subject);
  const stale = staleness(subject, newestOf(subject.entries), clock);
  const isBegun = entry !== undefined && isOfThisRollout(entry, subject);
  const gates = closedGates(rollout);
  const state = stateOf({ entry, stale, isBegun, isWaiting: gates !== undefined, rollout });
  const verdict = entry === undefined ? 'NotRun' : entry.verdict;
  const shown = !isBegun && isUnderWay(rollout) ? 'NotBegun' : verdict;
  // What a former rollout's run has said is not said of this one.
  const said = state === 'stale' || shown !== 'NotBegun' ? entry : undefined;
  const marks = runs.filter((each) => each.verdict !== 'PromotedUnverified').slice(0, strip);
  return {
    namespace: test.namespace,
    name: test.name,
    state,
    verdict: state === 'stale' ? verdict : shown,
    matter: matterIn(state, shown === 'NotBegun' ? undefined : entry),
    message: messageOf({ state, entry, stale, rollout, clock }),
    ...(said && factsOf(said, subject, state)),
    ...(entry?.lastPassedAt !== undefined && { lastPassedAt: entry.lastPassedAt }),
    ...(canary !== '' && { canary: oneLine(canary, longestWord) }),
    ...timeOf({ state, entry, stale, rollout, test }),
    ...(rollout && { users: usersOf(rollout, shown) }),
    ...(state === 'waiting' && gates && { gates }),
    runs: marks.map(markOf).reverse(),
    flaky: marks.filter(isFlaky).length,
    links: linksOf(said && recordOf(said, subject)),
  };
}

interface Standing {
  entry: LatestRun | undefined;
  stale: Stale | undefined;
  /** Whether that entry is of the rollout that is under way. */
  isBegun: boolean;
  isWaiting: boolean;
  rollout: Rollout | undefined;
}

function stateOf({ entry, stale, isBegun, isWaiting, rollout }: Standing): State {
  if (stale !== undefined) return 'stale';
  if (isWaiting && !(isBegun && isUndecidedOrBad(entry))) return 'waiting';
  if (!isBegun && isUnderWay(rollout)) return 'running';
  switch (entry?.verdict) {
    case undefined:
      return 'never';
    case 'Running':
      return 'running';
    case 'Failed':
    case 'Inconclusive':
    case 'PromotedUnverified':
      return 'failing';
    case 'Passed':
    case 'Skipped':
    case 'Superseded':
    case 'Cancelled':
      return 'ok';
  }
}

function isUndecidedOrBad(entry: LatestRun | undefined): boolean {
  return entry !== undefined && ['Running', 'Failed', 'Inconclusive'].includes(entry.verdict);
}

function factsOf(entry: LatestRun, subject: Subject, state: State): Partial<Row> {
  const { reason, hook, trigger, mode, checksum, durationSeconds, total, failed, logUrl } = entry;
  const id = recordOf(entry, subject)?.id;
  const isRunning = state === 'running' && entry.verdict === 'Running';
  const address = webAddress(logUrl);
  return {
    reason: oneLine(reason, longestWord),
    ...(subject.entries.length > 1 && { hook: oneLine(hook, longestWord) }),
    ...(trigger && { trigger: oneLine(trigger, longestWord) }),
    ...(mode !== undefined && { mode: oneLine(mode, longestWord) }),
    ...(id !== undefined && { id: oneLine(id, longestWord) }),
    ...(checksum !== '' && { checksum: oneLine(checksum, longestWord) }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(total !== undefined && { total }),
    ...(failed !== undefined && { failed }),
    ...(isRunning && { deadline: deadlineOf(subject, entry.time).toISOString(), isBlocked: isTrouble(reason) }),
    ...(address !== undefined && { logUrl: address }),
  };
}

function matterIn(state: State, entry: LatestRun | undefined): Matter {
  switch (state) {
    case 'waiting':
      return 'person';
    case 'stale':
      return 'schedule';
    case 'never':
    case 'ok':
      return 'nobody';
    case 'running':
      return entry !== undefined && isTrouble(entry.reason) ? (matterOf(entry.reason) ?? 'cluster') : 'nobody';
    case 'failing':
      return matterOf(entry?.reason ?? '') ?? (entry?.verdict === 'Failed' ? 'test' : 'cluster');
  }
}

interface Said {
  state: State;
  entry: LatestRun | undefined;
  stale: Stale | undefined;
  rollout: Rollout | undefined;
  clock: Clock;
}

function messageOf({ state, entry, stale, rollout, clock }: Said): string {
  const words = oneLine(entry?.message ?? '', longestMessage);
  if (stale !== undefined) return `${stale.why}${words && `. The last words were: ${words}`}`;
  if (state === 'waiting') {
    const since = rollout?.changedAt;
    return `a person has to decide${since === undefined ? '' : `, for ${inWords(secondsSince(since, clock.now))} now`}`;
  }
  if (state === 'never') return 'nobody has run it yet';
  if (state === 'running' && entry?.verdict !== 'Running') return 'a rollout is under way, and this test has not begun';
  return words;
}

/** The time that a row's age is told by. */
function timeOf({ state, entry, stale, rollout, test }: Omit<Said, 'clock'> & { test: Test }): { time?: string } {
  const isRolloutsOwn = state === 'waiting' || (state === 'running' && entry?.verdict !== 'Running');
  const time = stale?.since ?? (isRolloutsOwn ? rollout?.changedAt : undefined) ?? entry?.time ?? test.createdAt;
  return time === undefined ? {} : { time };
}

function markOf(record: RunRecord): RunMark {
  return { verdict: record.verdict, isFlaky: isFlaky(record) };
}

function isFlaky({ reason }: RunRecord): boolean {
  return reason === 'PassedOnRetry';
}

/** Then where users are hit, then where a gate holds what has not passed; then the newest. */
export function worstFirst(a: Row, b: Row): number {
  return (
    states.indexOf(a.state) - states.indexOf(b.state) ||
    Number(b.users?.isHit ?? false) - Number(a.users?.isHit ?? false) ||
    weightOf(b) - weightOf(a) ||
    compare(b.time ?? '', a.time ?? '') ||
    compare(`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`)
  );
}

function weightOf({ state, verdict, mode, isBlocked }: Row): number {
  if (state === 'running') return Number(isBlocked ?? false);
  if (state !== 'failing' && state !== 'stale') return 0;
  const weight = verdict === 'NotRun' || verdict === 'NotBegun' ? 0 : badness[verdict];
  return mode === 'Observe' ? weight - badness.PromotedUnverified : weight;
}
