/**
 * What a test said last, and how it ended.
 */
import { fromKubernetes, type Reason } from '../api/reasons.ts';
import type { Counts } from '../api/verdict.ts';
import { tail } from '../text.ts';
import { exitOf, withOutput } from './containers.ts';
import type { End } from './proof.ts';
import { readTestResult, summarize } from './test-result.ts';

export interface Cause {
  reason: Reason;
  message: string;
}

/** `counts`: where the test has handed over a result. */
export type Failure = { kind: 'failed'; counts?: Counts } & Cause;

export function failedBy(end: End): Failure {
  const reason = fromKubernetes(end.reason ?? 'Error');
  const isOfMemory = reason === 'OOMKilled';
  const what = isOfMemory ? 'ran out of memory; check spec.resources of the E2ESpec' : exitOf(end);
  const { output, ...counted } = outputOf(end.message);
  return { kind: 'failed', reason, message: withOutput(`the test ${what}`, output), ...counted };
}

export function atDeadline(end: End | undefined): Failure {
  const { output, ...counted } = outputOf(end?.message);
  const message = withOutput('the test ran into its deadline', output);
  return { kind: 'failed', reason: 'DeadlineExceeded', message, ...counted };
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
  if (read.kind !== 'result') return { output: tail(message) };
  return { output: summarize(read.result), counts: read.result.counts };
}
