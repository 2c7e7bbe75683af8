/**
 * What a Canary says of itself to Flagger: how often it is looked at, which rollout is going on, by which strategy.
 */
import type { Canary, CanaryPhase } from '../api/canary.ts';

// https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/apis/flagger/v1beta1/canary.go `GetAnalysisInterval`
const defaultInterval = 60_000;
const shortestInterval = 10_000;

/** Milliseconds between two ticks of the analysis. */
export function intervalOf({ spec }: Canary): number {
  return Math.max(milliseconds(spec.analysis?.interval) ?? defaultInterval, shortestInterval);
}

/** Failed checks that roll back. https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/apis/flagger/v1beta1/canary.go `GetAnalysisThreshold` */
export function thresholdOf({ spec }: Canary): number {
  const { threshold = 0 } = spec.analysis ?? {};
  return threshold > 0 ? threshold : 1;
}

const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 1e-3, '\u00b5s': 1e-3, ns: 1e-6 };

// More than anybody writes, so that nobody can make it long to read.
const longestDuration = 64;

/** Go's notation, as `1m30s`; nothing for what is none. https://pkg.go.dev/time#ParseDuration */
export function milliseconds(duration: string | undefined): number | undefined {
  if (duration === undefined || duration === '' || duration.length > longestDuration) return undefined;
  const part = /(\d+(?:\.\d+)?)(h|ms|m|us|\u00b5s|ns|s)/y;
  let sum = 0;
  while (part.lastIndex < duration.length) {
    const [, amount, unit] = part.exec(duration) ?? [];
    if (amount === undefined || unit === undefined) return undefined;
    sum += Number(amount) * (units[unit] ?? 0);
  }
  return sum;
}

/** The rollout of a run that has no Canary (AUTHENTICATE_PAYLOAD=false). */
export const noRollout = '-';

/**
 * Names the rollout that is going on: the time at which the condition Promoted last changed its status; nothing where the
 * Canary does not say it. Flagger keeps it from the first Waiting or Progressing to the last Finalising, through restarts
 * of the analysis. Compared for equality only: it comes from Flagger's clock.
 */
export function rolloutOf(canary: Canary): string | undefined {
  const promoted = canary.status?.conditions?.find(({ type }) => type === 'Promoted');
  const time = promoted?.lastTransitionTime;
  return isTime(time) ? time : undefined;
}

const underWay: readonly (CanaryPhase | undefined)[] = [
  'Waiting',
  'Progressing',
  'WaitingPromotion',
  'Promoting',
  'Finalising',
];

/** Names the rollout while it is going on; nothing before the first Waiting and after the last Finalising. */
export function rolloutGoingOn(canary: Canary): string | undefined {
  return underWay.includes(canary.status?.phase) ? rolloutOf(canary) : undefined;
}

/** RFC 3339: what is no time names no rollout, an empty text as little as a dash. */
export function isTime(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d\d-\d\dT\S+$/.test(text);
}

export type Strategy = 'weights' | 'A/B' | 'blue/green';

/** Without `spec.provider` it is taken for a mesh: Flagger's own default is not in the Canary. */
export function strategyOf({ spec }: Canary): Strategy {
  // https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/scheduler.go drops match, and iterates 10 times
  if (spec.provider === 'kubernetes') return 'blue/green';
  const { iterations = 0, match = [] } = spec.analysis ?? {};
  if (iterations === 0) return 'weights';
  return match.length > 0 ? 'A/B' : 'blue/green';
}
