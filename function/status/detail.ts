/**
 * What the page of one E2ESpec says: how it stands, its runs, what to do and the lines to copy.
 */
import type { RunRecord } from '../api/e2espec.ts';
import { actionOf, type Matter, matterOf } from '../api/reasons.ts';
import type { Counts, Link } from '../api/verdict.ts';
import { oneLine } from '../text.ts';
import { type Command, commandsOf } from './commands.ts';
import { decisive, recordOf } from './entry.ts';
import { linksOf, webAddress } from './links.ts';
import type { Row } from './row.ts';
import { type Clock, rowOf, worstFirst } from './rows.ts';
import { type Rollout, subjectsOf, type Test } from './subject.ts';

export interface Detail {
  namespace: string;
  name: string;
  /** One for each Canary that the test was run for, worst first. */
  parts: Part[];
}

export interface Part {
  row: Row;
  /** The row's, which is cut, as a whole. */
  message: string;
  /** What to do, from the table of reasons. */
  action?: string;
  commands: Command[];
  /** Newest first. */
  runs: Run[];
}

export interface Run {
  verdict: RunRecord['verdict'];
  reason?: string;
  matter?: Matter;
  message: string;
  /** Of a run that a rollout has asked for. */
  checksum?: string;
  /** By which any other was asked for. */
  id?: string;
  attempt?: number;
  mode?: string;
  isFlaky: boolean;
  startedAt?: string;
  finishedAt?: string;
  durationSeconds?: number;
  counts?: Counts;
  job?: string;
  skip?: string;
  logUrl?: string;
  links: Link[];
}

export function detailOf(test: Test, rollouts: readonly Rollout[], clock: Clock): Detail {
  const parts = subjectsOf([test], rollouts).map((subject) => {
    const row = rowOf(subject, clock);
    const action = row.reason === undefined ? undefined : actionOf(row.reason);
    const isDone = row.state === 'ok' || row.state === 'never' || action === 'nothing';
    const entry = row.verdict === 'NotBegun' ? undefined : decisive(subject);
    const own = entry && recordOf(entry, subject);
    const logged = subject.runs.find(({ job }) => job !== undefined);
    return {
      row,
      message: row.state === 'failing' ? oneLine(own?.message ?? row.message, wholeMessage) : row.message,
      ...(action !== undefined && !isDone && { action }),
      commands: commandsOf({ row, rollout: subject.rollout, own, logged }),
      runs: subject.runs.map(runOf),
    };
  });
  return { namespace: test.namespace, name: test.name, parts: parts.sort((a, b) => worstFirst(a.row, b.row)) };
}

// Bytes: all that a record has of its message.
const wholeMessage = 4096;
const longestWord = 120;

function runOf(record: RunRecord): Run {
  const { verdict, reason, message = '', checksum, id, attempt, mode, counts, job, skip } = record;
  const { startedAt, finishedAt, durationSeconds } = record;
  const matter = reason === undefined ? undefined : matterOf(reason);
  const logUrl = webAddress(record.logUrl);
  const word = (text: string) => oneLine(text, longestWord);
  return {
    verdict,
    ...(reason !== undefined && { reason: word(reason) }),
    ...(matter !== undefined && { matter }),
    message: oneLine(message, wholeMessage),
    ...(id === undefined ? { checksum: word(checksum) } : { id: word(id) }),
    ...(attempt !== undefined && { attempt }),
    ...(mode !== undefined && { mode }),
    isFlaky: reason === 'PassedOnRetry',
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(counts && { counts }),
    ...(job !== undefined && { job: word(job) }),
    ...(skip !== undefined && { skip: oneLine(skip, longestWord) }),
    ...(logUrl !== undefined && { logUrl }),
    links: linksOf(record),
  };
}
