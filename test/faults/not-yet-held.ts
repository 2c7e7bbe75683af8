/**
 * What does not hold yet. Each line says which cases may fail, how, and why; the case that shows it is always run, and the
 * line fails itself once that case holds.
 */
export interface NotYetHeld {
  /** The name of one of the cases. */
  shows: string;
  cases: RegExp;
  says: RegExp;
  why: string;
}

export const notYetHeld: NotYetHeld[] = [];

interface Leak {
  shows: string;
  lines: RegExp;
  why: string;
}

/** Lines of the log that have the token in them. */
export const leaks: Leak[] = [];
