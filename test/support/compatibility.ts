/**
 * The table of docs/compatibility.md: one row for each set of versions, read and written by `npm run matrix`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Versions {
  kubernetes: string;
  flagger: string;
  knative: string;
}

export interface Row extends Versions {
  /** Such as "61 passed", with the titles of those that failed. Empty: not run yet. */
  result: string;
  /** The day of the run, as 2026-11-27. */
  date: string;
}

export const page = join(import.meta.dirname, '../../docs/compatibility.md');
const columns = ['kubernetes', 'flagger', 'knative', 'result', 'date'] as const;
const head = '| Kubernetes | Flagger | Knative Serving | Result | Date |\n| --- | --- | --- | --- | --- |\n';
const tableRows = /^(?:\|.*\n)*/;

/** Throws where the page has no such table. */
export function readRows(text = readFileSync(page, 'utf8')): Row[] {
  const [, after] = text.split(head);
  if (after === undefined) throw new Error(`${page} has no table that begins with ${head}`);
  const lines = after.match(tableRows)?.[0].split('\n').filter(Boolean) ?? [];
  return lines.map((line) => {
    const cells = line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\|', '|'));
    const [kubernetes = '', flagger = '', knative = '', result = '', date = ''] = cells;
    return { kubernetes, flagger, knative, result, date };
  });
}

/** The page with the table that these rows make. */
export function withRows(text: string, rows: readonly Row[]): string {
  const table = rows.map((row) => `| ${columns.map((column) => row[column].replaceAll('|', '\\|')).join(' | ')} |\n`);
  const before = text.slice(0, text.indexOf(head));
  const after = text.slice(before.length + head.length).replace(tableRows, '');
  return before + head + table.join('') + after;
}

/** In the place of the row of the same versions; at the end where there is none. */
export function record(row: Row): void {
  const text = readFileSync(page, 'utf8');
  const rows = readRows(text);
  const at = rows.findIndex((each) => isSame(each, row));
  writeFileSync(page, withRows(text, at === -1 ? [...rows, row] : rows.with(at, row)));
}

export function isSame(one: Versions, other: Versions): boolean {
  return one.kubernetes === other.kubernetes && one.flagger === other.flagger && one.knative === other.knative;
}
