/**
 * The account of a test as lines for a terminal.
 */
import { isTrouble } from '../../api/reasons.ts';
import { runPath } from '../../flagger/hooks.ts';
import { oneLine } from '../../text.ts';
import { age, duration, fields, widest, wrapped } from '../layout.ts';
import { isByPersonAlone, namesOf, personsGates } from '../overview/by-person.ts';
import { pendingOf } from '../overview/pending.ts';
import type { Row } from '../overview/rows.ts';
import type { Newest } from '../overview/runs.ts';
import { isGoingOn, isStale } from '../overview/standing.ts';
import { inColour } from '../terminal.ts';
import type { Account } from './account.ts';

export function accountLines(row: Row, account: Account, now: Date, isColoured: boolean, width = widest): string[] {
  const { newest, isOfRevision, message, whatToDo, whose, rights, flagger } = account;
  const { gates, byHand, gating, history, links, logUrl } = account;
  const verdict = newest === undefined ? 'has not run yet' : verdictLine(row, newest, isOfRevision, now);
  const entries: [string, string | undefined][] = [
    ['verdict', isByPersonAlone(row) ? undefined : verdict],
    ['message', message],
    ['what to do', whatToDo && `${whose === undefined ? '' : `${whose}: `}${whatToDo}`],
    ['rights', rights],
    ['Flagger', flagger],
    ['gates', gates],
    ['by hand', byHand],
    ['wiring', gating],
    ['history', history.length === 0 ? undefined : historyLine(account, now)],
    ['log', logUrl],
    ...links.map(({ name, url }): [string, string] => [oneLine(name, longestLabel), url]),
  ];
  const [first = '', ...others] = fields(
    entries.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const])),
    width,
  );
  const word = newest?.verdict ?? '';
  return [...wrapped(titleOf(row), width), first.replace(word, () => inColour(word, isColoured)), ...others];
}

// Bytes: what a test calls its links.
const longestLabel = 20;

export function titleOf({ namespace, canary, gate, e2eSpec, spec, isOnRequest }: Row): string {
  if (isOnRequest) return oneLine(`${namespace}/${e2eSpec}: E2ESpec ${e2eSpec}, run on request (${runPath})`);
  if (canary === undefined) return oneLine(`${namespace}/${e2eSpec}: an E2ESpec that no Canary calls`);
  const title = `${namespace}/${canary.metadata.name}`;
  if (gate === undefined) {
    const byPerson = namesOf(personsGates(canary));
    const what = byPerson === '' ? 'the verifier' : `a test; a person opens: ${byPerson}`;
    return oneLine(`${title}: a Canary that calls no gate of ${what}`);
  }
  const test = `${spec === undefined ? 'no ' : ''}E2ESpec ${e2eSpec}`;
  return oneLine(`${title}: ${test}, requested by webhook ${gate.name} (${gate.webhook.path})`);
}

function verdictLine(row: Row, newest: Newest, isOfRevision: boolean, now: Date): string {
  const { verdict, reason, time, durationSeconds, checksum, trigger, id } = newest;
  const since = age(time, now);
  const said = reason === verdict || reason === '' ? verdict : `${verdict}: ${reason}`;
  const parts = [
    isStale(row) ? `Stale, last: ${said}` : said,
    since === undefined ? [] : verdict === 'Running' ? `for ${since}` : `${since} ago`,
    durationSeconds === undefined ? [] : `took ${duration(durationSeconds)}`,
    trigger !== 'request' || row.isOnRequest ? [] : `trigger ${trigger}`,
    id === undefined ? [] : `id ${id}`,
    checksum === undefined ? [] : `checksum ${checksum}${isOfRevision ? '' : ', which is not the newest revision'}`,
  ];
  return oneLine(parts.flat().join(', '));
}

const mostShown = 10;

function historyLine({ history }: Account, now: Date): string {
  const shown = history.slice(0, mostShown).map(({ verdict, finishedAt, startedAt }) => {
    return `${verdict} ${age(finishedAt ?? startedAt, now) ?? ''}`.trimEnd();
  });
  return shown.join(', ');
}

/** What may be asked next, as arguments of the command line. `isMeant`: whether its newest run is what the name alone means. */
export function nextFor(row: Row, account: Account, isMeant = true): string[] {
  const next = nextOnRecord(row, account, isMeant);
  const withoutRequests = next.filter((each) => !/^(skip|rerun) /.test(each));
  if (row.unserved !== undefined) return withoutRequests;
  if (row.canary === undefined || !isGoingOn(row.canary) || pendingOf(row)?.kind !== 'skip') return next;
  return [...withoutRequests, `rerun ${nameOf(row)}`];
}

/** Which revision is tested by what may be asked next, where that is not the one that is told of. */
export function noteOn(next: string, rows: readonly Row[]): string | undefined {
  if (!next.startsWith('run ')) return undefined;
  const canaries = rows.flatMap(({ canary }) => canary ?? []);
  if (canaries.some(isGoingOn)) return 'tests what is live, not the new revision';
  const hasFailed = canaries.some(({ status }) => status?.phase === 'Failed');
  return hasFailed ? 'tests what is live; a new rollout tests the failed revision again' : undefined;
}

function nameOf({ canary, e2eSpec = '' }: Row): string {
  return canary?.metadata.name ?? e2eSpec;
}

/** `usual`: while its rollout goes on. */
function whileRunning(row: Row, log: string, usual: string[]): string[] {
  return isStale(row) ? [`${log} -f`, `run ${row.e2eSpec}`] : usual;
}

function nextOnRecord(row: Row, { newest, history }: Account, isMeant: boolean): string[] {
  const { canary, gate, e2eSpec, spec } = row;
  const name = nameOf(row);
  const skip = `skip ${name} --reason WHY`;
  if (isByPersonAlone(row)) return [`gate list ${name}`];
  if (spec === undefined || (canary !== undefined && gate === undefined)) return ['lint', `wire ${name}`];
  const job = history.find(({ verdict }) => verdict !== 'PromotedUnverified')?.job;
  const log = isMeant || job === undefined ? `logs ${name}` : `logs ${name} --run ${job}`;
  if (newest?.verdict === 'Running') return whileRunning(row, log, isTrouble(newest.reason) ? [skip] : [`${log} -f`]);
  const logs = job === undefined ? [] : [log];
  if (newest?.verdict === 'PromotedUnverified') return ['lint', ...logs, `run ${e2eSpec}`];
  if (canary === undefined || !isGoingOn(canary)) return [...logs, `run ${e2eSpec}`];
  const isPass = newest?.verdict === 'Passed' || newest?.verdict === 'Skipped';
  return isPass ? logs : [...logs, `rerun ${name}`, skip];
}
