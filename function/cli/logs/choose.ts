/**
 * Whose log is meant: the newest run of a name, or the one that somebody has named; and where it is when its pod is gone.
 */
import { type RunRecord, type Spec, withDefaults } from '../../api/e2espec.ts';
import { intervalOf } from '../../flagger/canary.ts';
import { isPass } from '../../run/record.ts';
import { secondsKept, secondsKeptAfterFailure } from '../../run/ttl.ts';
import { age, duration } from '../layout.ts';
import type { Row } from '../overview/rows.ts';
import { CannotRun } from '../problem.ts';

export interface Chosen {
  namespace: string;
  record: RunRecord;
  spec: Spec | undefined;
}

const mostNamed = 5;

/** `rows`: the one that is meant first. `id`: the name of a Job, a checksum, or by what the run was asked for. */
export function chooseRun(name: string, rows: readonly Row[], id: string | undefined): Chosen {
  const all = rows.flatMap(({ namespace, runs, spec }) =>
    runs.map((record) => ({ namespace, record, spec: spec?.spec })),
  );
  const runs = all.filter(({ record }) => record.verdict !== 'PromotedUnverified');
  const [first] = runs;
  if (first === undefined) {
    const none = `no run of ${name} is on record: it has not run yet`;
    throw new CannotRun([none, ...(id === undefined ? nextLook(rows) : [])].join('. '));
  }
  if (id === undefined) return first;
  const found = runs.find(({ record }) => record.job === id || record.checksum === id || record.id === id);
  if (found !== undefined) return found;
  const known = [...new Set(runs.flatMap(({ record }) => record.id ?? record.job ?? record.checksum))];
  const more = known.length > mostNamed ? ` and ${known.length - mostNamed} more` : '';
  throw new CannotRun(
    `no run ${id} of ${name} is on record. There ${known.length === 1 ? 'is' : 'are'} ${known.slice(0, mostNamed).join(', ')}${more}`,
  );
}

/** Until then no Canary tells that its target has changed. */
export function nextLook(rows: readonly Row[]): string[] {
  const canary = rows.find(({ gate }) => gate !== undefined)?.canary;
  if (canary === undefined) return [];
  return [`Flagger looks for a new revision every ${duration(intervalOf(canary) / 1000)}`];
}

/** For who follows: what has ended is not what is meant while something runs. */
export function runningFirst(rows: readonly Row[]): Row[] {
  const isRunning = ({ newest }: Row) => Number(newest?.verdict === 'Running');
  return rows.toSorted((a, b) => isRunning(b) - isRunning(a));
}

/** Why there is no log any more, and what is left. */
export function goneLines({ record, spec }: Chosen, now: Date): [label: string, text: string][] {
  const { message, logUrl, links = [] } = record;
  return [
    ['log', goneSince(record, spec, now)],
    ...(message === undefined ? [] : [['message', message] as [string, string]]),
    ...(logUrl === undefined ? [] : [['kept at', logUrl] as [string, string]]),
    ...links.map(({ name, url }): [string, string] => [name, url]),
  ];
}

function goneSince(record: RunRecord, spec: Spec | undefined, now: Date): string {
  const { job, finishedAt, verdict } = record;
  if (job === undefined && verdict === 'Skipped') return 'there is none: it was let through without its test';
  if (job === undefined) return 'there is none: the run had no Job';
  if (finishedAt === undefined || spec === undefined) return `it is gone with the pod of Job ${job}`;
  const complete = withDefaults(spec);
  const kept = isPass({ verdict }) ? secondsKept(complete) : secondsKeptAfterFailure(complete);
  const until = new Date(Date.parse(finishedAt) + kept * 1000);
  if (Number.isNaN(until.getTime())) return `it is gone with the pod of Job ${job}`;
  if (until > now) {
    return `it is gone: somebody has deleted Job ${job} or its pod, which ended ${age(finishedAt, now)} ago and would have been kept ${duration(kept)}`;
  }
  return `it has been gone for ${age(until.toISOString(), now)}: Job ${job} was kept ${duration(kept)} after its end`;
}
