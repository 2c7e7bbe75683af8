/**
 * Reads a Canary and says what in its webhooks does not gate, before it hurts.
 */
import type { Canary } from '../api/canary.ts';
import { strategyOf } from '../flagger/canary.ts';
import { type Hook, pathsOf, typesOf } from '../flagger/hooks.ts';
import { metadataProblem } from '../flagger/payload.ts';
import { likelyWebhooks, type VerifierWebhook } from '../flagger/webhooks.ts';
import { inCanary, inWebhook } from './place.ts';
import { type Finding, gateRules, type LintInput } from './rules.ts';
import { checkTimeout, checkTiming } from './timing.ts';
import { checkUrls, elsewhere } from './urls.ts';

export function lint(canary: Canary, input: LintInput): Finding[] {
  const own = input.own ?? likelyWebhooks(canary);
  const gates = own.filter(({ hook }) => hook.kind === 'gate');
  const strategy = strategyOf(canary);
  return [
    ...checkCanary(canary, own),
    ...checkUrls(canary, own),
    ...own.flatMap((each) => [
      ...checkPath(each, canary),
      ...checkTimeout(each, canary),
      ...checkMetadata(each, canary),
    ]),
    ...gates.flatMap((gate) =>
      gateRules
        .filter(({ when }) => when({ gate, gates, strategy, canary }))
        .map(({ message }): Finding => {
          const at = inWebhook(canary, gate.index, 'url');
          return { severity: 'error', webhook: gate.webhook.name, at, message: message(strategy) };
        }),
    ),
    ...gates.flatMap((gate) => checkTiming(gate, canary, input)),
  ];
}

function checkCanary(canary: Canary, own: VerifierWebhook[]): Finding[] {
  const findings: Finding[] = [];
  const at = inCanary(canary, 'spec', 'analysis', 'webhooks');
  if (canary.spec.skipAnalysis) {
    const message = 'skipAnalysis is set: Flagger promotes without asking any gate. Remove it';
    findings.push({ severity: 'error', at: inCanary(canary, 'spec', 'skipAnalysis'), message });
  }
  if (!own.some(({ hook }) => hook.kind === 'gate')) {
    const message = `no webhook calls a gate of the verifier${others('gate', canary, own)}. Add a pre-rollout hook that calls /pre-rollout`;
    findings.push({ severity: 'error', at, message });
  } else if (!own.some(({ hook }) => hook.kind === 'rollback')) {
    const message = `no rollback hook calls /rollback${others('rollback', canary, own)}: a failed test ends the rollout only by the threshold, or never. Add one`;
    findings.push({ severity: 'error', at, message });
  }
  return findings;
}

/** Who has such a hook elsewhere: somebody else's, or a slip in the host. */
function others(kind: Hook['kind'], canary: Canary, own: VerifierWebhook[]): string {
  const [other] = elsewhere(canary, own).filter(({ hook }) => hook.kind === kind);
  return other === undefined ? '' : ` (that of webhook ${other.webhook.name} is ${other.address.host.text}'s)`;
}

// The payload names no hook type: a rollback hook that calls a gate would roll back what passed.
function checkPath({ webhook, index, type, path }: VerifierWebhook, canary: Canary): Finding[] {
  const fitting = pathsOf(type);
  if (fitting.includes(path)) return [];
  const message =
    fitting.length === 0
      ? `type: ${type} is refused by Flagger's schema. Write ${typesOf(path).join(' or ')}`
      : `type ${type} calls ${path}; it must call ${fitting.join(' or ')}`;
  return [{ severity: 'error', webhook: webhook.name, at: inWebhook(canary, index, 'type'), message }];
}

// Or every call with it gets 400.
function checkMetadata({ webhook: { name, metadata }, index }: VerifierWebhook, canary: Canary): Finding[] {
  const problem = metadataProblem(metadata);
  if (problem === undefined) return [];
  return [{ severity: 'error', webhook: name, at: inWebhook(canary, index, 'metadata'), message: problem }];
}
