/**
 * Runs that are on record as running although their rollout is over.
 */
import type { CanaryPhase } from '../api/canary.ts';
import type { LatestRun } from '../api/e2espec.ts';

export const untoldInWords = 'its rollout is over, but the end of its test was never reported';

/** Of a run on request, or one that is only observed, a rollout that is over says nothing: none waits for it. */
export function isUntold(
  { verdict, mode, trigger }: Pick<LatestRun, 'verdict' | 'mode'> & { trigger?: LatestRun['trigger'] },
  phase: CanaryPhase | undefined,
): boolean {
  const isOfRollout = mode !== 'Observe' && trigger !== 'request';
  return verdict === 'Running' && isOfRollout && (phase === 'Succeeded' || phase === 'Failed');
}
