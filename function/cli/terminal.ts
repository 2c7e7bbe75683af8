/**
 * What a terminal shows, and a file or a pipe does not.
 */
import type { WriteStream } from 'node:tty';
import type { RecordedVerdict } from '../api/e2espec.ts';
import { oneLine } from '../text.ts';
import { widest } from './layout.ts';

/** https://no-color.org */
export function showsColours({ isTTY }: Pick<WriteStream, 'isTTY'>): boolean {
  return isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}

// https://en.wikipedia.org/wiki/ANSI_escape_code#Colors
const [red, green, yellow, cyan] = [31, 32, 33, 36];

const colours: Record<RecordedVerdict, number> = {
  Passed: green,
  Skipped: yellow,
  Failed: red,
  PromotedUnverified: red,
  Inconclusive: yellow,
  Running: cyan,
  Superseded: yellow,
  Cancelled: yellow,
};

/** A text that begins with a verdict, in its colour; any other as it is. */
export function inColour(text: string, isShown: boolean): string {
  const [word = ''] = text.split(/[\s:,]/, 1);
  const colour = Object.hasOwn(colours, word) ? colours[word as RecordedVerdict] : undefined;
  return isShown && colour !== undefined ? `\u001b[1;${colour}m${word}\u001b[0m${text.slice(word.length)}` : text;
}

// Below, words would stand alone.
const narrowest = 40;

/** How wide a line may be. Shells tell COLUMNS to whom they export it. */
export function widthOf({ columns }: Pick<WriteStream, 'columns'>): number {
  const known = columns || Number(process.env['COLUMNS']) || widest;
  return Math.max(narrowest, Math.min(known, widest));
}

export function print(lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}

/** What comes from a cluster is cleaned. */
export function printJson(value: unknown): void {
  print([JSON.stringify(value, (_, each) => (typeof each === 'string' ? oneLine(each) : each), 2)]);
}
