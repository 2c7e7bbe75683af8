/**
 * `why`: what is the matter with a test, and what to do.
 */
import type { Command } from 'commander';
import { exitsWith, type Status, statuses } from '../exit.ts';
import { listed } from '../list/lines.ts';
import {
  type ClusterOptions,
  choiceOf,
  flagsOf,
  type NamespaceOption,
  type OutputOption,
  readName,
  withCluster,
  withNamespace,
  withOutput,
} from '../options.ts';
import { openingsFor } from '../overview/by-person.ts';
import { findRows } from '../overview/find.ts';
import { readOverview, withRights } from '../overview/read.ts';
import type { Row } from '../overview/rows.ts';
import { isGoingOn } from '../overview/standing.ts';
import { commandFor } from '../rights/served.ts';
import { inCluster } from '../session.ts';
import { print, printJson, showsColours, widthOf } from '../terminal.ts';
import { type Account, accountOf } from './account.ts';
import { accountLines, nextFor, noteOn } from './lines.ts';

const examples = (program: string) => `
Examples:
  ${program} why podinfo                the tests of the Canary podinfo, or else the E2ESpec
  ${program} why podinfo -n shop
  ${program} why podinfo -o json

Exit status: 0 it could tell, whatever the test says; 2 it could not; 64 wrong arguments.`;

type Asked = ClusterOptions & NamespaceOption & OutputOption;

export function addWhy(program: Command): void {
  const command = program
    .command('why')
    .summary('says what is the matter with a test, and what to do')
    .description('Says what a test came to, why, what to do about it, what Flagger did, and what came before.')
    .argument('NAME', 'of a Canary, or of an E2ESpec', readName);
  withOutput(withCluster(withNamespace(command)))
    .addHelpText('after', examples(program.name()))
    .action(exitsWith((name: string, asked: Asked) => why(program.name(), name, asked)));
}

async function why(program: string, name: string, asked: Asked): Promise<Status> {
  return inCluster(choiceOf(asked), async (session) => {
    const namespace = asked.namespace ?? session.namespace;
    const found = await withRights(await readOverview(session, namespace), namespace, session);
    const rows = findRows(name, namespace, found);
    const told = rows.map((row) => ({ row, account: accountOf(row) }));
    const following = told.flatMap(({ row, account }, index) => nextFor(row, account, index === 0));
    const next = [...new Set([...rows.flatMap(openingsFor), ...following])];
    const mending = [...new Set(rows.flatMap(({ unserved }) => (unserved ? commandFor(unserved, asked) : [])))];
    if (asked.output === 'json') printJson({ tests: told.map((each) => toJson(each, mending)), next });
    else {
      const flags = flagsOf({ ...asked, namespace });
      const lines = next.flatMap((each) => noted(`${program} ${each}${flags}`, noteOn(each, rows)));
      const commands = [...mending, ...lines];
      show(told, commands.length > 0 ? commands : watching(rows, flags));
    }
    return statuses.passed;
  });
}

/** On a line of its own: behind the command, zsh would take a comment for operands. */
function noted(command: string, note: string | undefined): string[] {
  return note === undefined ? [command] : [command, `  ${note}`];
}

/** What is left to do of a rollout whose gates let it go on. */
function watching(rows: readonly Row[], flags: string): string[] {
  const names = rows.flatMap(({ canary }) => (canary && isGoingOn(canary) ? canary.metadata.name : []));
  return [...new Set(names)].map((name) => `kubectl get canary ${name}${flags} -w`);
}

interface Told {
  row: Row;
  account: Account;
}

function show(told: Told[], next: string[]): void {
  const now = new Date();
  const isColoured = showsColours(process.stdout);
  for (const { row, account } of told)
    print([...accountLines(row, account, now, isColoured, widthOf(process.stdout)), '']);
  if (next.length > 0) print(['Next:', ...next.map((each) => `  ${each}`)]);
}

/** The shape stands in docs/command-line.md. */
function toJson({ row, account }: Told, mending: readonly string[]): object {
  const { message, whatToDo, whose, flagger, gates, byHand, gating, history, links } = account;
  const rights = account.rights && [account.rights, ...mending].join('. ');
  return { ...listed(row), message, whatToDo, whose, rights, flagger, gates, byHand, gating, history, links };
}
