/**
 * Runs the spec files below a folder with Node's own test runner, and hands the result over to the verifier.
 *
 *     node specs.mjs [FOLDER [FILE...]]    *.spec.* and *.test.* that end in .js .mjs .cjs .ts .mts or .cts
 *
 * `node --test` by itself is no gate: it ends with 0 where there is no file, where a file has no test or calls
 * process.exit(0), and, with --test-force-exit, before the tests behind a top-level await; it passes over the sub-folders
 * of a mounted ConfigMap. Here each of them has failed.
 *
 * A test that throws `new Error('inconclusive: WHY')` says that nothing can be judged, as where what it tests is not there. If
 * no other has failed, the result that is handed over has no test and these words, so that the verdict is inconclusive.
 *
 * SPEC_TIMEOUT_MS    how long a test may take, and how long a file may say nothing: 60000
 * TERMINATION_LOG    the file that the result goes to: /dev/termination-log, in a container
 */
import { existsSync, readdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';

const itself = fileURLToPath(import.meta.url);
const timeout = Number(process.env.SPEC_TIMEOUT_MS || 60_000);
// Milliseconds beyond it: what Node itself needs to begin and to end a file.
const grace = 5000;
// Milliseconds that a file is left when its tests have ended and something keeps it open, as a server.
const idle = 1000;
// Kubernetes keeps 4096 bytes.
const largestResult = 4000;

const counts = { total: 0, passed: 0, failed: 0, skipped: 0 };
const failures = [];
/** Files, in which something failed. */
const failedIn = new Set();
/** Why nothing can be judged. */
const doubts = [];
const doubtful = /^inconclusive: /;
/** What runs now: a file, and tests by their names. */
const now = { file: '', tests: new Set() };

function say(text) {
  process.stdout.write(`${text}\n`);
}

function fail(name, error) {
  const message = String(error?.message ?? error)
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (doubtful.test(message)) {
    doubts.push(message.replace(doubtful, '').slice(0, 500));
    return say(`? ${name}\n    ${message}`);
  }
  counts.total++;
  counts.failed++;
  failedIn.add(now.file);
  failures.push({ name: name.slice(0, 250), message: message.slice(0, 500) });
  const shown = typeof error === 'string' ? error : inspect(error);
  say(`✖ ${name}\n${shown.slice(0, 4000).replaceAll(/^/gm, '    ')}`);
}

/** Whether there was somewhere to hand it over. */
function handOver({ isInconclusive = false } = {}) {
  const counted = isInconclusive ? { total: 0, passed: 0, failed: 0, skipped: 0 } : counts;
  const kept = isInconclusive ? doubts.map((name) => ({ name })) : [...failures];
  while (Buffer.byteLength(JSON.stringify({ ...counted, failures: kept })) > largestResult) kept.pop();
  const file = process.env.TERMINATION_LOG ?? '/dev/termination-log';
  if (!process.env.TERMINATION_LOG && !existsSync(file)) return false;
  writeFileSync(file, JSON.stringify({ ...counted, failures: kept }));
  return true;
}

/** Follows links: a ConfigMap's files and folders are links into a hidden one. */
function specsBelow(folder, path = folder, above = []) {
  const real = realpathSync(path);
  const shown = (each) => relative(folder, each);
  if (above.includes(real)) throw new Error(`${shown(path)} is a link that leads back to a folder above it`);
  return readdirSync(path)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .sort()
    .map((name) => join(path, name))
    .flatMap((each) => {
      if (statSync(each).isDirectory()) return specsBelow(folder, each, [...above, real]);
      if (/\.(spec|test)\.[jt]sx$/.test(each)) throw new Error(`${shown(each)}: Node runs no JSX`);
      return /\.(spec|test)\.[cm]?[jt]s$/.test(each) ? [shown(each)] : [];
    });
}

function filesToRun(folder, only) {
  if (!(timeout > 0)) throw new Error(`SPEC_TIMEOUT_MS is ${process.env.SPEC_TIMEOUT_MS}, and must be a number`);
  const files = specsBelow(folder);
  const missing = only.find((name) => !files.includes(name));
  if (missing !== undefined) throw new Error(`no spec file ${missing} in ${folder}`);
  if (files.length > 0) return only.length > 0 ? only : files;
  const name = basename(folder);
  throw new Error(`no spec file in ${folder}: name one as ${name}.spec.js or ${name}.test.ts`);
}

/** A process of its own, in which this very file loads the spec (`loadSpec`). */
async function runFile(folder, file) {
  const end = new AbortController();
  const seen = {
    isLoaded: false,
    open: 0,
    tests: 0,
    hasEnded: false,
    isSilent: false,
    stderr: '',
    told: '',
    error: undefined,
  };
  const giveUp = () => {
    seen.isSilent = !isIdle(seen);
    end.abort();
  };
  const wait = () => setTimeout(giveUp, isIdle(seen) ? idle : timeout + grace);
  // Links as they are, so that a stack trace names the files that people know.
  const execArgv = ['--preserve-symlinks', '--preserve-symlinks-main'];
  const options = {
    files: [itself],
    cwd: folder,
    timeout,
    signal: end.signal,
    execArgv,
    argv: [loading, join(folder, file)],
  };
  let timer = wait();
  for await (const { type, data } of run(options)) {
    note(type, data, seen);
    clearTimeout(timer);
    timer = wait();
  }
  clearTimeout(timer);
  const problem = problemOf(seen);
  if (problem !== undefined) fail(file, problem);
}

function isIdle({ isLoaded, open, tests }) {
  return isLoaded && open === 0 && tests > 0;
}

const above = [];

function note(type, data, seen) {
  const { name, nesting, details, message, file } = data;
  // Node's own word for the process of a file, which is this one's for all.
  if (nesting === 0 && name === itself) {
    if (type === 'test:fail') seen.error = details.error;
    return;
  }
  const title = [...above.slice(0, nesting), name].join(' › ');
  switch (type) {
    case 'test:stdout':
      if (message.includes(loaded)) seen.isLoaded = true;
      return process.stdout.write(message.replace(loaded, ''));
    case 'test:stderr':
      seen.stderr = (seen.stderr + message).slice(0, 10_000);
      return process.stderr.write(message);
    case 'test:diagnostic':
      if (file !== undefined) seen.told = message;
      return;
    case 'test:enqueue':
      return seen.open++;
    case 'test:complete':
      now.tests.delete(name);
      return seen.open--;
    case 'test:dequeue':
      return now.tests.add(name);
    case 'test:start':
      above[nesting] = name;
      return;
    // Written by the file's process when it ends by itself.
    case 'test:summary':
      seen.hasEnded ||= file !== undefined;
      return;
    case 'test:pass':
    case 'test:fail':
      if (details.type !== 'suite') seen.tests++;
      return count(type, title, data);
  }
}

function count(type, title, { details: { type: kind, error, duration_ms: took }, skip, todo }) {
  // Of a suite: only what is wrong with itself, as a hook that throws.
  if (kind === 'suite' && (type === 'test:pass' || error.failureType === 'subtestsFailed')) return;
  if (type === 'test:fail' && todo === undefined) return fail(title, error.cause ?? error);
  counts.total++;
  if (skip === undefined && todo === undefined) {
    counts.passed++;
    say(`✔ ${title} (${Math.round(took)} ms)`);
  } else {
    counts.skipped++;
    const why = typeof skip === 'string' && skip !== '' ? `: ${skip}` : '';
    say(`- ${title} (${skip === undefined ? 'to be done' : `skipped${why}`})`);
  }
}

/** What is wrong with a file, besides its tests. */
function problemOf(seen) {
  const { isSilent, stderr, told, error, tests, hasEnded } = seen;
  if (isSilent) return `said nothing for ${timeout + grace} ms`;
  // Its tests have ended, and it was ended.
  if (error?.failureType === 'testAborted') return undefined;
  // Of a file that could not be loaded, the error is on stderr alone.
  if (error !== undefined) return /^\S*Error\b.*/m.exec(stderr)?.[0] ?? (told || endOf(error));
  if (!hasEnded) return 'ran no test to the end: it has none, or ends too early, as by process.exit()';
  return tests === 0 ? 'has no test' : undefined;
}

function endOf({ cause, message, exitCode, signal }) {
  if (signal) return `was killed by ${signal}`;
  return exitCode ? `ended with exit code ${exitCode}` : String(cause?.message ?? message);
}

function stop(signal, status) {
  process.once(signal, () => {
    fail([...now.tests].join(', ') || now.file, `still ran when it was stopped by ${signal}`);
    handOver();
    process.exit(status);
  });
}

const loading = '--load';
const loaded = '\u0000loaded\u0000';

/** Tests that it defines behind a top-level await are known when it is loaded, and not before. */
async function loadSpec(file) {
  await import(pathToFileURL(file));
  process.stdout.write(loaded);
}

async function runAll([where = '.', ...only]) {
  // First of all, so that whatever ends this process early is no pass.
  handOver();
  stop('SIGTERM', 143);
  stop('SIGINT', 130);
  // So that a spec can ask the API server with fetch.
  const authority = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt';
  if (existsSync(authority)) process.env.NODE_EXTRA_CA_CERTS ??= authority;
  const folder = resolve(where);
  const files = filesToRun(folder, only);
  say(`${files.length} spec ${files.length === 1 ? 'file' : 'files'} in ${folder}`);
  for (const file of files) {
    now.file = file;
    now.tests.clear();
    say(file);
    await runFile(folder, file);
  }
  const isInconclusive = doubts.length > 0 && counts.failed === 0;
  const isHandedOver = handOver({ isInconclusive });
  say(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  // `kubectl e2e test --watch` reads it, to run these alone.
  if (failedIn.size > 0) say(`failed in ${[...failedIn].join(', ')}`);
  // With another exit code it would have failed; and where nobody reads the result, the exit code is all there is.
  if (isInconclusive) return isHandedOver ? 0 : 1;
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

const [, , first, ...others] = process.argv;
if (first === loading) await loadSpec(...others);
else {
  process.exitCode = 1;
  try {
    process.exitCode = await runAll(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
  }
}
