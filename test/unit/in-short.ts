/**
 * A step in a few words, for tables.
 */
import type { Step } from '../../function/run/step.ts';
import { recordedVerdict } from '../../function/verdict.ts';

/** `answer failed`, `start 2/0` (attempt, removed), `start 1/0 for j1` (which goes first), `refuse nameTaken`, `disown`. */
export function inShort(step: Step): string {
  switch (step.do) {
    case 'answer':
      return `answer ${step.verdict.kind}${step.record ? ' and write' : ''}`;
    case 'refuse':
      return `refuse ${step.fault.kind}`;
    case 'disown':
      return `disown ${step.fault.kind}`;
    case 'skip':
      return `skip as ${step.record.verdict}`;
    case 'start': {
      const { attempt, removed } = step.next;
      return `start ${attempt}/${removed}${step.former ? ` for ${step.former.metadata?.uid}` : ''}${step.isAskedFor ? ' by hand' : ''}`;
    }
  }
}

/** What it tells the people who ask meanwhile. */
export function told(step: Step): string {
  if (step.do === 'start') return step.next.why;
  if (step.do === 'refuse' || step.do === 'disown') return step.fault.message;
  const { reason, message } = step.do === 'skip' ? recordedVerdict(step.record) : step.verdict;
  return `${reason}: ${message}`;
}
