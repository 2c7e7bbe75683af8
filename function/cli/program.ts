/**
 * The command line as commander is told: its commands, how wide its help is, and how it ends.
 */
import { Command, CommanderError } from 'commander';
import { oneLine } from '../text.ts';
import { addRerun } from './byhand/rerun.ts';
import { addSkip } from './byhand/skip.ts';
import { type Status, statuses } from './exit.ts';
import { addGate } from './gate.ts';
import { addLint } from './lint/lint.ts';
import { addList, listFirst } from './list/list.ts';
import { addLogs } from './logs/logs.ts';
import { CannotRun, UsageError } from './problem.ts';
import { addRun } from './run/run.ts';
import { addRender } from './specs/render.ts';
import { addTest } from './specs/test.ts';
import { widthOf } from './terminal.ts';
import { version } from './version.ts';
import { addWhy } from './why/why.ts';
import { addWire } from './wire/wire.ts';

/** `name`: as the person calls it, `k8s-e2e-verifier` or `kubectl e2e`. */
export async function runProgram(name: string, args: readonly string[]): Promise<void> {
  const program = programOf(name);
  try {
    if (args.length === 0) process.exitCode = await listFirst(name);
    else await program.parseAsync(withCommand(program, args), { from: 'user' });
  } catch (error) {
    const [first] = withCommand(program, args);
    const command = program.commands.find((each) => each.name() === first);
    const hint = command === undefined ? `${name} --help says more` : `${name} ${command.name()} --help has examples`;
    process.exitCode = statusOf(error, hint);
  }
}

/** Options alone are those of `list`. */
function withCommand({ commands }: Command, args: readonly string[]): readonly string[] {
  const [first = ''] = args;
  const isOwn = !first.startsWith('-') || ownOptions.includes(first);
  return isOwn || commands.some((each) => args.includes(each.name())) ? args : ['list', ...args];
}

const ownOptions: readonly string[] = ['-h', '--help', '--version'];

function programOf(name: string): Command {
  const program = new Command(name)
    .description('End-to-end tests that gate the rollouts of Flagger.')
    .usage('COMMAND')
    .exitOverride()
    .configureOutput({
      getOutHelpWidth: () => widthOf(process.stdout),
      getErrHelpWidth: () => widthOf(process.stderr),
      outputError: (message, write) => write(`${oneLine(message.replace(/^error: /, '').replace('\n(', ' ('))}\n`),
    })
    .version(version, '--version', 'says which version this is')
    .helpCommand('help [command]', 'explains a command')
    .helpOption('-h, --help', 'explains this');
  const added = [addList, addRun, addTest, addRender, addWhy, addLogs, addRerun, addSkip, addGate, addWire, addLint];
  for (const add of added) add(program);
  return program;
}

function statusOf(error: unknown, hint: string): Status {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return statuses.passed;
    process.stderr.write(`${hint}\n`);
    return statuses.usage;
  }
  if (error instanceof UsageError) {
    process.stderr.write(`${oneLine(error.message)}\n${hint}\n`);
    return statuses.usage;
  }
  if (error instanceof CannotRun) {
    process.stderr.write(`error: ${oneLine(error.message)}\n`);
    return statuses.couldNotRun;
  }
  // Not 1, which is a finding.
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return statuses.couldNotRun;
}
