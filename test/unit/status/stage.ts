/**
 * Tests, Canaries and rows for the tests of the page's view model, at a time that stands still.
 */
import type { LatestRun, RunRecord } from '../../../function/api/e2espec.ts';
import type { Row } from '../../../function/status/row.ts';
import { rowsOf } from '../../../function/status/rows.ts';
import type { Rollout, Test } from '../../../function/status/subject.ts';

export const now = new Date('2026-11-27T03:00:00Z');
export const rollout = '2026-11-27T02:30:00Z';
const silence = 20 * 60;

export function minutesAgo(minutes: number): string {
  return `${new Date(now.getTime() - minutes * 60_000).toISOString().slice(0, 19)}Z`;
}

export function testNamed(name: string, more: Partial<Test> = {}): Test {
  return {
    namespace: 'shop',
    name,
    createdAt: minutesAgo(9999),
    activeDeadlineSeconds: 600,
    staleAfterSeconds: undefined,
    latest: [],
    runs: [],
    ...more,
  };
}

export function entry(verdict: LatestRun['verdict'], more: Partial<LatestRun> = {}): LatestRun {
  return {
    canary: 'cart',
    canaryUID: 'u1',
    hook: 'e2e',
    verdict,
    reason: verdict,
    checksum: 'c1',
    trigger: 'rollout',
    time: minutesAgo(5),
    ...more,
  };
}

/** The newest run that no rollout has asked for. */
export const requested = { canary: '-', hook: '/run', trigger: 'request', checksum: '' } as const;

/** The record that such an entry is made of. */
export function recordOf(
  { canary, canaryUID, verdict, reason, checksum, trigger, time }: LatestRun,
  more: Partial<RunRecord> = {},
): RunRecord {
  const times = verdict === 'Running' ? { startedAt: time } : { startedAt: time, finishedAt: time };
  const run =
    trigger === 'request'
      ? ({ checksum: 'f00dfeed', rollout: 'f00dfeed', trigger, id: 'nightly-7' } as const)
      : { checksum, rollout };
  return { canary, canaryUID, verdict, reason, ...run, hook: '', ...times, ...more };
}

export function canaryIn(phase: NonNullable<Rollout['phase']>, more: Partial<Rollout> = {}): Rollout {
  return {
    namespace: 'shop',
    name: 'cart',
    annotations: {},
    phase,
    strategy: 'weights',
    weight: 0,
    applied: 'new',
    promoted: 'old',
    changedAt: minutesAgo(3),
    rollout,
    webhooks: [],
    ...more,
  };
}

export function rowsAt(tests: Test[], rollouts: Rollout[] = [], at = now): Row[] {
  return rowsOf(tests, rollouts, { now: at, silence });
}

/** The row of one test with these entries, and their records. */
export function rowWith(latest: LatestRun[], canary?: Rollout, more: Partial<Test> = {}): Row {
  const runs = latest.map((each) => recordOf(each));
  const [row] = rowsAt([testNamed('cart', { latest, runs, ...more })], canary ? [canary] : []);
  if (row === undefined) throw new Error('there is no row');
  return row;
}
