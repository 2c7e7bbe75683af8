/**
 * Which lines of the demo are in its picture.
 */
import { plain } from './svg.ts';

/** Columns. */
export const width = 92;

const leftOut = '…';

/** The revision whose test fails, the table and what follows it; what is left out between is marked. */
export function part(lines: readonly string[]): string[] {
  const begins = (words: string) => {
    const index = lines.findIndex((line) => plain(line).startsWith(words));
    if (index === -1) throw new Error(`the demo says nothing that begins with ${words}`);
    return index;
  };
  const revision = lines.slice(begins('Revision 2'), begins('Revision 3'));
  return ['$ npm run demo', leftOut, ...revision, leftOut, '', ...lines.slice(begins('REVISION'))];
}
