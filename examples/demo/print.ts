/**
 * The demo as lines: each call with what its answer means to Flagger, and in the end a table.
 */
import { styleText } from 'node:util';
import { table, wrapped } from '../../function/cli/layout.ts';
import { inColour } from '../../function/cli/terminal.ts';
import { type Colour, meaningOf, type Path } from './meaning.ts';

/** Where it is shown. */
export interface Screen {
  isColoured: boolean;
  /** Columns. */
  width: number;
  show(line: string): void;
}

export interface Answered {
  path: Path;
  status: number;
  retryAfter: string | null;
  body: string;
}

/** One revision, as it went. */
export interface Outcome {
  title: string;
  /** Of the last /pre-rollout, and of the /rollback after it. */
  preRollout: number;
  rollback: number;
  /** As `kubectl get e2e` has it. */
  verdict: string;
  isRolledBack: boolean;
}

const step = '  ';

export interface Printer {
  text(text: string): void;
  revision(title: string): void;
  call(answered: Answered): void;
  job(words: string): void;
  end(words: string): void;
  outcomes(outcomes: readonly Outcome[]): void;
}

export function printerTo({ isColoured, width, show }: Screen): Printer {
  let told = new Set<string>();
  const paint = (style: Colour | 'bold', text: string) =>
    isColoured ? styleText(style, text, { validateStream: false }) : text;
  const lines = (text: string, indent = '') => wrapped(text, width - indent.length).map((line) => indent + line);

  return {
    text: (text) => lines(text).forEach(show),
    revision(title) {
      told = new Set();
      show('');
      for (const line of lines(title)) show(paint('bold', line));
    },
    call({ path, status, retryAfter, body }) {
      const { words, colour } = meaningOf(path, status, retryAfter);
      show(`${step}POST ${path.padEnd('/pre-rollout'.length)}  ${paint(colour, `${status} ${words}`)}`);
      const text = told.has(body) ? 'in the same words' : body;
      told.add(body);
      lines(text, step + step).forEach(show);
    },
    job(words) {
      for (const line of lines(`Job: ${words}`, step + step)) show(paint('dim', line));
    },
    end: (words) => lines(`Flagger ${words}`, step).forEach(show),
    outcomes(outcomes) {
      show('');
      for (const line of tableOf(outcomes, isColoured, width)) show(line);
    },
  };
}

function tableOf(outcomes: readonly Outcome[], isColoured: boolean, width: number): string[] {
  const titles = ['REVISION', 'ITS TEST', 'PRE-ROLLOUT', 'ROLLBACK', 'VERDICT', 'FLAGGER'];
  const rows = outcomes.map(({ title, preRollout, rollback, verdict, isRolledBack }, index) => [
    `${index + 1}`,
    title,
    `${preRollout}`,
    `${rollback}`,
    verdict,
    isRolledBack ? 'rolls back' : 'promotes',
  ]);
  return table(
    titles.map((title) => ({ title })),
    rows,
    (cell, column) => (column === 'VERDICT' ? inColour(cell, isColoured) : cell),
    width,
  );
}
