/**
 * Runs one suite of examples/platform outside of a cluster, as a process on this machine.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { compileCache } from '../compile-cache.ts';
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

/** By the runner of spec files, as in a pod. */
export async function runSuite(options: Options): Promise<Ran> {
  const { suite } = options;
  const specs = [join(root, 'examples/specs/runtime/specs.mjs'), join(folder, 'specs'), `${suite}.spec.ts`];
  const { status, output, handedOver } = await runNode(specs, options);
  return { status, output, result: JSON.parse(handedOver), steps: stepsIn(output, suite) };
}

export interface Told {
  status: number | null;
  output: string;
  /** Of the steps that failed. */
  failures: string[];
  /** Why steps were skipped. */
  skips: string[];
}

/** Without that runner, whose process takes as long again: what the steps say by themselves. */
export async function runSteps(options: Options): Promise<Told> {
  const reporter = `data:text/javascript,${encodeURIComponent(`export default ${jsonLines}`)}`;
  const specs = [`--test-reporter=${reporter}`, join(folder, 'specs', `${options.suite}.spec.ts`)];
  const { status, output } = await runNode(specs, options);
  const events = [...output.matchAll(/^\{.*\}$/gm)].map(
    ([line]) => JSON.parse(line) as Partial<Record<string, string>>,
  );
  const all = (what: string) => events.flatMap((event) => event[what] ?? []);
  return { status, output, failures: all('failure'), skips: all('skip') };
}

async function* jsonLines(events: AsyncIterable<TestEvent>) {
  for await (const { type, data } of events) {
    const { error } = (data as { details?: { error?: Error } }).details ?? {};
    const { skip } = data as { skip?: unknown };
    const failure = type === 'test:fail' ? ((error?.cause as Error | undefined)?.message ?? error?.message) : undefined;
    if (failure !== undefined || typeof skip === 'string') yield `${JSON.stringify({ failure, skip })}\n`;
  }
}

async function runNode(args: string[], { url, token, env = {}, killedWhen }: Options) {
  const home = mkdtempSync(join(tmpdir(), 'platform-'));
  try {
    if (token !== undefined) writeFileSync(join(home, 'token'), token);
    const log = join(home, 'result');
    const own = { API_URL: url, ACCOUNT_FOLDER: home, TERMINATION_LOG: log, TEST_TIMEOUT_SECONDS: '2' };
    // Half of what a suite takes is what strips the types from its files.
    const compiled = { NODE_COMPILE_CACHE: compileCache };
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env['PATH'], ...compiled, STATSD_HOST: '127.0.0.1', ...own, ...env },
      // A group of its own: the runner and the process of the spec file.
      detached: killedWhen !== undefined,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += String(part)));
    killedWhen?.().then(() => process.kill(-(child.pid ?? 0), 'SIGKILL'));
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { status, output, handedOver: existsSync(log) ? readFileSync(log, 'utf8') : '' };
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
