/**
 * Text laid out for a terminal: tables as kubectl's, labelled fields, times in a few characters. Nothing is wider than the
 * columns that there are but a URL, and what comes from a cluster is cleaned.
 */
import { oneLine } from '../text.ts';

// Columns.
export const widest = 100;
const gap = '   ';

export interface Column {
  title: string;
  /** Whether it may be cut where the table is too wide: the middle of a name, as its ends tell it from others. */
  mayBeCut?: true;
}

/** `paint`: of a cell that is padded already. `width`: what is cut to; infinite where nothing is. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: (cell: string, column: string) => string = (cell) => cell,
  width = widest,
): string[] {
  const cells = rows.map((row) => row.map((cell) => oneLine(cell) || '-'));
  const widths = fitted(
    columns,
    columns.map(({ title }, index) => Math.max(title.length, ...cells.map((row) => lengthOf(row[index] ?? '')))),
    width,
  );
  const line = (row: readonly string[], show: typeof paint) =>
    columns
      .map(({ title }, index) => {
        const room = widths[index] ?? 0;
        const cell = cut(row[index] ?? '', room);
        return show(cell, title) + ' '.repeat(room - lengthOf(cell));
      })
      .join(gap)
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      (cell) => cell,
    ),
    ...cells.map((row) => line(row, paint)),
  ];
}

// What a name is not cut below.
const shortest = 12;

/** The widest of those that may be cut gives first. */
function fitted(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  const sum = () => widths.reduce((total, width) => total + width, (columns.length - 1) * gap.length);
  while (sum() > width) {
    const [first] = columns
      .flatMap(({ mayBeCut }, index) => (mayBeCut && (widths[index] ?? 0) > shortest ? [index] : []))
      .sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    if (first === undefined) break;
    widths[first] = (widths[first] ?? 0) - 1;
  }
  return widths;
}

function lengthOf(text: string): number {
  return [...text].length;
}

function cut(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (width - 1 - head)).join('')}`;
}

const indent = '  ';
// So that what is told of several things stands in one column.
const usualLabel = 'what to do'.length;

/** Lines as `  verdict   Failed`, the text wrapped beside its label. */
export function fields(entries: readonly (readonly [label: string, text: string])[], width = widest): string[] {
  const beside = Math.max(usualLabel, ...entries.map(([label]) => label.length)) + 2;
  return entries.flatMap(([label, text]) =>
    wrapped(oneLine(text), width - indent.length - beside).map(
      (line, index) => `${indent}${(index === 0 ? label : '').padEnd(beside)}${line}`,
    ),
  );
}

/** Between words. */
export function wrapped(text: string, width = widest): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** As kubectl's AGE; nothing for what is no time. */
export function age(time: string | undefined, now: Date): string | undefined {
  const seconds = Math.floor((now.getTime() - Date.parse(time ?? '')) / 1000);
  return Number.isNaN(seconds) ? undefined : duration(Math.max(0, seconds));
}

const [minute, hour, day] = [60, 3600, 86_400] as const;

/** As 42s, 3m20s, 12m, 5h30m, 12d. */
export function duration(seconds: number): string {
  if (seconds < minute) return `${seconds}s`;
  if (seconds < hour) return inTwo(seconds, minute, 'm', seconds % minute, 's');
  if (seconds < day) return inTwo(seconds, hour, 'h', Math.floor((seconds % hour) / minute), 'm');
  return `${Math.floor(seconds / day)}d`;
}

/** Of ten and more the rest is no news. */
function inTwo(seconds: number, size: number, unit: string, rest: number, small: string): string {
  const whole = Math.floor(seconds / size);
  return whole < 10 && rest > 0 ? `${whole}${unit}${rest}${small}` : `${whole}${unit}`;
}
