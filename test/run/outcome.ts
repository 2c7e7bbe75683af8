/**
 * What became of suites, and what is said of them at the end.
 */

export interface Outcome {
  passed: number;
  /** Their whole titles. */
  failed: string[];
}

/** By file. */
export type Outcomes = Record<string, Outcome>;

/** More than these is not one suite that lost patience on a busy machine. */
export const MOST_RUN_AGAIN = 4;

/** The suites to run again by themselves: none when so many failed that something else is wrong. */
export function toRunAgain(outcomes: Outcomes): string[] {
  const failed = Object.keys(outcomes).filter((file) => (outcomes[file]?.failed.length ?? 0) > 0);
  return failed.length <= MOST_RUN_AGAIN ? failed : [];
}

export interface TwoRuns {
  first: Outcomes;
  again: Outcomes;
}

/** What counts is the second run. What only passed there is told, with its title: it is a test to mend. */
export function summary({ first, again }: TwoRuns): { lines: string[]; passed: number; failed: string[] } {
  const last = Object.values({ ...first, ...again });
  const passed = last.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = last.flatMap((outcome) => outcome.failed);
  const flaky = Object.keys(again).flatMap((file) =>
    (first[file]?.failed ?? []).filter((title) => !again[file]?.failed.includes(title)),
  );
  const told = flaky.map((title) => `failed beside others and passed by itself: ${title}`);
  return { lines: [...told, `suites: ${passed} passed, ${failed.length} failed`], passed, failed };
}
