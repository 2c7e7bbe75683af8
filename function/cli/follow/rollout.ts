/**
 * What a rollout would do with a verdict.
 */
import type { CompleteSpec } from '../../api/e2espec.ts';
import type { Verdict } from '../../api/verdict.ts';
import { isLostResult } from '../../verdict/judge.ts';

/** As a sentence without its end. */
export function rolloutWould(
  verdict: Verdict,
  spec: Pick<CompleteSpec, 'mode' | 'inconclusiveRetries' | 'onInconclusive'>,
): string {
  if (spec.mode === 'Observe') return 'a rollout would go on whatever the verdict: spec.mode of the E2ESpec is Observe';
  switch (verdict.kind) {
    case 'passed':
      return 'a rollout would go on';
    case 'failed':
      return 'a rollout would be stopped at this gate, and rolled back';
    case 'inconclusive':
      return inconclusive(isLostResult(verdict) || spec.onInconclusive === 'Hold', spec.inconclusiveRetries);
    case 'running':
      return 'a rollout would wait';
  }
}

function inconclusive(isHeld: boolean, retries: number): string {
  const again =
    retries === 0 ? 'a rollout would' : `a rollout would have it run again, ${times(retries)} at the most, then`;
  return isHeld ? `${again} be held until somebody decides` : `${again} be rolled back`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
