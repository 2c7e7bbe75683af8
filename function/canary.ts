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
    analysis?: { interval?: string; webhooks?: Webhook[] };
  };
  status?: RevisionStatus & {
    phase?: CanaryPhase;
    conditions?: { type: string; status: string; lastTransitionTime?: string }[];
  };
}

export interface Webhook {
  name: string;
  /** Empty is `rollout`. */
  type?: string;
  url: string;
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
