/**
 * The names that the verifier writes on Kubernetes' objects, and finds there again.
 */

/** All begin with it. */
export const ownPrefix = 'remarkable.com/';

export const annotation = {
  canary: 'remarkable.com/canary',
  canaryUid: 'remarkable.com/canary-uid',
  checksum: 'remarkable.com/checksum',
  rollout: 'remarkable.com/rollout',
  e2eSpec: 'remarkable.com/e2espec',
  specUid: 'remarkable.com/e2espec-uid',
  specGeneration: 'remarkable.com/e2espec-generation',
  metadataHash: 'remarkable.com/hook',
  mode: 'remarkable.com/mode',
  /** Absent where a rollout asked for the run. */
  trigger: 'remarkable.com/trigger',
  /** By which it was asked for. */
  runId: 'remarkable.com/run-id',
  attempt: 'remarkable.com/attempt',
  lostJobs: 'remarkable.com/removed',
  target: 'remarkable.com/target',
  targetChangedAt: 'remarkable.com/target-changed-at',
  targetChangedTo: 'remarkable.com/target-changed-to',
  /** On the E2ESpec: run again. On a Job: the request it has answered. */
  requestedAt: 'remarkable.com/requestedAt',
  /** On the E2ESpec: let one revision through without its test. */
  skip: 'remarkable.com/skip',
} as const;

export const label = {
  managedBy: 'remarkable.com/managed-by',
  canary: 'remarkable.com/canary',
  checksum: 'remarkable.com/checksum',
  e2eSpec: 'remarkable.com/e2espec',
  trigger: 'remarkable.com/trigger',
} as const;

/** The value of `label.managedBy`, and the source of Events. */
export const manager = 'e2e-verifier';

/** The container whose end is the verdict. A podTemplate container of that name adds fields to it. */
export const testContainer = 'e2e';
