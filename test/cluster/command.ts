/**
 * Runs one command to its end: its output, or an error that carries the command line and its last words.
 * Output may go to a log file instead, which the error then names.
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

export interface CommandOptions {
  input?: string | Buffer;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  log?: string;
}

export function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env });
    const output: Buffer[] = [];
    const words: Buffer[] = [];
    const { log } = options;
    child.stdout.on('data', (chunk: Buffer) => (log === undefined ? output.push(chunk) : appendFileSync(log, chunk)));
    child.stderr.on('data', (chunk: Buffer) => (log === undefined ? words.push(chunk) : appendFileSync(log, chunk)));
    child.on('error', reject);
    child.stdin.on('error', () => undefined); // a command that ends without reading its input tells why by its exit code
    child.stdin.end(options.input ?? '');
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(output).toString());
      else reject(new Error(failure(`${program} ${args.join(' ')}`, code ?? signal, words, log)));
    });
  });
}

function failure(command: string, end: number | string | null, words: Buffer[], log: string | undefined): string {
  const said = log === undefined ? Buffer.concat(words).toString().trim().slice(-2000) : `see ${log}`;
  return `"${command.slice(0, 300)}" ended with ${end}: ${said}`;
}
