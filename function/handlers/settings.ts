/**
 * What the process answers with, and what one call brings along while it is answered.
 */
import type { Notifier } from '../actions/notifier.ts';
import type { Holds } from '../http/holds.ts';
import type { Request } from '../http/server.ts';
import type { Authorize } from '../kube/access-review.ts';
import type { AskAs } from '../kube/caller.ts';
import type { Kube } from '../kube/client.ts';
import type { Budget } from '../kube/retry.ts';
import type { Log } from '../log.ts';
import type { ResponseOptions } from './response.ts';

export interface Settings {
  kube: (budget: Budget) => Kube;
  /** By the caller's own token. */
  askAs: AskAs;
  authorize: Authorize;
  log: Log;
  holds: Holds;
  authenticatesPayload: boolean;
  retryAfterSeconds: number;
  /** Empty for none. */
  logUrlTemplate?: string;
  /** Empty for none. */
  statusUrl?: string;
  /** Milliseconds. */
  callBudget: number;
  /** Nothing where there is no sink. */
  notifier?: Notifier;
}

/** A call that is being answered. */
export interface Answering {
  request: Request;
  settings: Settings;
  /** Of its line in the log; `said` in place of the answer's body. */
  fields: Record<string, unknown>;
  options(): ResponseOptions;
  onHold(): void;
}
