/**
 * Which change of the code no test would notice: `npm run test:mutation`, or with names of rooms or files of function/ only those.
 * StrykerJS changes one thing at a time in the rooms that decide, and the unit tests have to fail; what survives them meets
 * the behaviour suite on the embedded API, ten seconds each: not with `--unit`. A minute for each hundred mutants on two cores.
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

/** Made by a generator, held against its schema by tests of their own. */
const generated = ['!function/flagger/payload-validator.js', '!function/**/*.d.ts'];

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

interface Suite {
  name: 'unit' | 'behaviour';
  spec: string[];
  ignore: string[];
  coverageAnalysis: 'perTest' | 'off';
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
};

// Its cases run side by side, so that nobody knows which of them has met a mutant.
const behaviour: Suite = {
  name: 'behaviour',
  spec: ['test/function/behaviour.test.ts'],
  ignore: [],
  coverageAnalysis: 'off',
};

const { values, positionals } = parseArgs({ options: { unit: { type: 'boolean' } }, allowPositionals: true });
main(positionals, values.unit === true);

function main(asked: string[], unitOnly: boolean): void {
  if (!existsSync(tools))
    execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: import.meta.dirname, stdio: 'inherit' });
  const folder = copyOfCheckout();
  try {
    const mutate = (asked.length > 0 ? asked : rooms).map((each) =>
      each.endsWith('.ts') ? `function/${each}` : `function/${each}/**/*.ts`,
    );
    const first = run(folder, unit, [...mutate, ...generated]);
    const survivors = open(first);
    const second = unitOnly || survivors.length === 0 ? first : run(folder, behaviour, survivors.map(rangeOf));
    report(first, second);
  } finally {
    rmSync(folder, { recursive: true });
  }
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

function run(folder: string, { name, spec, ignore, coverageAnalysis }: Suite, mutate: string[]): Report {
  const file = join(folder, `${name}.json`);
  const config = {
    testRunner: 'mocha',
    mochaOptions: { spec, ignore },
    coverageAnalysis,
    mutate,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: file },
    concurrency: 2,
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

type Found = Mutant & { file: string; source: string };

function all({ files }: Report): Found[] {
  return Object.entries(files).flatMap(([file, { mutants, source }]) =>
    mutants.map((each) => ({ ...each, file, source })),
  );
}

/** Those that no test has noticed. */
function open(report: Report): Found[] {
  return all(report).filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
}

/** As Stryker's command line takes it: lines from 1, columns from 0. */
function rangeOf({ file, location: { start, end } }: Found): string {
  return `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
}

/** The score of each room, and what survived both suites. */
function report(first: Report, second: Report): void {
  const keyOf = ({ file, mutatorName, replacement, location }: Found) =>
    JSON.stringify([file, mutatorName, replacement, location]);
  const alive = new Set(open(second).map(keyOf));
  const judged = all(first).filter(({ status }) => status !== 'CompileError' && status !== 'Ignored');
  const survived = open(first);
  const left = survived.filter((each) => alive.has(keyOf(each)));
  console.log('room | mutants | killed by unit tests | by the behaviour suite | survived | score');
  for (const room of [...new Set(judged.map(roomOf)), 'all']) {
    const isHere = (each: Found) => room === 'all' || roomOf(each) === room;
    const total = judged.filter(isHere).length;
    const open = survived.filter(isHere).length;
    const end = left.filter(isHere).length;
    const score = ((100 * (total - end)) / total).toFixed(1);
    console.log(`${room} | ${total} | ${total - open} | ${open - end} | ${end} | ${score} %`);
  }
  for (const { file, source, location, mutatorName, replacement } of left) {
    const line = source.split('\n')[location.start.line - 1]?.trim();
    console.log(
      `${file}:${location.start.line}:${location.start.column} ${mutatorName} -> ${replacement}\n    ${line}`,
    );
  }
}

function roomOf({ file }: Found): string {
  return file.split('/')[1] ?? file;
}
