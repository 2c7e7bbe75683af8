/**
 * What a test said last, and how it ended.
 */
import { fromKubernetes, type Reason } from '../api/reasons.ts';
import type { Counts, Span } from '../api/verdict.ts';
import { tail } from '../text.ts';
import { exitOf, withOutput } from './containers.ts';
import { type End, spanOf } from './proof.ts';
import { secondsOf } from './seconds.ts';
import { readTestResult, summarize } from './test-result.ts';

export interface Cause {
  reason: Reason;
  message: string;
}

/** `counts`: where the test has handed over a result. `ran`: where its container tells. */
export type Failure = { kind: 'failed'; counts?: Counts; ran?: Span } & Cause;

export function failedBy(end: End): Failure {
  const reason = fromKubernetes(end.reason ?? 'Error');
  const isOfMemory = reason === 'OOMKilled';
  const ran = spanOf(end);
  const time = ran === undefined ? '' : ` in ${secondsOf(ran)} s`;
  const what = isOfMemory ? `ran out of memory${time}; check spec.resources of the E2ESpec` : `${exitOf(end)}${time}`;
  const { output, ...counted } = outputOf(end.message);
  return { kind: 'failed', reason, message: withOutput(`the test ${what}`, output), ...counted, ...(ran && { ran }) };
}

export function atDeadline(end: End | undefined): Failure {
  const { output, ...counted } = outputOf(end?.message);
  const ran = end && spanOf(end);
  const time = ran === undefined ? '' : ` after ${secondsOf(ran)} s`;
  const message = withOutput(`the test ran into its deadline${time}`, output);
  return { kind: 'failed', reason: 'DeadlineExceeded', message, ...counted, ...(ran && { ran }) };
}

export function hookFailed(end: End): Cause {
  const { output } = outputOf(end.message);
  return {
    reason: 'FailedPostStartHook',
    message: withOutput('the postStart hook failed, and with it the test', output),
  };
}

/** What failed, where the test says it in figures; else the end of its output. */
function outputOf(message = ''): { output: string; counts?: Counts } {
  const read = readTestResult(message);
  if (read.kind === 'nothing') return { output: tail(read.output) };
  if (read.kind === 'unreadable') return { output: tail(message) };
  return { output: summarize(read.result), counts: read.result.counts };
}
