/**
 * The words of the page for what is data elsewhere.
 */
import type { Matter } from '../api/reasons.ts';
import type { Row, State } from './row.ts';
import { inWords, secondsSince } from './staleness.ts';

/** Of the counts on top; the sentence is read out where a number is not enough. */
export const stateWords: Record<State, { title: string; meaning: string }> = {
  failing: { title: 'need you', meaning: 'failed, could not be run, or were promoted without a passed test' },
  waiting: { title: 'waiting', meaning: 'a gate is closed until a person opens it' },
  stale: { title: 'stale', meaning: 'have not reported for so long that what they said last means nothing' },
  running: { title: 'running', meaning: 'a test runs, or a rollout is about to run it' },
  never: { title: 'not run yet', meaning: 'nobody has run them yet' },
  ok: { title: 'ok', meaning: 'nothing has to be done' },
};

const verdictWords: Record<Row['verdict'], string> = {
  Running: 'Running',
  Passed: 'Passed',
  Skipped: 'Skipped',
  Failed: 'Failed',
  Inconclusive: 'Inconclusive',
  Superseded: 'Superseded',
  Cancelled: 'Cancelled',
  PromotedUnverified: 'Promoted unverified',
  NotRun: 'Not run yet',
  NotBegun: 'Not begun',
};

export function verdictWord(verdict: Row['verdict']): string {
  return Object.hasOwn(verdictWords, verdict) ? verdictWords[verdict] : 'Unknown';
}

/** What a row is called: its state where that is more than its verdict. */
export function headWord({ state, verdict, mode, isBlocked }: Row): string {
  if (state === 'stale') return 'Stale';
  if (state === 'waiting') return 'Waiting';
  if (state === 'running' && isBlocked) return 'Held up';
  return mode === 'Observe' && state === 'failing' ? `${verdictWord(verdict)}, observed` : verdictWord(verdict);
}

/** Who has to act, and on what. */
export const matterWords: Record<Matter, { short: string; long: string }> = {
  nobody: { short: '', long: 'nobody has to do anything' },
  test: { short: "the service's team", long: 'its test, or what it tests, has to change' },
  cluster: { short: 'the platform team', long: 'its nodes, rights or quotas keep the test from running' },
  wiring: { short: "the Canary's owner", long: 'its webhooks do not gate as they should' },
  person: { short: 'an approver', long: 'a rollout waits for a person' },
  schedule: {
    short: "the schedule's owner",
    long: 'nothing has started the test for too long, or the verifier is away',
  },
};

export function ago(time: string, now: Date): string {
  const seconds = secondsSince(time, now);
  return seconds < 0 ? `in ${inWords(-seconds)}` : `${inWords(seconds)} ago`;
}

/** As `2026-11-27 03:12:09 UTC`. */
export function utc(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
