/**
 * An outcome as an answer: the status by the table of `hooks.ts`, the reason first in one line of plain text.
 */
import { type Fault, reasonOf } from './fault.ts';
import {
  asksToRetry,
  type Hook,
  healthy,
  type NoticeHook,
  statusOfFault,
  statusOfVerdict,
  type VerdictHook,
} from './hooks.ts';
import type { Decision, Done } from './outcome.ts';
import { oneLine } from './record/words.ts';

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface Wishes {
  /** The caller accepts JSON rather than plain text. */
  json: boolean;
  /** Seconds, where the outcome names none. */
  retryAfterSeconds: number;
}

export function replyToDecision(hook: VerdictHook, { verdict, jobName, isHeld }: Decision, wishes: Wishes): Reply {
  const { reason } = verdict;
  const fields = { verdict: verdict.kind, reason, message: verdict.message, job: jobName };
  const text = `${reason}: Job ${jobName}: ${verdict.message}`;
  return reply(statusOfVerdict(hook, verdict, isHeld), text, fields, wishes);
}

export function replyToDone(hook: NoticeHook, { reason, message }: Done, wishes: Wishes): Reply {
  return reply(hook.done, `${reason}: ${message}`, { reason, message }, wishes);
}

export function replyToFault(fault: Fault, hook: Hook | undefined, wishes: Wishes): Reply {
  const { kind, message } = fault;
  const reason = reasonOf(fault);
  const seconds = fault.kind === 'unavailable' ? fault.retryAfterSeconds : undefined;
  return reply(
    statusOfFault(fault, hook),
    `${reason}: ${message}`,
    { fault: kind, reason, message },
    {
      ...wishes,
      retryAfterSeconds: seconds ?? wishes.retryAfterSeconds,
    },
  );
}

/** For probes, and for people who look what answers here. */
export function healthReply(): Reply {
  return { status: healthy, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: 'e2e-verifier is up' };
}

// Flagger sleeps whatever it is told: https://github.com/hashicorp/go-retryablehttp/issues/247
const longestRetryAfter = 60;

function retryAfter(seconds: number): string {
  return String(Math.min(longestRetryAfter, Math.max(1, Math.ceil(seconds))));
}

function reply(status: number, text: string, fields: Record<string, string>, wishes: Wishes): Reply {
  const clean = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, oneLine(value)]));
  return {
    status,
    headers: {
      'Content-Type': wishes.json ? 'application/json' : 'text/plain; charset=utf-8',
      ...(asksToRetry(status) && { 'Retry-After': retryAfter(wishes.retryAfterSeconds) }),
    },
    body: wishes.json ? JSON.stringify(clean) : oneLine(text),
  };
}
