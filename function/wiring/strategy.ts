/**
 * Which of Flagger's strategies a Canary rolls out by, and its webhooks as the wiring check sees them.
 */
import type { Canary } from '../canary.ts';
import type { OwnWebhook } from '../webhooks.ts';

export type Strategy = 'weights' | 'A/B' | 'blue/green';

/** Without `spec.provider` it is taken for a mesh: Flagger's own default is not in the Canary. */
export function strategyOf({ spec }: Canary): Strategy {
  // https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/scheduler.go drops match, and iterates 10 times
  if (spec.provider === 'kubernetes') return 'blue/green';
  const { iterations = 0, match = [] } = spec.analysis ?? {};
  if (iterations === 0) return 'weights';
  return match.length > 0 ? 'A/B' : 'blue/green';
}

export interface OwnHook extends OwnWebhook {
  /** As Flagger reads it: no type is `rollout`. */
  type: string;
  path: string;
}
