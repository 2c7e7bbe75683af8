/**
 * Runs the spec files below a folder with Node's own test runner, and hands the result over to the verifier.
 *
 *     node specs.mjs [FOLDER]    *.spec.* and *.test.* that end in .js .mjs .cjs .ts .mts or .cts; here by default
 *
 * `node --test` by itself is no gate: it ends with 0 where there is no file, where a file has no test or calls
 * process.exit(0), and it passes over the sub-folders of a mounted ConfigMap. Here each of them has failed.
 *
 * SPEC_TIMEOUT_MS    how long a test may take, and how long a file may say nothing: 60000
 * TERMINATION_LOG    the file that the result goes to: /dev/termination-log, in a container
 */
import { existsSync, readdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const folder = resolve(process.argv[2] ?? '.');
const timeout = Number(process.env.SPEC_TIMEOUT_MS || 60_000);
// Beyond it: what Node itself needs to begin and to end a file.
const grace = 5000;
// Kubernetes keeps 4096 bytes.
const largestResult = 4000;

const counts = { total: 0, passed: 0, failed: 0, skipped: 0 };
const failures = [];
const running = new Set();
let current = '';

function fail(name, message) {
  counts.total++;
  counts.failed++;
  const short = String(message).replaceAll(/\s+/g, ' ').trim();
  failures.push({ name: name.slice(0, 250), message: short.slice(0, 500) });
}

function handOver() {
  const kept = [...failures];
  while (Buffer.byteLength(JSON.stringify({ ...counts, failures: kept })) > largestResult) kept.pop();
  const file = process.env.TERMINATION_LOG ?? '/dev/termination-log';
  if (process.env.TERMINATION_LOG || existsSync(file)) {
    writeFileSync(file, JSON.stringify({ ...counts, failures: kept }));
  }
}

/** Follows links: a ConfigMap's files and folders are links into a hidden one. */
function specsBelow(path, above = []) {
  const real = realpathSync(path);
  if (above.includes(real)) throw new Error(`${relative(folder, path)} is a link that leads back to a folder above it`);
  return readdirSync(path)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .sort()
    .map((name) => join(path, name))
    .flatMap((each) => {
      if (statSync(each).isDirectory()) return specsBelow(each, [...above, real]);
      if (/\.(spec|test)\.[jt]sx$/.test(each)) throw new Error(`${relative(folder, each)}: Node runs no JSX`);
      return /\.(spec|test)\.[cm]?[jt]s$/.test(each) ? [each] : [];
    });
}

/** The tests of one file, and in the end what is wrong with the file itself. */
async function* eventsOf(file) {
  const seen = { stderr: '', diagnostic: '', tests: undefined, error: undefined, isSilent: false };
  for await (const event of eventsWhileItTalks(file, seen)) {
    if (!isOfFile(event, file)) yield event;
    note(event, seen);
  }
  const message = problemOf(seen);
  if (message === undefined) return;
  const error = Object.assign(new Error(message), { stack: message });
  const name = relative(folder, file);
  yield { type: 'test:fail', data: { name, nesting: 0, file: name, line: 1, column: 1, details: { error } } };
}

async function* eventsWhileItTalks(file, seen) {
  const silence = new AbortController();
  const end = () => {
    seen.isSilent = true;
    silence.abort();
  };
  // Links as they are, so that a stack trace names the files that people know.
  const execArgv = ['--test-force-exit', '--preserve-symlinks', '--preserve-symlinks-main'];
  let timer = setTimeout(end, timeout + grace);
  for await (const event of run({ files: [file], cwd: folder, timeout, signal: silence.signal, execArgv })) {
    clearTimeout(timer);
    timer = setTimeout(end, timeout + grace);
    yield event;
  }
  clearTimeout(timer);
}

function isOfFile({ type, data }, file) {
  if (type === 'test:diagnostic') return data.file === undefined;
  return type === 'test:summary' || (data.nesting === 0 && data.name === file);
}

function note({ type, data }, seen) {
  if (type === 'test:stderr') seen.stderr = (seen.stderr + data.message).slice(0, 10_000);
  if (type === 'test:diagnostic' && data.file !== undefined) seen.diagnostic = data.message;
  // Written by the file's own process, when all of its tests have ended.
  if (type === 'test:summary' && data.file !== undefined) seen.tests = data.counts.tests;
  if (type === 'test:fail' && isOfFile({ type, data }, data.file)) seen.error = data.details.error;
}

function problemOf({ stderr, diagnostic, tests, error, isSilent }) {
  if (isSilent) return `said nothing for ${timeout + grace} ms`;
  // Of a file that could not be loaded, the error is on stderr alone.
  if (error !== undefined) return /^\S*Error\b.*/m.exec(stderr)?.[0] ?? (diagnostic || endOf(error));
  if (tests === undefined) return 'ran no test to the end: it has none, or ends too early, as by process.exit()';
  return tests === 0 ? 'has no test' : undefined;
}

function endOf({ cause, message, exitCode, signal }) {
  if (signal) return `was killed by ${signal}`;
  return exitCode ? `ended with exit code ${exitCode}` : (cause?.message ?? message);
}

const above = [];

function count({ type, data }) {
  const { name, nesting = 0, details } = data;
  if (type === 'test:start') above[nesting] = name;
  const title = [...above.slice(0, nesting), name].join(' › ');
  if (type === 'test:dequeue') running.add(name);
  if (type === 'test:complete') running.delete(name);
  if (type !== 'test:pass' && type !== 'test:fail') return;
  const error = details?.error;
  // Of a suite: only what is wrong with itself, as a hook that throws.
  if (details?.type === 'suite' && (type === 'test:pass' || error?.failureType === 'subtestsFailed')) return;
  if (type === 'test:fail' && data.todo === undefined) return fail(title, error?.cause?.message ?? error?.message);
  counts.total++;
  if (data.skip === undefined && data.todo === undefined) counts.passed++;
  else counts.skipped++;
}

async function* events(files) {
  for (const file of files) {
    current = relative(folder, file);
    running.clear();
    yield { type: 'test:stdout', data: { message: `${current}\n` } };
    for await (const event of eventsOf(file)) {
      count(event);
      yield event;
    }
  }
}

function stop(signal, status) {
  process.once(signal, () => {
    fail([...running].join(', ') || current, `still ran when it was stopped by ${signal}`);
    handOver();
    process.exit(status);
  });
}

function specFiles() {
  if (!(timeout > 0)) throw new Error(`SPEC_TIMEOUT_MS is ${process.env.SPEC_TIMEOUT_MS}, and must be a number`);
  const files = specsBelow(folder);
  if (files.length > 0) return files;
  throw new Error(`no spec file in ${folder}: name one as ${basename(folder)}.spec.js or ${basename(folder)}.test.ts`);
}

// First of all, so that whatever ends this process early is no pass.
handOver();
stop('SIGTERM', 143);
stop('SIGINT', 130);
process.exitCode = 1;
try {
  const files = specFiles();
  process.stdout.write(`${files.length} spec ${files.length === 1 ? 'file' : 'files'} in ${folder}\n`);
  Readable.from(events(files))
    .compose(new spec())
    .on('end', () => {
      handOver();
      process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
      process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
    })
    .pipe(process.stdout, { end: false });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
}
