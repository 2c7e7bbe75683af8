/**
 * `logs`: what a test has printed, while its pod is there; then since when it is gone, and where it is kept.
 */
import type { Command } from 'commander';
import { oneLine } from '../../text.ts';
import { exitsWith, type Status, statuses } from '../exit.ts';
import { follow } from '../follow/follow.ts';
import { onTerminal } from '../follow/show.ts';
import { type Interrupt, onInterrupt } from '../interrupt.ts';
import { age, fields } from '../layout.ts';
import {
  type ClusterOptions,
  choiceOf,
  type NamespaceOption,
  readName,
  withCluster,
  withNamespace,
} from '../options.ts';
import { findRows } from '../overview/find.ts';
import { readOverview, soon } from '../overview/read.ts';
import type { Row } from '../overview/rows.ts';
import { CannotRun } from '../problem.ts';
import { inCluster, type Session } from '../session.ts';
import { widthOf } from '../terminal.ts';
import { awaitedAmong, untilBegun } from './await.ts';
import { type Chosen, chooseRun, goneLines, nextLook, runningFirst } from './choose.ts';
import { showLogs } from './read.ts';

const examples = (program: string) => `
Examples:
  ${program} logs podinfo                  of the newest run of this Canary or E2ESpec
  ${program} logs podinfo -f               until its test has ended
  ${program} logs podinfo --run e2e-podinfo-64fc58645b

It takes the right to list pods and to get pods/log. The test's lines stand behind a bar; all else
goes to standard error.

Exit status: 0 it is shown; 2 there is none; 64 wrong arguments; 130 interrupted.`;

interface Asked extends ClusterOptions, NamespaceOption {
  follow?: true;
  run?: string;
}

export function addLogs(program: Command): void {
  const command = program
    .command('logs')
    .summary('shows what a test has printed, or since when it has been gone')
    .description('Shows what the newest run of a test has printed; if that is gone, since when, and where it is kept.')
    .argument('NAME', 'of a Canary, or of an E2ESpec', readName)
    .option('-f, --follow', 'goes on until the test has ended')
    .option('--run <id>', 'a former run: the name of its Job, its checksum, or the id it was requested with');
  withCluster(withNamespace(command)).addHelpText('after', examples(program.name())).action(exitsWith(logs));
}

async function logs(name: string, asked: Asked): Promise<Status> {
  const interrupt = onInterrupt();
  try {
    return await inCluster(choiceOf(asked), (session) => logsIn(session, name, asked, interrupt));
  } finally {
    interrupt.release();
  }
}

async function logsIn(session: Session, name: string, asked: Asked, { signal }: Interrupt): Promise<Status> {
  const namespace = asked.namespace ?? session.namespace;
  const look = async () => findRows(name, namespace, await readOverview(session, namespace));
  const rows = await look();
  const isNewest = asked.run === undefined;
  const waiting = { look, tell: (line: string) => tell([line]) };
  const known = isNewest && asked.follow ? await untilBegun(rows, waiting, signal) : rows;
  if (signal.aborted) return statuses.interrupted;
  const chosen = chooseRun(name, asked.follow ? runningFirst(known) : known, asked.run);
  tell([titleOf(chosen)]);
  if (asked.follow && chosen.record.verdict === 'Running') return followed(session, chosen, signal);
  if (isNewest) tell(besides(known, asked));
  const { jobUID = '' } = chosen.record;
  const pods = jobUID === '' ? [] : await session.kube(soon()).listPods(namespace, jobUID);
  if (pods.length === 0) return gone(chosen);
  const problems = await showLogs(pods, session.readLog, signal).catch((error: unknown) => {
    if (signal.aborted) return [];
    throw error;
  });
  if (signal.aborted) return statuses.interrupted;
  tell(problems);
  return problems.length < pods.length ? statuses.passed : statuses.couldNotRun;
}

/** So that nobody takes it for another run. */
function besides(rows: readonly Row[], { follow }: Asked): string[] {
  const awaited = awaitedAmong(rows);
  if (awaited !== undefined) return [`${awaited.says}. This is the run before it`];
  return follow ? [['nothing runs now: this is the last run', ...nextLook(rows)].join('. ')] : [];
}

function titleOf({ record }: Chosen): string {
  const { job, checksum, verdict, finishedAt, startedAt, trigger, id } = record;
  const since = age(finishedAt ?? startedAt, new Date());
  const when = since === undefined ? '' : verdict === 'Running' ? `, for ${since}` : `, ${since} ago`;
  const asked = trigger === 'request' ? `, on request (id ${id})` : '';
  return `${job ?? `checksum ${checksum}`}: ${verdict}${when}${asked}`;
}

async function followed(session: Session, chosen: Chosen, signal: AbortSignal): Promise<Status> {
  const { namespace, record } = chosen;
  if (record.job === undefined)
    throw new CannotRun(`its Job is not there yet: ${record.message ?? 'it is waited for'}`);
  const { value: job } = await session.kube(soon()).getJob(namespace, record.job);
  if (job === undefined || job.metadata?.uid !== record.jobUID) return gone(chosen);
  const outcome = await follow(job, session, onTerminal(), signal);
  switch (outcome.kind) {
    case 'interrupted':
      return statuses.interrupted;
    case 'noVerdict':
      throw new CannotRun(outcome.message);
    case 'verdict':
      tell([`${outcome.verdict.reason}: ${outcome.verdict.message}`]);
      return statuses.passed;
  }
}

function gone(chosen: Chosen): Status {
  process.stderr.write(`${fields(goneLines(chosen, new Date()), widthOf(process.stderr)).join('\n')}\n`);
  return statuses.couldNotRun;
}

function tell(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${oneLine(line)}\n`);
}
