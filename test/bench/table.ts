/**
 * The one table of a run: a row is a figure of the verifier's against the same figure of something else.
 */
import { median, quantile } from './measure.ts';

export interface Row {
  figure: string;
  ours: string;
  against: string;
  ratio: string;
  target: string;
  reached: string;
}

export interface Measured {
  rows: Row[];
  /** Sentences below the table: how it was measured, and what does not fit into a row. */
  notes: string[];
}

export function table(rows: readonly Row[]): string {
  const head = ['figure', 'this', 'against', 'ratio', 'target', 'reached'];
  const body = rows.map(({ figure, ours, against, ratio, target, reached }) => [
    figure,
    ours,
    against,
    ratio,
    target,
    reached,
  ]);
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

interface Comparison {
  figure: string;
  unit: 'ms' | 'MB';
  ours: readonly number[];
  against: { name: string; values: readonly number[] };
  /** The highest ratio that is good enough; without it the row is there for context. */
  atMost?: number;
}

/** Medians, and their ratio against the target; that of the minima tells what a busy machine made of it. */
export function compared({ figure, unit, ours, against, atMost }: Comparison): Row {
  const ratio = median(ours) / median(against.values);
  return {
    figure,
    ours: spread(ours, unit),
    against: `${against.name}: ${spread(against.values, unit)}`,
    ratio: `${ratio.toFixed(2)} x (minima ${(quantile(ours, 0) / quantile(against.values, 0)).toFixed(2)} x)`,
    ...heldTo(atMost, ratio),
  };
}

/** The last two cells of a ratio; without a bound it is there for context. */
export function heldTo(atMost: number | undefined, ratio: number): Pick<Row, 'target' | 'reached'> {
  if (atMost === undefined) return { target: '-', reached: '-' };
  return { target: `≤ ${atMost} x`, reached: yesNo(ratio <= atMost) };
}

/** A figure that is held against a bound and nothing else. */
export function bounded(figure: string, ours: string, target: string, isReached: boolean, against = '-'): Row {
  return { figure, ours, against, ratio: '-', target, reached: yesNo(isReached) };
}

/** A line instead of numbers that this run could not have. */
export function leftOut(figure: string, why: string): Row {
  return { figure, ours: `not measured: ${why}`, against: '-', ratio: '-', target: '-', reached: '-' };
}

export function yesNo(is: boolean): string {
  return is ? 'yes' : '**no**';
}

function spread(values: readonly number[], unit: string): string {
  const [low, middle, high] = [0, 0.5, 0.9].map((part) => quantile(values, part).toFixed(unit === 'MB' ? 0 : 1));
  return `${middle} ${unit} (min ${low}, p90 ${high})`;
}
