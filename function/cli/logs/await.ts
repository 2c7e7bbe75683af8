/**
 * `logs -f` while a rollout goes on whose test has not begun: the run that is meant is that one, and not the one before it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { intervalOf } from '../../flagger/canary.ts';
import { checksumOf } from '../../flagger/checksum.ts';
import { isAsked, nextCall } from '../byhand/asked.ts';
import { called } from '../called.ts';
import { duration } from '../layout.ts';
import type { Row } from '../overview/rows.ts';
import { answerOf } from '../overview/standing.ts';
import { CannotRun } from '../problem.ts';

export interface Awaited {
  /** Of its Canary. */
  name: string;
  /** A sentence without its end. */
  says: string;
  /** Milliseconds: Flagger asks within two intervals, once the new revision is ready. */
  longest: number;
}

const longestUntilReady = 60_000;

/** `rows`: the one that is meant first. Nothing where its newest run is of the rollout that is going on, or none is. */
export function awaitedAmong([meant, ...others]: readonly Row[]): Awaited | undefined {
  if (meant === undefined) return undefined;
  const own = awaitedOf(meant);
  const isNow = meant.isOnRequest ? meant.newest?.verdict === 'Running' : meant.record !== undefined;
  return own ?? (isNow ? undefined : others.map(awaitedOf).find((each) => each !== undefined));
}

function awaitedOf(row: Row): Awaited | undefined {
  const { canary } = row;
  const why = whatFor(row);
  if (canary === undefined || why === undefined) return undefined;
  const says = `the test of checksum ${checksumOf(canary.status ?? {})} has not begun: ${why}`;
  return { name: canary.metadata.name, says, longest: 2 * intervalOf(canary) + longestUntilReady };
}

function whatFor(row: Row): string | undefined {
  const { canary, gate, record } = row;
  if (canary === undefined || gate === undefined) return undefined;
  if (canary.status?.phase === 'Waiting') return 'a confirm-rollout hook has not said yes';
  if (answerOf(row) === 'starts it' && isAsked(row)) return `Flagger's next call starts it, ${nextCall(row)}`;
  const hasNoJob = answerOf(row) !== undefined && record?.verdict === 'Running' && record.job === undefined;
  return hasNoJob ? (record.message ?? 'its Job is not there yet') : undefined;
}

interface Waiting {
  /** The rows as they are now. */
  look(): Promise<Row[]>;
  tell(line: string): void;
  /** Milliseconds. */
  pause?: number;
  longest?: number;
}

/** Resolves to the rows in which it has begun, or when the signal says so. Throws CannotRun where it does not begin. */
export async function untilBegun(
  rows: Row[],
  { look, tell, pause = 1000, longest }: Waiting,
  signal: AbortSignal,
): Promise<Row[]> {
  const began = Date.now();
  let told = '';
  let current = rows;
  for (let awaited = awaitedAmong(rows); awaited !== undefined; awaited = awaitedAmong(current)) {
    const waited = Date.now() - began;
    if (waited > (longest ?? awaited.longest)) {
      const after = `has not begun after ${duration(Math.round(waited / 1000))}`;
      throw new CannotRun(`${awaited.says.replace('has not begun', after)}. ${called} why ${awaited.name} says more`);
    }
    if (awaited.says !== told) tell(awaited.says);
    told = awaited.says;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return current;
    current = await look();
  }
  return current;
}
