/**
 * What the verifier reads of Flagger's Canary: whose it is, how far it is, which rollout is going on.
 */
import type { RevisionStatus } from './checksum.ts';

/** @see https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/apis/flagger/v1beta1/canary.go */
export interface Canary {
  metadata: { name: string; namespace: string; uid: string };
  spec: {
    targetRef: { apiVersion?: string; kind: string; name: string };
    service?: { name?: string; port?: number };
    provider?: string;
    skipAnalysis?: boolean;
    analysis?: Analysis;
  };
  status?: RevisionStatus & {
    phase?: CanaryPhase;
    conditions?: { type: string; status: string; lastTransitionTime?: string }[];
  };
}

export interface Analysis {
  /** Go's notation, as `30s`; Flagger's default is a minute. */
  interval?: string;
  iterations?: number;
  match?: unknown[];
  mirror?: boolean;
  /** Percent of the pods that have to be available; Flagger's default is 100. */
  canaryReadyThreshold?: number;
  webhooks?: Webhook[];
}

export interface Webhook {
  name: string;
  /** Empty is `rollout`. */
  type?: string;
  url: string;
  timeout?: string;
  retries?: number;
  metadata?: Record<string, string>;
}

export type CanaryPhase =
  | 'Initializing'
  | 'Initialized'
  | 'Waiting'
  | 'Progressing'
  | 'WaitingPromotion'
  | 'Promoting'
  | 'Finalising'
  | 'Succeeded'
  | 'Failed'
  | 'Terminating'
  | 'Terminated';

/** Milliseconds between two ticks of the analysis. */
export function intervalOf({ spec }: Canary): number {
  return milliseconds(spec.analysis?.interval) ?? 60_000;
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
 * Names the rollout that is going on: the time at which the condition Promoted last changed its status.
 * Flagger keeps it from the first Waiting or Progressing to the last Finalising, through restarts of the analysis.
 * Compared for equality only: it comes from Flagger's clock.
 */
export function rolloutOf(canary: Canary): string | undefined {
  return canary.status?.conditions?.find(({ type }) => type === 'Promoted')?.lastTransitionTime;
}
