/**
 * Mocha's spec reporter, which also leaves for run.ts what became of each suite: in the file that
 * `--reporter-option=report=FILE` names. A run that Mocha itself did not bring to its end leaves none.
 */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import type { Outcome } from './outcome.ts';

export default class extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const outcomes: Record<string, Outcome> = {};
    const outcomeOf = ({ file = '' }: { file?: string | undefined }) => {
      outcomes[file] ??= { passed: 0, failed: [] };
      return outcomes[file];
    };
    runner.on('pass', (test) => {
      outcomeOf(test).passed += 1;
    });
    runner.on('fail', (test) => {
      outcomeOf(test).failed.push(test.fullTitle());
    });
    runner.once('end', () => writeFileSync(String(options.reporterOptions?.report), JSON.stringify(outcomes)));
  }
}
