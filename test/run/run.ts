/**
 * Runs the suites: side by side those that stand it, most of which wait; then those that do not, one after another.
 *
 *     node test/run/run.ts here        all that need no cluster: `npm test`
 *     node test/run/run.ts cluster     those on a real cluster: `npm run test:cluster`
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { alone, first } from './order.ts';

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

function run(suites: string[], how: string, ...options: string[]): boolean {
  console.log(`\n${suites.length} suites, ${how}`);
  const mocha = [join(root, 'node_modules/mocha/bin/mocha.js'), '--forbid-only', ...options, ...suites];
  return spawnSync(process.execPath, mocha, { cwd: root, stdio: 'inherit' }).status === 0;
}

const files = globSync(part.suites, { cwd: root, exclude: part.without }).sort();
const isAlone = (file: string) => file in alone;
const begin = first.filter((file) => files.includes(file));
const sideBySide = [...begin, ...files.filter((file) => !isAlone(file) && !begin.includes(file))];
const results = [
  run(sideBySide, `${part.atOnce} at once`, '--parallel', `--jobs=${part.atOnce}`),
  run(files.filter(isAlone), 'one after another'),
];
process.exit(results.every(Boolean) ? 0 : 1);
