/**
 * What a call comes to, when no fault is in the way.
 */
import type { Verdict } from './verdict.ts';

/** The answer to a hook that asks for a verdict. */
export interface Decision {
  kind: 'decision';
  verdict: Verdict;
  jobName: string;
  /** Inconclusive is to hold the rollout: the E2ESpec says `onInconclusive: Hold`, or the proof of a pass was lost. */
  isHeld: boolean;
}

/** The answer to a hook that gates nothing. */
export interface Done {
  kind: 'done';
  reason: string;
  message: string;
}

export function done(reason: string, message: string): Done {
  return { kind: 'done', reason, message };
}
