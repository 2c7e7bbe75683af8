/**
 * Reads a Canary and says what in its webhooks does not gate, before it hurts. Pure; used by confirm-rollout,
 * by the first call of a run and by the command `lint`.
 */
import type { Canary } from './canary.ts';
import { ownWebhooks } from './webhooks.ts';
import type { Finding, Known } from './wiring/finding.ts';
import { gateRules } from './wiring/gates.ts';
import { onPatience } from './wiring/patience.ts';
import { type OwnHook, strategyOf } from './wiring/strategy.ts';

export function checkWiring(canary: Canary, known: Known): Finding[] {
  const own = ownWebhooks(canary).map(({ webhook, hook }) => ({
    webhook,
    hook,
    type: webhook.type || 'rollout',
    path: URL.parse(webhook.url)?.pathname ?? '',
  }));
  const gates = own.filter(({ hook }) => hook.asks === 'gate');
  const strategy = strategyOf(canary);
  return [
    ...onCanary(canary, own),
    ...own.flatMap((each) => onPath(each)),
    ...gates.flatMap((gate) =>
      gateRules.flatMap(({ breaks, says }) =>
        breaks({ gate, gates, strategy, canary }) ? [{ webhook: gate.webhook.name, message: says(strategy) }] : [],
      ),
    ),
    ...gates.flatMap((gate) => onPatience(gate, canary, known)),
  ];
}

function onCanary({ spec }: Canary, own: OwnHook[]): Finding[] {
  const findings: Finding[] = [];
  if (spec.skipAnalysis) {
    findings.push({ message: 'skipAnalysis is set: Flagger promotes without asking any gate. Remove it' });
  }
  if (!own.some(({ hook }) => hook.asks === 'gate')) {
    findings.push({
      message: 'no webhook calls a gate of the verifier. Add a pre-rollout hook that calls /pre-rollout',
    });
  } else if (!own.some(({ hook }) => hook.asks === 'rollback')) {
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
function onPath({ webhook, type, path }: OwnHook): Finding[] {
  const fitting = pathsOfType[type] ?? [];
  if (fitting.includes(path)) return [];
  return [{ webhook: webhook.name, message: `type ${type} calls ${path}; it must call ${fitting.join(' or ')}` }];
}
