/**
 * What the steps of one webhook call share.
 */
import type { Canary } from '../api/canary.ts';
import type { E2ESpec } from '../api/e2espec.ts';
import type { Job, Target } from '../api/kubernetes.ts';
import { HookError } from '../errors.ts';
import type { Origin } from '../flagger/address.ts';
import type { Payload } from '../flagger/payload.ts';
import type { Kube } from '../kube/client.ts';
import type { Log } from '../log.ts';
import type { Run } from '../run/id.ts';
import type { Notifier } from './notifier.ts';

export interface Context {
  /** As the Canary has it, where calls are authenticated. */
  payload: Payload;
  /** Where the call has arrived: by that a Canary's webhooks are known as the verifier's. */
  origin: Origin;
  kube: Kube;
  log: Log;
  /** Seconds after which Flagger is told to ask again. */
  retryAfterSeconds: number;
  /** Nothing where there is no sink. */
  notifier?: Notifier;
  /** Where people find the page; empty for nowhere. */
  statusUrl?: string | undefined;
  /** Where the log of a test's pod is kept; empty for nowhere. */
  logUrlTemplate?: string | undefined;
}

/** One run as the API server had it at the beginning of the call. `now` is the API server's time. */
export interface RunSnapshot {
  run: Run;
  canary: Canary | undefined;
  target: Target | undefined;
  spec: E2ESpec;
  job: Job | undefined;
  now: Date;
}

/**
 * For a write that changes no answer, and that the next call makes up for: whether it was carried out.
 * The verifier's own mistakes are thrown.
 */
export async function logFailure(log: Log, write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    log.warn('not written', { error: error.message });
    return false;
  }
}

/** For a write without which nothing may go on. `message`: what that means. */
export async function orUnavailable(write: Promise<unknown>, message: string): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    throw new HookError('ServiceUnavailable', `${message}: ${error.message}`);
  }
}
