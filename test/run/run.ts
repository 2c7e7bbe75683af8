/**
 * Runs the suites: side by side those that stand it, most of which wait; then those that do not; then, once more, those that
 * failed: what fails only beside others is told apart from what fails.
 *
 *     node test/run/run.ts here        all that need no cluster: `npm test`
 *     node test/run/run.ts cluster     those on a real cluster: `npm run test:cluster`
 */
import { existsSync, globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { apart, first } from './order.ts';
import { summary } from './outcome.ts';
import { runFailedAgain, runSideBySide } from './suites.ts';

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
    // They wait for half of their time, and three more than can run fill it: on two processors 5 at once take two thirds of
    // what 3 take.
    atOnce: availableParallelism() + 3,
  },
  // They wait for Flagger's intervals more than for a processor.
  cluster: { suites: 'test/cluster/*.test.ts', without: [], atOnce: 3 },
};

function stop(why: string, status: number): never {
  console.error(why);
  process.exit(status);
}

const part = parts[process.argv[2] ?? ''] ?? stop(`usage: node test/run/run.ts ${Object.keys(parts).join('|')}`, 64);
const named = [...apart.flatMap(({ suites }) => suites), ...first];
const strange = named.filter((file) => !existsSync(join(root, file)));
if (strange.length > 0) stop(`test/run/order.ts names what is not there: ${strange.join(', ')}`, 1);

const files = globSync(part.suites, { cwd: root, exclude: part.without }).sort();
const groups = apart.map(({ suites }) => suites.filter((file) => files.includes(file)));
const isApart = (file: string) => groups.some((group) => group.includes(file));
const begin = first.filter((file) => files.includes(file));
const sideBySide = [...begin, ...files.filter((file) => !isApart(file) && !begin.includes(file))];
let outcomes = runSideBySide(sideBySide, part.atOnce);
for (const group of groups) outcomes = { ...outcomes, ...runSideBySide(group, group.length) };
const { lines, failed } = summary(runFailedAgain(outcomes));
console.log(`\n${lines.join('\n')}`);
process.exit(failed.length > 0 ? 1 : 0);
