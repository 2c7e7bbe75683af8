import assert from 'node:assert/strict';
import { columnsOf } from '../../../function/cli/terminal.ts';

describe('A text is as wide as', () => {
  const widths: [what: string, columns: number | undefined, is: number][] = [
    ['a hundred columns where nobody says', undefined, 100],
    ['a hundred columns on a wider terminal', 220, 100],
    ['the terminal', 72, 72],
    ['can be read, on none to speak of', 0, 40],
  ];
  for (const [what, columns, is] of widths) {
    it(what, () => assert.equal(columnsOf(columns === undefined ? {} : { columns }), is));
  }
});
