/**
 * Whether Flagger tells anybody that a test has failed: a rollback hook sends a warning. It sends an error as well when the
 * failed checks have reached the threshold, and of a confirm hook none are counted.
 * https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/scheduler.go `rollback`, events.go `alert`
 */
import type { Canary } from '../api/canary.ts';
import { thresholdOf } from '../flagger/canary.ts';
import type { VerifierWebhook } from '../flagger/webhooks.ts';
import { inCanary } from './place.ts';
import type { Finding } from './rules.ts';

export function checkAlerts(canary: Canary, own: VerifierWebhook[]): Finding[] {
  if (!own.some(({ hook }) => hook.kind === 'rollback')) return [];
  const gates = own.filter(({ hook, path }) => hook.kind === 'gate' && path !== '/webhook');
  const isCounted = gates.every(({ path }) => path === '/pre-rollout' || path === '/rollout');
  if (gates.length === 0 || (isCounted && thresholdOf(canary) === 1)) return [];
  const remedy = isCounted
    ? 'Write severity: warn, or threshold: 1 where a rollout may end at its first failed check of any kind'
    : 'Write severity: warn';
  return (canary.spec.analysis?.alerts ?? []).flatMap(({ name = '', severity }, index): Finding[] => {
    if (severity !== 'error') return [];
    const message = `alert ${name} will stay silent when the test fails: what a rollback hook ends, Flagger tells as a warning. ${remedy}`;
    return [{ severity: 'advice', at: inCanary(canary, 'spec', 'analysis', 'alerts', index, 'severity'), message }];
  });
}
