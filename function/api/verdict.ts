/**
 * What is decided on a run.
 */
export interface Verdict {
  kind: 'passed' | 'failed' | 'inconclusive' | 'running';
  /** One word, Kubernetes' own where it has one. */
  reason: string;
  message: string;
  /** Of the single tests, where the test has handed over a result. */
  counts?: Counts;
  /** When the test itself began and ended, where its container tells. */
  ran?: Span;
  /** The name of the pod that says so, where it is known. */
  pod?: string;
  /** What the test or a container beside it has handed over. */
  links?: Link[];
  /** Where the log is kept when the pod is gone. */
  logUrl?: string;
}

export interface Link {
  name: string;
  /** http or https. */
  url: string;
}

/** RFC 3339, the node's. */
export interface Span {
  startedAt: string;
  finishedAt: string;
}

/** How many tests there were, and how they ended; what the test did not say is absent. */
export interface Counts {
  total: number;
  passed?: number;
  failed: number;
  skipped?: number;
}
