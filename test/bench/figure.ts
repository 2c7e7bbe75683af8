/**
 * A figure, and what all figures are given.
 */
import type { Api } from './api.ts';
import type { Moment } from './recorded-api.ts';
import type { Measured } from './table.ts';

export interface Bench {
  /** How often whatever is taken in turns is taken. */
  rounds: number;
  running: ServedMoment;
  recorded: ServedMoment;
}

export interface ServedMoment extends Moment {
  /** An API server that stands still at that moment; who starts it stops it. */
  serve(): Promise<Api>;
}

export type Figure = (bench: Bench) => Promise<Measured>;
