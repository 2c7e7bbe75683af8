/**
 * Flagger's Canary, as far as the verifier reads it.
 */

/** As an owner and as what an Event is about. */
export const canaryKind = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' } as const;

/** The resource of its API. */
export const canaryResource = { group: 'flagger.app', version: 'v1beta1', plural: 'canaries' } as const;

/** @see https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/apis/flagger/v1beta1/canary.go */
export interface Canary {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion?: string;
    annotations?: Record<string, string>;
  };
  spec: {
    targetRef: { apiVersion?: string; kind: string; name: string };
    service?: CanaryService;
    provider?: string;
    skipAnalysis?: boolean;
    analysis?: Analysis;
  };
  status?: RevisionStatus & {
    phase?: CanaryPhase;
    /** Percent of the requests that the new revision gets. */
    canaryWeight?: number;
    /** When the phase or the weight last changed. */
    lastTransitionTime?: string;
    /** What `lastAppliedSpec` was of the revision that was promoted last. */
    lastPromotedSpec?: string;
    conditions?: { type: string; status: string; lastTransitionTime?: string }[];
  };
}

/** What Flagger makes its Services of. */
export interface CanaryService {
  name?: string;
  port?: number;
  /** A number, or the name of a container's port. */
  targetPort?: unknown;
  appProtocol?: string;
  headless?: boolean;
}

export interface Analysis {
  /** Go's notation, as `30s`; Flagger's default is a minute. */
  interval?: string;
  iterations?: number;
  match?: unknown[];
  mirror?: boolean;
  /** Percent of the pods that have to be available; Flagger's default is 100. */
  canaryReadyThreshold?: number;
  /** Failed checks that roll back; Flagger's default is 1. */
  threshold?: number;
  alerts?: Alert[];
  webhooks?: Webhook[];
}

export interface Alert {
  name?: string;
  /** `info`, `warn` or `error`: what is less is not sent. */
  severity?: string;
}

export interface Webhook {
  name: string;
  /** Empty is `rollout`. */
  type?: string;
  url: string;
  timeout?: string;
  retries?: number;
  disableTLS?: boolean;
  muteAlert?: boolean;
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

/** The part of a Canary's status that Flagger makes its checksum of. */
export interface RevisionStatus {
  lastAppliedSpec?: string;
  trackedConfigs?: Record<string, string>;
}
