/**
 * What the steps of one webhook call share, and what one of them sees of a run.
 */
import type { Canary } from './canary.ts';
import type { E2ESpec } from './e2espec.ts';
import type { Fault } from './fault.ts';
import type { Job } from './kube/wire.ts';
import type { Kube } from './kube.ts';
import type { Log } from './log.ts';
import type { Payload } from './payload.ts';
import type { Run } from './run.ts';
import type { TargetRead } from './target/read.ts';

/** What the steps of one call share. */
export interface Context {
  payload: Payload;
  kube: Kube;
  log: Log;
  /** Seconds after which Flagger is told to ask again. */
  retryAfterSeconds: number;
}

/** One run as it was seen at the beginning of the call. `now` is the API server's time. */
export interface Sight {
  run: Run;
  canary: Canary | undefined;
  /** On its way: it was asked for as soon as the Canary had named it. */
  target: Promise<TargetRead | Fault>;
  spec: E2ESpec;
  job: Job | undefined;
  now: Date;
}
