/**
 * A step in a few words, for tables.
 */
import { HookError } from '../../../function/errors.ts';
import { nextStep } from '../../../function/run/next-step.ts';
import type { RunState } from '../../../function/run/state.ts';
import type { Step, StepInput } from '../../../function/run/step.ts';
import { recordedVerdict } from '../../../function/verdict/judge.ts';

/** The next step, or the error that is thrown instead. */
export function stepIn(state: RunState, input: StepInput): Step | HookError {
  try {
    return nextStep(state, input);
  } catch (error) {
    if (error instanceof HookError) return error;
    throw error;
  }
}

/** `answer failed`, `start 2/0` (attempt, lost Jobs), `start 1/0 for j1` (which goes first), `... on record` (before it goes), `throw AlreadyExists`. */
export function inShort(step: Step | HookError): string {
  if (step instanceof HookError) return `throw ${step.kind}`;
  switch (step.do) {
    case 'stuck':
      return `stuck ${step.job.metadata?.uid}`;
    case 'answer':
      return `answer ${step.verdict.kind}${step.record ? ' and write' : ''}`;
    case 'targetChanged':
      return 'targetChanged';
    case 'skip':
      return `skip as ${step.record.verdict}`;
    case 'start': {
      const { attempt, lostJobs } = step.next;
      const former = step.previousJob ? ` for ${step.previousJob.metadata?.uid}` : '';
      const byHand = step.requestedByUser ? ' by hand' : '';
      return `start ${attempt}/${lostJobs}${former}${byHand}${step.record ? ' on record' : ''}`;
    }
  }
}

/** What it tells the people who ask meanwhile. */
export function told(step: Step | HookError): string {
  if (step instanceof HookError) return step.message;
  if (step.do === 'start') return step.next.message;
  if (step.do === 'targetChanged') return step.do;
  const { reason, message } = step.do === 'skip' ? recordedVerdict(step.record) : step.verdict;
  return `${reason}: ${message}`;
}
