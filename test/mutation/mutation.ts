/**
 * Which change of the code no test would notice: `npm run test:mutation`, or with names of rooms or files of function/ only those.
 * StrykerJS changes one thing at a time in the rooms that decide, and the unit tests have to fail; what survives them meets
 * the behaviour suite on the embedded API, ten seconds each: not with `--unit`. A minute for each two hundred mutants on two cores.
 * With `--again` only what has survived before, in files that have not changed since.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '../..');
const tools = join(import.meta.dirname, 'node_modules');
const rooms = ['verdict', 'run', 'flagger', 'job', 'lint', 'actions'];

/** Changes that nobody could notice, and why. */
interface Equivalent {
  file: string;
  line: string;
  replacement: string;
  why: string;
}

const equivalent = JSON.parse(readFileSync(join(import.meta.dirname, 'equivalent.json'), 'utf8')) as Equivalent[];

/** What the last run has shown of each file. */
const kept = join(tools, '.results.json');

/** Made by a generator, held against its schema by tests of their own. */
const generated = ['!function/**/*-validator.js', '!function/**/*.d.ts'];

interface Mutant {
  id: string;
  mutatorName: string;
  replacement?: string;
  status: string;
  location: { start: Position; end: Position };
}

interface Position {
  line: number;
  column: number;
}

type Report = { files: Record<string, { source: string; mutants: Mutant[] }> };

/** What has become of each mutant, by the file that it is in. */
type Results = Record<string, { source: string; mutants: Result[] }>;

interface Result extends Mutant {
  killedBy?: Suite['name'];
  isStatic?: boolean;
}

interface Suite {
  name: 'unit' | 'behaviour';
  spec: string[];
  ignore: string[];
  coverageAnalysis: 'perTest' | 'off';
  /** Leaves out what is evaluated when a module is loaded: such a change meets every test, in a process of its own. */
  ignoreStatic?: boolean;
}

const unit: Suite = {
  name: 'unit',
  spec: ['test/unit/**/*.test.ts'],
  ignore: [
    // It reads sources, which are not what they were.
    'test/unit/layers.test.ts',
    // Seconds each, for rooms that decide nothing: they would be run for nearly every mutant.
    'test/unit/kube/**',
    'test/unit/handlers/shapes.test.ts',
    'test/unit/handlers/read-errors.test.ts',
  ],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
};

/** For tables and patterns: the tests of the rooms that they are in, or there would be no end of it. */
const ofTables = (asked: string[]): Suite => ({
  name: 'unit',
  spec: [...new Set(asked.map((each) => each.split('/')[0]))].map((room) => `test/unit/${room}/**/*.test.ts`),
  ignore: [],
  coverageAnalysis: 'perTest',
});

// Its cases run side by side, so that nobody knows which of them has met a mutant.
const behaviour: Suite = {
  name: 'behaviour',
  spec: ['test/function/behaviour.test.ts'],
  ignore: [],
  coverageAnalysis: 'off',
};

const { values, positionals } = parseArgs({
  options: { unit: { type: 'boolean' }, again: { type: 'boolean' } },
  allowPositionals: true,
});
main(positionals.length > 0 ? positionals : rooms);

function main(asked: string[]): void {
  if (!existsSync(tools))
    execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: import.meta.dirname, stdio: 'inherit' });
  const isAsked = (file: string) => asked.some((each) => file === `function/${each}` || roomOf({ file }) === each);
  const before = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as Results) : {};
  const known = Object.entries(before).filter(([file, { source }]) => isAsked(file) && isAsItWas(file, source));
  const folder = copyOfCheckout();
  try {
    const patterns = asked.map((each) => `function/${each}${each.endsWith('.ts') ? '' : '/**/*.ts'}`);
    const chosen = values.again ? open(Object.fromEntries(known)).map(rangeOf) : [...patterns, ...generated];
    const results = values.again ? Object.fromEntries(known) : {};
    const meet = (suite: Suite, mutate: string[]) => {
      if (mutate.length === 0) return;
      settle(results, run(folder, suite, mutate), suite.name);
      writeFileSync(kept, JSON.stringify({ ...before, ...results }));
    };
    const isStatic = (each: Found) => each.isStatic === true;
    meet(unit, chosen);
    meet(ofTables(asked), open(results).filter(isStatic).map(rangeOf));
    if (!values.unit) meet(behaviour, open(results).map(rangeOf));
    report(results);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isAsItWas(file: string, source: string): boolean {
  return existsSync(join(root, file)) && readFileSync(join(root, file), 'utf8') === source;
}

/** Adds what a suite has shown: of what was known to survive, only those that it has killed. */
function settle(results: Results, { files }: Report, by: Suite['name']): void {
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const known = results[file];
    const judged = mutants.filter(({ status }) => status !== 'CompileError');
    const found = judged.map((each): Result => {
      if (each.status === 'Ignored') return { ...each, status: 'NoCoverage', isStatic: true };
      return isOpen(each) ? each : { ...each, killedBy: by };
    });
    if (known === undefined) results[file] = { source, mutants: found };
    else
      known.mutants = known.mutants.map((each) => found.find((other) => isOpen(each) && isSame(each, other)) ?? each);
  }
}

function isSame(one: Mutant, other: Mutant): boolean {
  const keyOf = ({ mutatorName, replacement, location }: Mutant) =>
    JSON.stringify([mutatorName, replacement, location]);
  return keyOf(one) === keyOf(other);
}

/** With the packages of the project, but for those that Stryker has to find in a version it knows. */
function copyOfCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-verifier-mutation-'));
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of files.toString().split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    if (existsSync(join(root, file))) cpSync(join(root, file), join(folder, file));
  }
  const packages = join(folder, 'node_modules');
  mkdirSync(packages);
  for (const from of [join(root, 'node_modules'), tools]) {
    for (const name of readdirSync(from).filter((each) => each !== '.bin')) {
      rmSync(join(packages, name), { force: true });
      symlinkSync(join(from, name), join(packages, name));
    }
  }
  return folder;
}

function run(
  folder: string,
  { name, spec, ignore, coverageAnalysis, ignoreStatic = false }: Suite,
  mutate: string[],
): Report {
  const file = join(folder, `${name}.json`);
  const config = {
    testRunner: 'mocha',
    // Counting what is covered takes longer than the code itself.
    mochaOptions: { spec, ignore, grep: '^(?!.*takes no time)' },
    coverageAnalysis,
    ignoreStatic,
    mutate,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: file },
    concurrency: 2,
    // A busy machine is no endless loop.
    timeoutMS: 20_000,
    // Node reads TypeScript by itself; Stryker would look for a compiler of its own in these.
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
  };
  writeFileSync(join(folder, 'stryker.config.json'), JSON.stringify(config));
  execFileSync(process.execPath, [join(tools, '@stryker-mutator/core/bin/stryker.js'), 'run'], {
    cwd: folder,
    stdio: 'inherit',
  });
  return JSON.parse(readFileSync(file, 'utf8')) as Report;
}

type Found = Result & { file: string; source: string };

function all(results: Results): Found[] {
  return Object.entries(results).flatMap(([file, { mutants, source }]) =>
    mutants.map((each) => ({ ...each, file, source })),
  );
}

/** No test has noticed it. */
function isOpen({ status }: Mutant): boolean {
  return status === 'Survived' || status === 'NoCoverage';
}

function open(results: Results): Found[] {
  return all(results).filter((each) => isOpen(each) && !isEquivalent(each));
}

function isEquivalent(found: Found): boolean {
  return equivalent.some(
    ({ file, line, replacement }) =>
      found.file === `function/${file}` && lineOf(found) === line && found.replacement === replacement,
  );
}

/** As Stryker's command line takes it: lines from 1, columns from 0. */
function rangeOf({ file, location: { start, end } }: Found): string {
  return `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
}

/** The score of each room, and what survived. */
function report(results: Results): void {
  const same = all(results).filter((each) => isOpen(each) && isEquivalent(each));
  const mutants = all(results).filter((each) => !same.includes(each));
  console.log('room | mutants | killed by unit tests | by the behaviour suite | survived | equivalent | score');
  for (const room of [...new Set(mutants.map(roomOf)), 'all']) {
    const isHere = (each: Found) => room === 'all' || roomOf(each) === room;
    const here = mutants.filter(isHere);
    const killedBy = (suite: Suite['name']) => here.filter((each) => each.killedBy === suite).length;
    const alive = here.filter(isOpen).length;
    const score = ((100 * (here.length - alive)) / here.length).toFixed(1);
    const killed = `${killedBy('unit')} | ${killedBy('behaviour')}`;
    console.log(`${room} | ${here.length} | ${killed} | ${alive} | ${same.filter(isHere).length} | ${score} %`);
  }
  for (const { file, line } of equivalent) {
    const source = results[`function/${file}`]?.source ?? line;
    if (!source.split('\n').some((each) => each.trim() === line))
      console.log(`equivalent.json, out of date: ${file} ${line}`);
  }
  for (const each of mutants.filter(isOpen)) {
    const { file, location, mutatorName, replacement } = each;
    console.log(
      `${file}:${location.start.line}:${location.start.column} ${mutatorName} -> ${replacement}\n    ${lineOf(each)}`,
    );
  }
}

function lineOf({ source, location }: Found): string {
  return source.split('\n')[location.start.line - 1]?.trim() ?? '';
}

function roomOf({ file }: { file: string }): string {
  return file.split('/')[1] ?? file;
}
