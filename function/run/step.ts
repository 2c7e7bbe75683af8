/**
 * What can be done about a run, and what it is decided by.
 */
import type { E2ESpec, RunRecord } from '../api/e2espec.ts';
import type { Job, Target } from '../api/kubernetes.ts';
import type { Verdict } from '../api/verdict.ts';
import type { Evidence } from '../verdict/evidence.ts';
import type { Run } from './id.ts';

/** The Job to create next. `message` is for whoever asks meanwhile; empty for the first of a run. */
export interface Attempt {
  attempt: number;
  lostJobs: number;
  message: string;
}

export type Step =
  /** `record`: what E2ESpec.status is to say from now on. */
  | { do: 'answer'; verdict: Verdict; record?: RunRecord }
  /** A `job` that is being deleted does not go. */
  | { do: 'stuck'; verdict: Verdict; job: Job }
  /**
   * The canary is not what this run tests, but has become `seen`; nothing where it is gone. `job`: where to note it, instead
   * of on the record. `changedSince`: when that was first seen; nothing the first time.
   */
  | { do: 'targetChanged'; job: Job | undefined; seen: string | undefined; changedSince: Date | undefined }
  /**
   * `previousJob`: has the name and must go first. `record`: has to be written before it goes, as it alone knows then what
   * comes next. `waitingSince`: for the target, RFC 3339.
   */
  | {
      do: 'start';
      next: Attempt;
      previousJob?: Job;
      record?: RunRecord;
      waitingSince?: string;
      requestedByUser?: true;
    }
  /** Let through by hand, once `record` is written. */
  | { do: 'skip'; record: RunRecord };

export interface StepInput {
  run: Run;
  spec: E2ESpec;
  target: Target | undefined;
  evidence: Evidence;
  /** The API server's time. */
  now: Date;
  /** Where the log of a test's pod is kept; empty for nowhere. */
  logUrlTemplate?: string | undefined;
}

export function answer(verdict: Verdict): Extract<Step, { do: 'answer' }> {
  return { do: 'answer', verdict };
}
