/**
 * What the wiring check finds, and what it is given.
 */
import type { Spec } from '../e2espec.ts';

export interface Finding {
  /** The webhook's name; absent for what is wrong with the Canary. */
  webhook?: string;
  /** What does not gate, and what to do. */
  message: string;
}

/** What is known besides the Canary. */
export interface Known {
  /** The spec of the E2ESpec of that name. */
  specOf(name: string): Spec | undefined;
  retryAfterSeconds: number;
}
