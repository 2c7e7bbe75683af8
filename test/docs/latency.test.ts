/**
 * What docs/wire.md says of intervals is what was measured.
 */
import assert from 'node:assert/strict';
import { read } from '../support/documents.ts';

const cellsOf = (line: string): string[] => line.split('|').map((cell) => cell.trim());

/** Median and longest, as the documents write them, by the step and its interval. */
const measured = new Map(
  read('test/bench/RESULTS.md')
    .split('\n')
    .map(cellsOf)
    .flatMap(([, figure = '', ours = '']) => {
      const [, median, longest] = /^([\d.]+) s \(longest ([\d.]+), n = \d+\)$/.exec(ours) ?? [];
      return median === undefined ? [] : [[figure, `${median}, ${longest}`] as const];
    }),
);

describe('the table of intervals in docs/wire.md', () => {
  const rows = read('docs/wire.md')
    .split('\n')
    .filter((line) => /^\| `\/[\w-]+` (passes|fails)/.test(line))
    .map(cellsOf);

  it('has every step that was measured, at both intervals', () => assert.equal(rows.length * 2, measured.size));

  for (const [, what = '', short, long] of rows) {
    it(`says of "${what}" what test/bench/RESULTS.md says`, () => {
      const step = what.replace(', ', ' → ');
      assert.deepEqual([short, long], [measured.get(`${step}, interval 10s`), measured.get(`${step}, interval 1m`)]);
    });
  }
});
