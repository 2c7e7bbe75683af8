/**
 * Runs the suites: side by side those that stand it, most of which wait; then those that do not, one after another; then,
 * once more, those that failed: what fails only beside others is told apart from what fails.
 *
 *     node test/run/run.ts here        all that need no cluster: `npm test`
 *     node test/run/run.ts cluster     those on a real cluster: `npm run test:cluster`
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { alone, first } from './order.ts';
import { type Outcomes, summary, toRunAgain } from './outcome.ts';

const root = join(import.meta.dirname, '../..');

interface Part {
  suites: string;
  without: string[];
  atOnce: number;
}

const parts: Record<string, Part> = {
  here: {
    suites: 'test/**/*.test.ts',
    without: ['test/cluster/**', 'test/bounds/**', '**/node_modules/**'],
    // One more than can run: much of it waits.
    atOnce: availableParallelism() + 1,
  },
  // They wait for Flagger's intervals more than for a processor.
  cluster: { suites: 'test/cluster/*.test.ts', without: [], atOnce: 3 },
};

function stop(why: string, status: number): never {
  console.error(why);
  process.exit(status);
}

const part = parts[process.argv[2] ?? ''] ?? stop(`usage: node test/run/run.ts ${Object.keys(parts).join('|')}`, 64);
const strange = [...Object.keys(alone), ...first].filter((file) => !existsSync(join(root, file)));
if (strange.length > 0) stop(`test/run/order.ts names what is not there: ${strange.join(', ')}`, 1);

const reports = mkdtempSync(join(tmpdir(), 'e2e-suites-'));

/** Undefined: Mocha did not come to its end, or failed by something that is no test. */
function run(suites: string[], how: string, ...options: string[]): Outcomes | undefined {
  if (suites.length === 0) return {};
  console.log(`\n${suites.length} suites, ${how}`);
  const report = join(mkdtempSync(join(reports, 'run-')), 'report.json');
  const reporter = [`--reporter=${join(import.meta.dirname, 'reporter.ts')}`, `--reporter-option=report=${report}`];
  const mocha = [join(root, 'node_modules/mocha/bin/mocha.js'), '--forbid-only', ...reporter, ...options, ...suites];
  const { status } = spawnSync(process.execPath, mocha, { cwd: root, stdio: 'inherit' });
  if (!existsSync(report)) return undefined;
  const outcomes = JSON.parse(readFileSync(report, 'utf8')) as Outcomes;
  const isTold = Object.values(outcomes).some(({ failed }) => failed.length > 0);
  return status === 0 || isTold ? outcomes : undefined;
}

const files = globSync(part.suites, { cwd: root, exclude: part.without }).sort();
const isAlone = (file: string) => file in alone;
const begin = first.filter((file) => files.includes(file));
const sideBySide = [...begin, ...files.filter((file) => !isAlone(file) && !begin.includes(file))];
const beside = run(sideBySide, `${part.atOnce} at once`, '--parallel', `--jobs=${part.atOnce}`);
const after = run(files.filter(isAlone), 'one after another');
if (beside === undefined || after === undefined) stop('Mocha did not come to its end.', 1);
const once = { ...beside, ...after };
const again = run(toRunAgain(once), 'which failed, once more, one after another');
rmSync(reports, { recursive: true });
const { lines, failed } = summary(once, again ?? {});
console.log(`\n${lines.join('\n')}`);
process.exit(failed > 0 || again === undefined ? 1 : 0);
