/**
 * What a terminal is shown stays within a hundred columns, in columns, and on one line each.
 */
import assert from 'node:assert/strict';
import { age, duration, fields, table, wrapped } from '../../../function/cli/layout.ts';

describe('A table', () => {
  const columns = [{ title: 'NAME', mayBeCut: true }, { title: 'VERDICT' }] as const;

  it('has its columns under each other, and a dash where there is nothing', () => {
    assert.deepEqual(
      table(columns, [
        ['podinfo', 'Passed'],
        ['cart', ''],
      ]),
      ['NAME      VERDICT', 'podinfo   Passed', 'cart      -'],
    );
  });

  it('cuts the middle of what is too wide, and nothing else', () => {
    const [, line = ''] = table(columns, [[`a${'b'.repeat(200)}c`, 'PromotedUnverified']]);
    assert.equal([...line].length, 100);
    assert.match(line, /^ab+…b+c {3}PromotedUnverified$/);
  });

  it('keeps to a narrower terminal, and cuts nothing where there is none', () => {
    const name = 'b'.repeat(200);
    const width = (columns_: number) => [...(table(columns, [[name, 'Skipped']], undefined, columns_)[1] ?? '')].length;
    assert.deepEqual([width(60), width(Number.POSITIVE_INFINITY)], [60, 200 + '   Skipped'.length]);
  });

  it('paints a cell without moving the next', () => {
    const lines = table([...columns, { title: 'AGE' }], [['podinfo', 'Passed', '3m']], (cell, column) =>
      column === 'VERDICT' ? `<${cell}>` : cell,
    );
    assert.equal(lines[1], 'podinfo   <Passed>    3m');
  });

  it('keeps a line of its own for each row, whatever is in it', () => {
    const lines = table(columns, [['first\nsecond', `${String.fromCharCode(0x1b)}[31mPassed`]]);
    assert.deepEqual(lines, ['NAME             VERDICT', 'first | second   Passed']);
  });
});

describe('Fields', () => {
  it('wrap beside their labels', () => {
    const lines = fields([
      ['verdict', 'Failed'],
      ['message', 'word '.repeat(40).trim()],
    ]);
    assert.deepEqual(lines.slice(0, 2), ['  verdict     Failed', `  message     ${'word '.repeat(17).trim()}`]);
    assert.equal(lines[2]?.startsWith(`${' '.repeat(14)}word`), true);
    for (const line of lines) assert.ok(line.length <= 100);
  });

  it('keep to a narrower terminal', () => {
    for (const line of fields([['message', 'word '.repeat(40).trim()]], 60)) assert.ok(line.length <= 60, line);
  });

  it('leave a URL whole', () => {
    const url = `https://example.com/${'a'.repeat(120)}`;
    assert.deepEqual(wrapped(`see ${url}`), ['see', url]);
  });
});

describe('A time', () => {
  const spans: [number, string][] = [
    [0, '0s'],
    [59, '59s'],
    [60, '1m'],
    [200, '3m20s'],
    [660, '11m'],
    [3600, '1h'],
    [19_800, '5h30m'],
    [40_000, '11h'],
    [86_400 * 3 + 5, '3d'],
  ];
  for (const [seconds, says] of spans) it(`of ${seconds} s is ${says}`, () => assert.equal(duration(seconds), says));

  it('that is none has no age, and one of a clock that is ahead none below zero', () => {
    const now = new Date('2026-11-27T12:00:00Z');
    assert.deepEqual(
      [age(undefined, now), age('soon', now), age('2026-11-27T12:00:09Z', now)],
      [undefined, undefined, '0s'],
    );
  });
});
