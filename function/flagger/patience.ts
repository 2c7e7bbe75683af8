/**
 * How long Flagger waits: for one answer, and until it asks again. A call is held only so long that its answer is there
 * before Flagger hangs up, and that calls which are held are no more a minute than others.
 */
import type { Canary } from '../api/canary.ts';
import { milliseconds } from './canary.ts';
import { splitPath } from './hooks.ts';
import { type Call, haveSameMetadata, ownWebhooks } from './webhooks.ts';

// https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/webhook.go
const defaultTimeout = 10_000;

// Milliseconds of a timeout: it began before the call was here, behind a gateway and Knative's activator, and the answer
// has to get back.
const onTheWay = 4000;

// Milliseconds for the last evaluation, and how many times as long it may take as the one before: that found no verdict, so
// it read no pods and wrote nothing, and took half the round trips.
const lastEvaluation = 1000;
const timesAsLong = 2;

// Milliseconds: a shorter hold would not be worth its requests. And how far they are apart.
const shortestHold = 1000;
const betweenLooks = 1000;

// Seconds by which the next call may come earlier than it would have without a hold.
const slack = 0.1;

/** Milliseconds for which Flagger waits for the answer to this call: nobody knows which of two hooks alike has made it. */
export function timeoutOf(canary: Canary | undefined, call: Call): number {
  if (canary === undefined) return defaultTimeout;
  const asked = splitPath(call.origin.path)?.path;
  const timeouts = ownWebhooks(canary, call)
    .filter(({ path, webhook }) => path === asked && haveSameMetadata(webhook.metadata, call.payload.metadata))
    .map(({ webhook }) => milliseconds(webhook.timeout) ?? defaultTimeout);
  return timeouts.length > 0 ? Math.min(...timeouts) : defaultTimeout;
}

/** A call whose test runs. Times are in milliseconds, points in time since the epoch. */
export interface Evaluated {
  /** When it has arrived. */
  since: number;
  now: number;
  /** What its evaluation has taken. */
  took: number;
  callBudget: number;
  /** Flagger's, for this call. */
  timeout: number;
}

/** Until when it is held; nothing where it is answered at once. */
export function holdUntil({ since, now, took, callBudget, timeout }: Evaluated): number | undefined {
  const longest = Math.min(callBudget, timeout - onTheWay);
  const until = since + longest - Math.max(lastEvaluation, timesAsLong * took);
  return until - now < shortestHold ? undefined : until;
}

/** Milliseconds until the Job is looked at again, the last time at the end of the hold; nothing after it. */
export function pauseBeforeLook(now: number, until: number): number | undefined {
  const left = until - now;
  return left <= 0 ? undefined : left / Math.max(1, Math.round(left / betweenLooks));
}

/** Seconds, for a call that was held and has taken so many milliseconds: so the next one comes when it would have come. */
export function retryAfterHold(retryAfterSeconds: number, taken: number): number {
  return Math.max(1, Math.ceil(retryAfterSeconds - taken / 1000 - slack));
}
