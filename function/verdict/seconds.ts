/**
 * How long something took, in whole seconds, as Kubernetes' times are.
 */
import type { Span } from '../api/verdict.ts';

export function secondsOf({ startedAt, finishedAt }: Span): number {
  return secondsBetween(startedAt, new Date(finishedAt));
}

/** Never less than 0: the two may be of two clocks. */
export function secondsBetween(from: string, to: Date): number {
  return Math.max(0, Math.round((to.getTime() - Date.parse(from)) / 1000));
}
