/**
 * What is the matter with a test: its newest verdict, what to do about it, what Flagger did, and what came before.
 */

import type { Canary } from '../../api/canary.ts';
import type { RunRecord } from '../../api/e2espec.ts';
import { actionOf, type Matter, matterOf } from '../../api/reasons.ts';
import type { Link } from '../../api/verdict.ts';
import { checksumOf } from '../../flagger/checksum.ts';
import { likelyWebhooks } from '../../flagger/webhooks.ts';
import { untoldInWords } from '../../run/untold.ts';
import { linksAsWords } from '../../text.ts';
import { gatingOf } from '../lint/gating.ts';
import { isByPersonAlone } from '../overview/by-person.ts';
import type { Row } from '../overview/rows.ts';
import type { Newest } from '../overview/runs.ts';
import { answerOf, awaitedBy, isStale } from '../overview/standing.ts';
import { unservedInWords } from '../rights/served.ts';
import { askedIn } from './by-hand.ts';
import { closedInWords, toOpen, waitsForPerson } from './gates.ts';

export interface Account {
  /** Absent where it has never run. */
  newest?: Newest;
  /** Of the revision that is rolled out now, or was last. */
  isOfRevision: boolean;
  message?: string;
  whatToDo?: string;
  whose?: string;
  /** What the verifier lacks. */
  rights?: string;
  flagger?: string;
  /** Which a person has to open, and why they are closed. */
  gates?: string;
  /** By a person, and not answered yet. */
  byHand?: string;
  /** What the gate does in a rollout. */
  gating?: string;
  /** Newest first. */
  history: RunRecord[];
  links: Link[];
  logUrl?: string;
}

export function accountOf(row: Row): Account {
  const { canary, runs: history, newest } = row;
  return {
    ...(newest && { newest }),
    isOfRevision: isOfRevision(row),
    ...wordsOf(newest, history),
    ...remedyOf(row, history),
    ...(canary && isStale(row) && untold(canary)),
    ...(row.unserved && { rights: unservedInWords(row.unserved) }),
    ...(canary && { flagger: flaggerDid(row, canary), gating: gatingIn(row, canary), ...askedIn(row, canary) }),
    ...(canary && closedInWords(canary)),
    history,
  };
}

/** The record's, which are longer, where it is the newest. */
function wordsOf(newest: Newest | undefined, [last]: RunRecord[]): Pick<Account, 'message' | 'links' | 'logUrl'> {
  const record = last?.verdict === newest?.verdict ? last : undefined;
  const message = record?.message ?? newest?.message;
  const logUrl = newest?.logUrl ?? record?.logUrl;
  return {
    ...(message && { message }),
    links: record?.links ?? [],
    ...(logUrl !== undefined && { logUrl }),
  };
}

function remedyOf(row: Row, [last]: RunRecord[]): Pick<Account, 'whatToDo' | 'whose'> {
  const reason = reasonFor(row);
  const opening = reason === 'NoGate' ? undefined : toOpen(row);
  if (opening !== undefined) return opening;
  const action = reason === undefined ? undefined : ownAction(reason);
  if (reason === undefined || action === undefined || action === 'nothing') return {};
  const { [matterOf(reason) ?? 'nobody']: whose } = people;
  return { whatToDo: plain(action, row.namespace, last), ...(whose !== undefined && { whose }) };
}

function untold({ metadata: { name, namespace } }: Canary): Pick<Account, 'message' | 'whatToDo'> {
  return {
    message: untoldInWords,
    whatToDo: `see the Canary's Events: kubectl describe canary ${name} -n ${namespace}. The next rollout, or a call of /post-rollout, closes the record`,
  };
}

function gatingIn({ spec }: Row, canary: Canary): string {
  return gatingOf(canary, likelyWebhooks(canary), () => spec?.spec.mode === 'Observe');
}

/** What is missing comes before what was said when it was there. */
function reasonFor(row: Row): string | undefined {
  const { canary, gate, e2eSpec, spec, newest } = row;
  if (isByPersonAlone(row)) return undefined;
  if (canary !== undefined && gate === undefined) return 'NoGate';
  if (e2eSpec !== undefined && spec === undefined) return 'SpecMissing';
  return newest?.reason;
}

const people: Record<Matter, string | undefined> = {
  nobody: undefined,
  test: 'whoever wrote the test',
  cluster: 'whoever runs the cluster',
  wiring: "whoever wired the Canary's webhooks",
  person: 'a person',
  schedule: 'whoever schedules it',
};

/** Where a row of the table leads to another, what stands there. */
function ownAction(reason: string): string | undefined {
  const action = actionOf(reason);
  const [, other = ''] = /^see ([A-Z]\w+)$/.exec(action ?? '') ?? [];
  return actionOf(other) ?? action;
}

/** As it reads beside a message: without Markdown, and with the name of the Job. */
function plain(action: string, namespace: string, last: RunRecord | undefined): string {
  const text = linksAsWords(action).replaceAll('`', '');
  return last?.job === undefined ? text : text.replaceAll('logs job/…', `logs -n ${namespace} job/${last.job}`);
}

/** In the words of its phase. */
function flaggerDid(row: Row, canary: Canary): string {
  const phase = canary.status?.phase;
  const revision = `checksum ${checksumOf(canary.status ?? {})}`;
  switch (phase) {
    case undefined:
    case 'Initializing':
    case 'Initialized':
      return `${phase ?? 'has not looked at it yet'}: no rollout has begun`;
    case 'Waiting':
      return `Waiting: a confirm-rollout hook has not said yes${awaitedBy(row) === 'cluster' ? waitsFor('cluster') : waitsForPerson(row)}`;
    case 'Progressing':
    case 'WaitingPromotion':
      return `${phase}: rolls out ${revision}${standing(row)}`;
    case 'Promoting':
    case 'Finalising':
      return `${phase}: is promoting ${revision}`;
    case 'Succeeded':
      return `Succeeded: ${revision} is promoted${isSkipped(row) ? ', without its test: users are on it' : ''}`;
    case 'Failed':
      return 'Failed: rolled back. Users have the revision that was promoted before';
    case 'Terminating':
    case 'Terminated':
      return `${phase}: the Canary is being deleted`;
  }
}

function isSkipped(row: Row): boolean {
  return row.newest?.verdict === 'Skipped' && isOfRevision(row);
}

function isOfRevision({ canary, newest }: Row): boolean {
  return canary === undefined || newest?.checksum === checksumOf(canary.status ?? {});
}

function standing(row: Row): string {
  const person = waitsForPerson(row);
  if (person !== '') return `${row.gate === undefined ? '' : '. Its test lets it go on'}${person}`;
  const answer = answerOf(row);
  const awaited = awaitedBy(row);
  const said = answer === undefined ? '' : `. At its next call the gate ${sentences[answer]}`;
  return awaited === undefined || awaited === 'Flagger' ? said : `${said}${waitsFor(awaited)}`;
}

const sentences = {
  'starts it': 'starts the test',
  'lets go': 'lets it go on',
  holds: 'holds it',
  refuses: 'refuses it, which counts as a failed check',
  'rolls back': 'does not pass, and /rollback ends the rollout',
} as const;

function waitsFor(awaited: string): string {
  if (awaited === 'its test') return '; it waits for its test to end';
  const who = Object.hasOwn(people, awaited) ? people[awaited as Matter] : undefined;
  return `; it waits for ${who ?? awaited}`;
}
