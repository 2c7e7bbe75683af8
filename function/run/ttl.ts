/**
 * Jobs that Kubernetes itself removes some time after their end: while a Canary is suspended nobody asks for their verdict.
 * https://github.com/fluxcd/flagger/issues/1431
 */
import type { CompleteSpec, RunRecord } from '../api/e2espec.ts';

// A Job must outlive the next polls: confirm-promotion is asked every second tick of the analysis.
const shortestTtl = 300;

export function secondsKept({ ttlSecondsAfterFinished }: Pick<CompleteSpec, 'ttlSecondsAfterFinished'>): number {
  return Math.max(ttlSecondsAfterFinished, shortestTtl);
}

const aDay = 24 * 3600;

/** Of a Job whose test has not passed: somebody will want its log. */
export function secondsKeptAfterFailure(spec: CompleteSpec): number {
  return Math.max(secondsKept(spec), spec.ttlSecondsAfterFailure ?? aDay);
}

/**
 * Whether its TTL may have removed the Job of this record by then: it can have ended as soon as it had begun. A Job that a
 * person removes so late is taken for one of these.
 */
export function mayHaveExpired({ startedAt }: RunRecord, spec: CompleteSpec, then: Date): boolean {
  if (startedAt === undefined) return false;
  return Date.parse(startedAt) + secondsKept(spec) * 1000 <= then.getTime();
}
