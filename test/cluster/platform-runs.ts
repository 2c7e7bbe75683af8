/**
 * Runs of a suite of examples/platform, started as its CronJob starts them, and what is on record of them.
 */
import { at } from '../support/documents.ts';
import type { Kubernetes } from '../support/kubernetes.ts';
import { type SuiteName, suiteNames } from '../support/platform/suites.ts';
import { isTrue } from '../support/scenario.ts';
import { until } from '../support/until.ts';
import { kubectl } from './kubectl.ts';
import { patience } from './patience.ts';
import type { Copy } from './platform-copy.ts';

export interface Outcome {
  suite: SuiteName;
  verdict: string;
  reason: string;
  message: string;
  /** The test's Job. */
  job: string;
  /** The test's own. */
  seconds: number;
  counts: { total: number; passed: number; failed: number; skipped: number };
  /** How the CronJob's Job has ended. */
  end: 'Complete' | 'Failed';
}

let turn = 0;

/** Resolves when the CronJob's Job has been made. */
export async function begin(copy: Copy, suite: SuiteName): Promise<string> {
  const name = `run-${++turn}`;
  const namespace = copy.namespaceOf(suite);
  await kubectl(['-n', namespace, 'create', 'job', name, '--from=cronjob/every-five-minutes']);
  return name;
}

export async function endOf(kubernetes: Kubernetes, copy: Copy, suite: SuiteName, name: string): Promise<Outcome> {
  const namespace = copy.namespaceOf(suite);
  const key = { apiVersion: 'batch/v1', kind: 'Job', namespace, name };
  let end: Outcome['end'] | undefined;
  const missing = async () => {
    const job = await kubernetes.get(key);
    if (isTrue(job, 'Complete')) end = 'Complete';
    if (isTrue(job, 'Failed')) end = 'Failed';
    return end === undefined ? [JSON.stringify(at(job, 'status'))] : [];
  };
  await until(`${suite}'s Job ${name} is over`, missing, patience.ms);
  const e2eSpec = await kubernetes.get({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', namespace, name: suite });
  const runs = at(e2eSpec, 'status', 'runs');
  const record = (Array.isArray(runs) ? runs : []).find((each) => at(each, 'id') === name);
  if (record === undefined) throw new Error(`${suite} has no record of ${name}: ${await logOf(namespace, name)}`);
  const text = (field: string) => String(at(record, field) ?? '');
  const count = (field: string) => Number(at(record, 'counts', field) ?? 0);
  return {
    suite,
    verdict: text('verdict'),
    reason: text('reason'),
    message: text('message'),
    job: text('job'),
    seconds: Number(at(record, 'durationSeconds') ?? 0),
    counts: { total: count('total'), passed: count('passed'), failed: count('failed'), skipped: count('skipped') },
    end: end ?? 'Failed',
  };
}

export async function runSuite(kubernetes: Kubernetes, copy: Copy, suite: SuiteName): Promise<Outcome> {
  return endOf(kubernetes, copy, suite, await begin(copy, suite));
}

export function logOf(namespace: string, job: string, container?: string): Promise<string> {
  const of = container === undefined ? [] : ['-c', container];
  return kubectl(['-n', namespace, 'logs', `job/${job}`, '--tail=-1', ...of]);
}

/** As many suites under way as two processors stand. */
export const AT_ONCE = 3;

/** Each suite once. */
export async function aPeriod(kubernetes: Kubernetes, copy: Copy): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const queue = [...suiteNames];
  const work = async () => {
    for (let suite = queue.shift(); suite !== undefined; suite = queue.shift())
      outcomes.push(await runSuite(kubernetes, copy, suite));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

/** What people are told of: by the record, or by the CronJob's Job. */
export function isAlarm({ verdict, end }: Outcome): boolean {
  return end === 'Failed' || verdict === 'Failed' || verdict === 'Inconclusive';
}

/** As a line of a report. */
export function inWords({ suite, verdict, message, seconds, counts }: Outcome): string {
  const { total, passed, skipped } = counts;
  const why = verdict === 'Passed' ? '' : `: ${message}`;
  return `${suite}: ${verdict}, ${passed} of ${total} passed, ${skipped} skipped, ${seconds} s${why}`;
}
