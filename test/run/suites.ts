/**
 * Runs suites by Mocha: side by side or one after another, and once more those that failed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcomes, type TwoRuns, toRunAgain } from './outcome.ts';

const root = join(import.meta.dirname, '../..');

/** Throws when Mocha did not come to its end, or failed by something that is no test. */
function runSuites(suites: string[], how: string, ...options: string[]): Outcomes {
  if (suites.length === 0) return {};
  console.log(`\n${suites.length} suites, ${how}`);
  const folder = mkdtempSync(join(tmpdir(), 'e2e-suites-'));
  const report = join(folder, 'report.json');
  const reporter = [`--reporter=${join(import.meta.dirname, 'reporter.ts')}`, `--reporter-option=report=${report}`];
  const mocha = [join(root, 'node_modules/mocha/bin/mocha.js'), '--forbid-only', ...reporter, ...options, ...suites];
  try {
    const { status } = spawnSync(process.execPath, mocha, { cwd: root, stdio: 'inherit' });
    const outcomes = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Outcomes) : {};
    const isTold = Object.values(outcomes).some(({ failed }) => failed.length > 0);
    if (status !== 0 && !isTold)
      throw new Error(`Mocha ended with ${status}, and no test of these ${suites.length} suites failed`);
    return outcomes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function runSideBySide(suites: string[], atOnce: number): Outcomes {
  return runSuites(suites, `${atOnce} at once`, '--parallel', `--jobs=${atOnce}`);
}

export function runFailedAgain(first: Outcomes): TwoRuns {
  return { first, again: runSuites(toRunAgain(first), 'which failed, once more, one after another') };
}
