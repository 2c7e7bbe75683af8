/**
 * What a row of the page says, as plain data: /api/status hands it out as it is.
 */
import type { RecordedVerdict } from '../api/e2espec.ts';
import type { Matter } from '../api/reasons.ts';
import type { Link } from '../api/verdict.ts';

/** Worst first. */
export const states = ['failing', 'waiting', 'stale', 'running', 'never', 'ok'] as const;

export type State = (typeof states)[number];

export interface Row {
  namespace: string;
  name: string;
  state: State;
  /** What was decided last; NotBegun: a rollout is under way, and its test has not begun. */
  verdict: RecordedVerdict | 'NotRun' | 'NotBegun';
  reason?: string;
  matter: Matter;
  /** One line: the test's words, or why the row is in its state. */
  message: string;
  canary?: string;
  /** The webhook whose run decides. */
  hook?: string;
  trigger?: string;
  /** By which it was asked for, where no rollout asked. */
  id?: string;
  mode?: string;
  checksum?: string;
  /** Of the test, or since when the row is in its state. RFC 3339. */
  time?: string;
  lastPassedAt?: string;
  durationSeconds?: number;
  total?: number;
  failed?: number;
  /** Of what runs. */
  deadline?: string;
  /** Whether something keeps what runs from getting on. */
  isBlocked?: boolean;
  users?: Users;
  gates?: ClosedGate[];
  /** The last ten, the oldest first. */
  runs: RunMark[];
  /** How many of those passed at a second try. */
  flaky: number;
  logUrl?: string;
  links: Link[];
}

/** What users are on now. */
export interface Users {
  words: string;
  /** Whether they are on something that no test has passed. */
  isHit: boolean;
}

export interface RunMark {
  verdict: RecordedVerdict;
  isFlaky: boolean;
}

/** A gate that waits for a person. */
export interface ClosedGate {
  hook: string;
  /** How kubectl opens it; absent for one that is not the verifier's. */
  command?: string;
  /** Why what somebody has written does not open it. */
  why?: string;
}
