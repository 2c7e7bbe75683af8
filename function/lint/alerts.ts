/**
 * Whether Flagger tells anybody that a test has failed: a rollback hook sends a warning. It sends an error as well when the
 * failed checks have reached the threshold, and of a confirm hook none are counted.
 * https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/scheduler.go `rollback`, events.go `alert`
 */
import type { Canary } from '../api/canary.ts';
import { thresholdOf } from '../flagger/canary.ts';
import { inCanary } from './place.ts';
import type { Finding, MeantWebhook } from './rules.ts';

export function checkAlerts(canary: Canary, own: MeantWebhook[]): Finding[] {
  const remedy = remedyFor(canary, own);
  return (canary.spec.analysis?.alerts ?? []).flatMap(({ name, severity }, index): Finding[] => {
    const alert = `alert ${name ?? index + 1}`;
    const at = inCanary(canary, 'spec', 'analysis', 'alerts', index, 'severity');
    // Whatever its definition says of a default.
    if (!severity) {
      const message = `${alert} has no severity, so Flagger sends nothing. Write severity: warn`;
      return [{ severity: 'advice', at, message }];
    }
    if (severity !== 'error' || remedy === undefined) return [];
    const message = `${alert} will stay silent when the test fails: Flagger only warns when a rollback hook ends a rollout. ${remedy}`;
    return [{ severity: 'advice', at, message }];
  });
}

/** What to do where no error is sent when the test fails. */
function remedyFor(canary: Canary, own: MeantWebhook[]): string | undefined {
  const gates = own.filter(({ hook, path }) => hook.kind === 'gate' && path !== '/webhook');
  if (gates.length === 0 || !own.some(({ hook }) => hook.kind === 'rollback')) return undefined;
  if (!gates.every(({ path }) => path === '/pre-rollout' || path === '/rollout')) return 'Write severity: warn';
  if (thresholdOf(canary) === 1) return undefined;
  return 'Write severity: warn, or threshold: 1 where a rollout may end at its first failed check of any kind';
}
