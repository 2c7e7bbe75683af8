/**
 * Reads a Canary and says what in its webhooks does not gate, before it hurts.
 */
import type { Canary } from '../api/canary.ts';
import { strategyOf } from '../flagger/canary.ts';
import { verifierWebhooks } from '../flagger/webhooks.ts';
import { type Finding, gateRules, type LintedWebhook, type LintInput } from './rules.ts';
import { checkTiming } from './timing.ts';

export function lint(canary: Canary, input: LintInput): Finding[] {
  const own = verifierWebhooks(canary).map((each) => ({ ...each, type: each.webhook.type || 'rollout' }));
  const gates = own.filter(({ hook }) => hook.kind === 'gate');
  const strategy = strategyOf(canary);
  return [
    ...checkCanary(canary, own),
    ...own.flatMap((each) => checkPath(each)),
    ...gates.flatMap((gate) =>
      gateRules.flatMap(({ when, message }) =>
        when({ gate, gates, strategy, canary }) ? [{ webhook: gate.webhook.name, message: message(strategy) }] : [],
      ),
    ),
    ...gates.flatMap((gate) => checkTiming(gate, canary, input)),
  ];
}

function checkCanary({ spec }: Canary, own: LintedWebhook[]): Finding[] {
  const findings: Finding[] = [];
  if (spec.skipAnalysis) {
    findings.push({ message: 'skipAnalysis is set: Flagger promotes without asking any gate. Remove it' });
  }
  if (!own.some(({ hook }) => hook.kind === 'gate')) {
    findings.push({
      message: 'no webhook calls a gate of the verifier. Add a pre-rollout hook that calls /pre-rollout',
    });
  } else if (!own.some(({ hook }) => hook.kind === 'rollback')) {
    const message =
      'no rollback hook calls /rollback: a failed test ends the rollout only by the threshold, or never. Add one';
    findings.push({ message });
  }
  return findings;
}

const pathsOfType: Record<string, readonly string[]> = {
  'confirm-rollout': ['/confirm-rollout'],
  'pre-rollout': ['/pre-rollout', '/webhook'],
  rollout: ['/rollout', '/webhook'],
  'confirm-traffic-increase': ['/confirm-traffic-increase'],
  'confirm-promotion': ['/confirm-promotion'],
  rollback: ['/rollback'],
  'post-rollout': ['/post-rollout'],
  event: ['/event'],
};

// The payload names no hook type: a rollback hook that calls a gate would roll back what passed.
function checkPath({ webhook, type, path }: LintedWebhook): Finding[] {
  const fitting = pathsOfType[type] ?? [];
  if (fitting.includes(path)) return [];
  return [{ webhook: webhook.name, message: `type ${type} calls ${path}; it must call ${fitting.join(' or ')}` }];
}
