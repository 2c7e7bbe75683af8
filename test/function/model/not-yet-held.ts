/**
 * What does not hold yet: how it fails, and the shortest sequence that shows it. A line fails itself once its sequence holds.
 */
import type { Command } from './commands.ts';

export interface NotYetHeld {
  says: RegExp;
  why: string;
  commands: Command[];
  last: 'passes' | 'fails';
  /** In which order the requests of a race arrive, by the numbers of fast-check's report. */
  order?: number[];
}

export const notYetHeld: NotYetHeld[] = [];
