/**
 * What docs/wire.md says of intervals, and README.md of its cost, is what was measured.
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

describe('The cost that README.md names', () => {
  const readme = read('README.md').replaceAll(/\s+/g, ' ');
  const results = read('test/bench/RESULTS.md').split('\n').map(cellsOf);
  /** Its median, and that of what it is held against, in milliseconds. */
  const medians = (figure: string, against: string): number[] => {
    const row = results.find(([, name, , other]) => name === figure && other?.startsWith(`${against}: `)) ?? [];
    return [row[2], row[3]?.slice(against.length + 2)].map((cell) => Number.parseFloat(cell ?? ''));
  };
  const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);

  it('is that of a cold start, beside an empty function', () => {
    const [ours = 0, theirs = 0] = medians(
      'scaled to zero → first verdict through the activator',
      'an empty Node function',
    );
    const said =
      /first verdict comes after ([\d.]+) s, where an empty Node function in the same cluster takes ([\d.]+) s/;
    const [, first, second] = said.exec(readme) ?? [];
    assert.deepEqual([first, second], [seconds(ours), seconds(theirs)]);
  });

  it('is that of a poll', () => {
    const figure = (name: string) => results.find(([, each]) => each === name)?.[2];
    assert.equal(figure('API requests per poll'), '4.00');
    assert.equal(figure('round trips to the API server: poll of a run whose pod is ready'), '2');
    assert.equal(figure('connections to the API server after them'), '1');
    assert.match(readme, /asks the API server four things, in two round trips over one connection/);
  });
});
