/**
 * What the command line cannot do: wrong arguments, and what cannot be read.
 */
import type { Position } from './manifests/manifests.ts';

/** Exit status 64. */
export class UsageError extends Error {}

/** Exit status 2: what keeps a command from what it was asked for, and what to do. */
export class CannotRun extends Error {}

/** Exit status 2. */
export interface Problem {
  message: string;
  /** Absent where it is about no file. */
  file?: string;
  position?: Position;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
