/**
 * Runs one suite of examples/platform outside of a cluster, as a process on this machine.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../documents.ts';
import { folder, type SuiteName } from './suites.ts';

export interface Ran {
  status: number | null;
  output: string;
  /** As it was handed over. */
  result: { total: number; passed: number; failed: number; skipped: number; failures: Failure[] };
  /** In their order, without the name of the suite. */
  steps: { sentence: string; how: 'passed' | 'failed' | 'skipped' | 'inconclusive'; why: string }[];
}

interface Failure {
  name: string;
  message?: string;
}

interface Options {
  suite: SuiteName;
  url: string;
  /** Without it an administrator's. */
  token?: string;
  env?: Record<string, string>;
  /** When it comes true, the suite and its runner are killed. */
  killedWhen?: () => Promise<unknown>;
}

const marks = { '✔': 'passed', '✖': 'failed', '-': 'skipped', '?': 'inconclusive' } as const;

export async function runSuite({ suite, url, token, env = {}, killedWhen }: Options): Promise<Ran> {
  const home = mkdtempSync(join(tmpdir(), 'platform-'));
  try {
    if (token !== undefined) writeFileSync(join(home, 'token'), token);
    const log = join(home, 'result');
    const specs = [join(root, 'examples/specs/runtime/specs.mjs'), join(folder, 'specs'), `${suite}.spec.ts`];
    const own = { API_URL: url, ACCOUNT_FOLDER: home, TERMINATION_LOG: log, TEST_TIMEOUT_SECONDS: '2' };
    const child = spawn(process.execPath, specs, {
      env: { PATH: process.env['PATH'], STATSD_HOST: '127.0.0.1', ...own, ...env },
      // A group of its own: the runner and the process of the spec file.
      detached: killedWhen !== undefined,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += String(part)));
    killedWhen?.().then(() => process.kill(-(child.pid ?? 0), 'SIGKILL'));
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { status, output, result: JSON.parse(readFileSync(log, 'utf8')), steps: stepsIn(output, suite) };
  } finally {
    rmSync(home, { recursive: true });
  }
}

function stepsIn(output: string, suite: SuiteName): Ran['steps'] {
  const line = new RegExp(`^([✔✖?-]) ${suite} › (.*?)(?: \\(\\d+ ms\\)| \\(skipped: (.*)\\))?$`, 'gm');
  return [...output.matchAll(line)].map(([, mark = '', sentence = '', why = '']) => ({
    sentence,
    how: marks[mark as keyof typeof marks],
    why,
  }));
}
