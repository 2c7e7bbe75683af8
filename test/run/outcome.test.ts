import assert from 'node:assert/strict';
import { type Outcomes, summary, toRunAgain } from './outcome.ts';

const failing = (...failed: string[]) => ({ passed: 1, failed });
const well = { passed: 2, failed: [] };

describe('What is said of the suites', () => {
  const rows: { title: string; first: Outcomes; again: Outcomes; lines: string[]; passed: number; failed: string[] }[] =
    [
      {
        title: 'counts what passed',
        first: { 'a.test.ts': well, 'b.test.ts': well },
        again: {},
        lines: ['suites: 4 passed, 0 failed'],
        passed: 4,
        failed: [],
      },
      {
        title: 'names what passed only by itself',
        first: { 'a.test.ts': well, 'b.test.ts': failing('b waits') },
        again: { 'b.test.ts': well },
        lines: ['failed beside others and passed by itself: b waits', 'suites: 4 passed, 0 failed'],
        passed: 4,
        failed: [],
      },
      {
        title: 'counts what failed twice',
        first: { 'a.test.ts': failing('a waits', 'a ends') },
        again: { 'a.test.ts': failing('a ends') },
        lines: ['failed beside others and passed by itself: a waits', 'suites: 1 passed, 1 failed'],
        passed: 1,
        failed: ['a ends'],
      },
      {
        title: 'counts what failed the second time only',
        first: { 'a.test.ts': failing('a waits') },
        again: { 'a.test.ts': failing('a ends') },
        lines: ['failed beside others and passed by itself: a waits', 'suites: 1 passed, 1 failed'],
        passed: 1,
        failed: ['a ends'],
      },
      {
        title: 'counts what was not run again',
        first: { 'a.test.ts': failing('a waits', 'a ends') },
        again: {},
        lines: ['suites: 1 passed, 2 failed'],
        passed: 1,
        failed: ['a waits', 'a ends'],
      },
    ];
  for (const { title, first, again, ...said } of rows) {
    it(title, () => assert.deepEqual(summary({ first, again }), said));
  }
});

describe('Suites are run again by themselves', () => {
  const named = (count: number) => Array.from({ length: count }, (_, index) => `${index}.test.ts`);
  const outcomes = (count: number): Outcomes =>
    Object.fromEntries([...named(count).map((file) => [file, failing('waits')]), ['well.test.ts', well]]);

  it('when a few failed, those alone', () => assert.deepEqual(toRunAgain(outcomes(4)), named(4)));
  it('not at all when many failed', () => assert.deepEqual(toRunAgain(outcomes(5)), []));
  it('not at all when none failed', () => assert.deepEqual(toRunAgain(outcomes(0)), []));
});
