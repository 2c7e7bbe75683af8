/**
 * `list`: the tests of a namespace, and for whom their rollouts wait.
 */
import type { Command } from 'commander';
import { oneLine } from '../../text.ts';
import { exitsWith, type Status, statuses } from '../exit.ts';
import {
  type ClusterOptions,
  choiceOf,
  type NamespaceOption,
  type OutputOption,
  withCluster,
  withNamespace,
  withOutput,
} from '../options.ts';
import { type Found, readOverview, withRights } from '../overview/read.ts';
import { UsageError } from '../problem.ts';
import { commandFor, type Unserved, unservedInWords } from '../rights/served.ts';
import { inCluster } from '../session.ts';
import { print, printJson, showsColours, widthOf } from '../terminal.ts';
import { linesOf, listed } from './lines.ts';

const examples = (program: string) => `
Examples:
  ${program} list                 of the namespace of the current context
  ${program} list -n shop
  ${program} list -A -o json      of all namespaces, for a program

ANSWERS is what the gate answers Flagger at its next call, while a rollout goes on. WAITS FOR: its
test, until it ends; or whose turn it is.

Exit status: 0; 2 it cannot be read; 64 wrong arguments.`;

/** What follows the list of who has named no command. */
const first = (program: string) => [
  '',
  `${program} why NAME            what is the matter with one, and what to do`,
  `${program} lint -n NAMESPACE   which Canaries do not wait for their tests`,
  `${program} --help              all commands`,
];

interface Asked extends ClusterOptions, NamespaceOption, OutputOption {
  allNamespaces?: true;
}

export function addList(program: Command): void {
  const command = program
    .command('list')
    .summary('shows the tests of a namespace, what they say, and for whom their rollouts wait')
    .description('Shows the test of each gate of each Canary, and the E2ESpecs that no Canary calls.')
    .option('-A, --all-namespaces', 'the whole cluster');
  withOutput(withCluster(withNamespace(command)))
    .addHelpText('after', examples(program.name()))
    .action(exitsWith((asked: Asked) => list(asked)));
}

/** Where no command is named. */
export async function listFirst(program: string): Promise<Status> {
  const status = await list({ output: 'text' });
  print(first(program));
  return status;
}

async function list(asked: Asked): Promise<Status> {
  if (asked.allNamespaces && asked.namespace !== undefined) throw new UsageError('-n and -A exclude each other');
  return inCluster(choiceOf(asked), async (session) => {
    const namespace = asked.allNamespaces ? null : (asked.namespace ?? session.namespace);
    show(await withRights(await readOverview(session, namespace), namespace, session), namespace, asked);
    return statuses.passed;
  });
}

function show(found: Found & { unserved: Unserved[] }, namespace: string | null, asked: Asked): void {
  const now = new Date();
  const { rows, others } = found;
  const unserved = found.unserved.map((each) => ({
    namespace: each.namespace,
    message: unservedInWords(each),
    command: commandFor(each, asked),
  }));
  if (asked.output === 'json') {
    const names = others.map(({ metadata }) => ({ namespace: metadata.namespace, name: metadata.name }));
    printJson({ tests: rows.map((row) => listed(row)), others: names, unserved });
    return;
  }
  const { stdout } = process;
  const screen = { isColoured: showsColours(stdout), width: widthOf(stdout), isTerminal: stdout.isTTY };
  print(linesOf(found, namespace, now, screen));
  print(unserved.map(({ message, command }) => oneLine(`${message}. ${command}`)));
}
