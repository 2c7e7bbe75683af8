/**
 * An outcome as a response: the status by the table of `flagger/hooks.ts`, the reason first in one line of plain text.
 */
import type { OwnReason } from '../api/reasons.ts';
import type { Link, Verdict } from '../api/verdict.ts';
import type { HookError } from '../errors.ts';
import {
  asksForToken,
  asksToRetry,
  type Hook,
  healthy,
  type NoticeHook,
  statusObserved,
  statusOfError,
  statusOfVerdict,
  type VerdictHook,
} from '../flagger/hooks.ts';
import type { Response } from '../http/server.ts';
import { longestRetryAfter } from '../kube/retry.ts';
import type { AwaitedJob } from '../run/awaited.ts';
import { shownId } from '../run/requested.ts';
import { oneLine, oneLineWith } from '../text.ts';
import { tracesInWords } from '../verdict/traces.ts';
import type { ManualAnswer } from './manual-gate.ts';

/** What a hook is answered that asks for a verdict. */
export interface GateAnswer {
  verdict: Verdict;
  jobName: string;
  /** Inconclusive is to hold the rollout: the E2ESpec says `onInconclusive: Hold`, or the proof of a pass was lost. */
  onHold: boolean;
  /** Its E2ESpec only observes: whatever the verdict, nothing is held by it. */
  isObserved?: true;
  /** By which the run was asked for outside a rollout. */
  id?: string;
  /** For whose end the call may be held, and how long Flagger waits for the answer, in milliseconds. */
  awaits?: { job: AwaitedJob; timeout: number };
}

/** What a hook without a verdict is answered. */
export interface Ack {
  reason: OwnReason;
  message: string;
}

export interface ResponseOptions {
  /** The caller accepts JSON rather than plain text. */
  json: boolean;
  /** Seconds, where the outcome names none. */
  retryAfterSeconds: number;
}

export function verdictResponse(
  hook: VerdictHook,
  { verdict, jobName, onHold, isObserved, id }: GateAnswer,
  options: ResponseOptions,
): Response {
  const { kind, reason, message } = isObserved ? inObserversWords(verdict) : verdict;
  const status = isObserved ? statusObserved(hook) : statusOfVerdict(hook, kind, onHold);
  const { links, logUrl } = verdict;
  const fields = {
    ...{ verdict: kind, reason, message, job: jobName },
    ...(id !== undefined && { id }),
    ...(logUrl !== undefined && { logUrl }),
    ...(links && { links }),
  };
  const ending = [id === undefined ? '' : `id ${shownId(id)}`, tracesInWords(verdict)].filter((each) => each !== '');
  const text = oneLineWith(ending.join('; '), `${reason}: Job ${jobName}: ${message}`);
  return responseOf(status, text, fields, options);
}

const observersWords = {
  passed: undefined,
  failed: 'WouldHaveFailed',
  inconclusive: 'WouldHaveBeenInconclusive',
  running: 'Observing',
} as const satisfies Record<Verdict['kind'], OwnReason | undefined>;

/** What the test says is told, and that nothing waits for it. */
function inObserversWords(verdict: Verdict): Verdict {
  const { kind, reason, message } = verdict;
  const word = observersWords[kind];
  return word === undefined ? verdict : { kind, reason: word, message: `${reason}: ${message}` };
}

export function ackResponse(hook: NoticeHook, { reason, message }: Ack, options: ResponseOptions): Response {
  return responseOf(hook.status, `${reason}: ${message}`, { reason, message }, options);
}

/** The load tester has no body where something was done; who wants JSON gets what that was. */
export function manualResponse({ status, word, reason, message }: ManualAnswer, options: ResponseOptions): Response {
  if (word === '' && !options.json) return { status, headers: {}, body: '' };
  return responseOf(status, word === 'Forbidden' ? `${word}: ${message}` : word, { reason, message }, options);
}

export function errorResponse(error: HookError, hook: Hook | undefined, options: ResponseOptions): Response {
  const { kind, message, retryAfterSeconds = options.retryAfterSeconds } = error;
  const fields = { reason: kind, message };
  return responseOf(statusOfError(kind, hook), `${kind}: ${message}`, fields, { ...options, retryAfterSeconds });
}

/** For probes, and for people who want to see what answers here. */
export function healthResponse(): Response {
  return { status: healthy, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: 'e2e-verifier is up' };
}

function retryAfter(seconds: number): string {
  return String(Math.min(longestRetryAfter, Math.max(1, Math.ceil(seconds))));
}

function responseOf(
  status: number,
  text: string,
  fields: Record<string, string | Link[]>,
  { json, retryAfterSeconds }: ResponseOptions,
): Response {
  return {
    status,
    headers: {
      'Content-Type': json ? 'application/json' : 'text/plain; charset=utf-8',
      ...(asksForToken(status) && { 'WWW-Authenticate': 'Bearer' }),
      ...(asksToRetry(status) && { 'Retry-After': retryAfter(retryAfterSeconds) }),
    },
    body: json ? JSON.stringify(cleaned(fields)) : oneLine(text),
  };
}

function cleaned(fields: Record<string, string | Link[]>): Record<string, string | Link[]> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? oneLine(value) : value]),
  );
}
