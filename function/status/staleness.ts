/**
 * Whether a row is too old to be believed. Each row by itself: one test that reports hides no other that does not.
 */
import type { LatestRun } from '../api/e2espec.ts';
import { isUntold, untoldInWords } from '../run/untold.ts';
import type { Rollout, Subject } from './subject.ts';

export interface Stale {
  /** Why, as a clause. */
  why: string;
  since: string;
}

// Beyond its deadline a run is still being stopped, and what became of it read: seconds.
const grace = 120;

/** When what runs has to be over. */
export function deadlineOf({ test }: Subject, startedAt: string): Date {
  return new Date(Date.parse(startedAt) + test.activeDeadlineSeconds * 1000);
}

/** `newest`: what the newest entry says; nothing where there is none. `silence`: seconds after which a periodic test is stale. */
export function staleness(
  subject: Subject,
  newest: LatestRun | undefined,
  { now, silence }: { now: Date; silence: number },
): Stale | undefined {
  if (newest?.verdict === 'Running') return untold(subject.rollout, newest) ?? overdue(subject, newest, now);
  const allowed = subject.test.staleAfterSeconds ?? (isPeriodic(subject, newest) ? silence : undefined);
  const since = newest?.time ?? subject.test.createdAt;
  if (allowed === undefined || since === undefined || secondsSince(since, now) <= allowed) return undefined;
  const what = newest === undefined ? 'it has never reported' : 'nothing has been reported';
  return { why: `${what} for longer than ${inWords(allowed)}`, since };
}

function untold(rollout: Rollout | undefined, newest: LatestRun): Stale | undefined {
  if (rollout?.changedAt === undefined || !isUntold(newest, rollout.phase)) return undefined;
  return { why: untoldInWords, since: rollout.changedAt };
}

function overdue(subject: Subject, { time }: LatestRun, now: Date): Stale | undefined {
  const deadline = deadlineOf(subject, time);
  if (now.getTime() - deadline.getTime() <= grace * 1000) return undefined;
  return { why: 'it was reported as running, but its end was never reported', since: deadline.toISOString() };
}

/** What no rollout runs is expected at intervals, unless it says otherwise itself. */
function isPeriodic({ isOnlyRequested }: Subject, newest: LatestRun | undefined): boolean {
  return newest !== undefined && isOnlyRequested;
}

export function secondsSince(time: string, now: Date): number {
  return (now.getTime() - Date.parse(time)) / 1000;
}

/** As `20 min`, `2 h`, `3 days`. */
export function inWords(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 120 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
