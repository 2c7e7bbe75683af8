/**
 * Runs the suites: side by side those that stand it, most of which wait; then those that do not, one after another; then,
 * once more, those that failed: what fails only beside others is told apart from what fails.
 *
 *     node test/run/run.ts here        all that need no cluster: `npm test`
 *     node test/run/run.ts cluster     those on a real cluster: `npm run test:cluster`
 */
import { existsSync, globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { alone, first } from './order.ts';
import { summary } from './outcome.ts';
import { runFailedAgain, runSideBySide, runSuites } from './suites.ts';

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

const files = globSync(part.suites, { cwd: root, exclude: part.without }).sort();
const isAlone = (file: string) => file in alone;
const begin = first.filter((file) => files.includes(file));
const sideBySide = [...begin, ...files.filter((file) => !isAlone(file) && !begin.includes(file))];
const runs = runFailedAgain({
  ...runSideBySide(sideBySide, part.atOnce),
  ...runSuites(files.filter(isAlone), 'one after another'),
});
const { lines, failed } = summary(runs);
console.log(`\n${lines.join('\n')}`);
process.exit(failed.length > 0 ? 1 : 0);
