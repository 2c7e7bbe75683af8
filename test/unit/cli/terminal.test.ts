/**
 * How wide a line may be: as the terminal, and never more than what people read at a glance.
 */
import assert from 'node:assert/strict';
import { widthOf } from '../../../function/cli/terminal.ts';

describe('The width of a line', () => {
  const exported = process.env['COLUMNS'];
  afterEach(() => {
    if (exported === undefined) delete process.env['COLUMNS'];
    else process.env['COLUMNS'] = exported;
  });

  const cases: { columns: number; exported?: string; width: number }[] = [
    { columns: 80, width: 80 },
    { columns: 80, exported: '60', width: 80 },
    { columns: 240, width: 100 },
    { columns: 7, width: 40 },
    { columns: 0, width: 100 },
    { columns: 0, exported: '60', width: 60 },
    { columns: 0, exported: 'wide', width: 100 },
  ];
  for (const { columns, exported: told, width } of cases) {
    it(`is ${width} where the terminal has ${columns || 'no'} columns and COLUMNS is ${told ?? 'not there'}`, () => {
      if (told === undefined) delete process.env['COLUMNS'];
      else process.env['COLUMNS'] = told;
      assert.equal(widthOf({ columns }), width);
    });
  }
});
