#!/usr/bin/env node
/**
 * `npx k8s-e2e-verifier COMMAND`: the command line. As `kubectl-e2e` on the PATH it is `kubectl e2e COMMAND`.
 */
import { basename } from 'node:path';
import { oneLine } from '../text.ts';
import { lintSummary, runLint } from './lint.ts';
import { UsageError } from './problem.ts';

interface Command {
  summary: string;
  /** The exit status. Throws UsageError. */
  run(args: string[], program: string): Promise<number>;
}

const commands: Record<string, Command> = {
  lint: { summary: lintSummary, run: runLint },
};

// https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
const isPlugin = basename(process.argv[1] ?? '').startsWith('kubectl-');
const program = isPlugin ? 'kubectl e2e' : 'k8s-e2e-verifier';

// https://man.freebsd.org/cgi/man.cgi?query=sysexits EX_USAGE
const wrongUsage = 64;
const failed = 2;

// Whoever reads has read enough, as head.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined) return refuse('say which command', usage());
  if (name === '-h' || name === '--help' || name === 'help') {
    process.stdout.write(`${usage()}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) return refuse(`there is no command ${name}`, usage());
  try {
    return await command.run(args, program);
  } catch (error) {
    if (error instanceof UsageError) return refuse(error.message, `${program} ${name} --help has examples`);
    // Not 1, which is a finding.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return failed;
  }
}

function usage(): string {
  const all = Object.entries(commands).map(([name, { summary }]) => `  ${name}   ${summary}`);
  return [`usage: ${program} COMMAND`, ...all, `${program} COMMAND --help says more`].join('\n');
}

function refuse(message: string, hint: string): number {
  process.stderr.write(`${oneLine(message)}\n${hint}\n`);
  return wrongUsage;
}
