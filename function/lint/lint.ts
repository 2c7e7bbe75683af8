/**
 * Reads a Canary and says what in its webhooks does not gate, before it hurts.
 */
import type { Canary } from '../api/canary.ts';
import { strategyOf } from '../flagger/canary.ts';
import { type Hook, pathsOf, typesOf } from '../flagger/hooks.ts';
import { metadataProblem } from '../flagger/payload.ts';
import { likelyWebhooks, type VerifierWebhook } from '../flagger/webhooks.ts';
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
    ...own.flatMap((each) => [...checkPath(each), ...checkTimeout(each), ...checkMetadata(each)]),
    ...gates.flatMap((gate) =>
      gateRules.flatMap(({ when, message }) =>
        when({ gate, gates, strategy, canary }) ? [{ webhook: gate.webhook.name, message: message(strategy) }] : [],
      ),
    ),
    ...gates.flatMap((gate) => checkTiming(gate, canary, input)),
  ];
}

function checkCanary(canary: Canary, own: VerifierWebhook[]): Finding[] {
  const findings: Finding[] = [];
  if (canary.spec.skipAnalysis) {
    findings.push({ message: 'skipAnalysis is set: Flagger promotes without asking any gate. Remove it' });
  }
  if (!own.some(({ hook }) => hook.kind === 'gate')) {
    findings.push({
      message: `no webhook calls a gate of the verifier${others('gate', canary, own)}. Add a pre-rollout hook that calls /pre-rollout`,
    });
  } else if (!own.some(({ hook }) => hook.kind === 'rollback')) {
    const message = `no rollback hook calls /rollback${others('rollback', canary, own)}: a failed test ends the rollout only by the threshold, or never. Add one`;
    findings.push({ message });
  }
  return findings;
}

/** Who has such a hook elsewhere: somebody else's, or a slip in the host. */
function others(kind: Hook['kind'], canary: Canary, own: VerifierWebhook[]): string {
  const [other] = elsewhere(canary, own).filter(({ hook }) => hook.kind === kind);
  return other === undefined ? '' : ` (that of webhook ${other.webhook.name} is ${other.address.host.text}'s)`;
}

// The payload names no hook type: a rollback hook that calls a gate would roll back what passed.
function checkPath({ webhook, type, path }: VerifierWebhook): Finding[] {
  const fitting = pathsOf(type);
  if (fitting.includes(path)) return [];
  const message =
    fitting.length === 0
      ? `type: ${type} is refused by Flagger's schema. Write ${typesOf(path).join(' or ')}`
      : `type ${type} calls ${path}; it must call ${fitting.join(' or ')}`;
  return [{ webhook: webhook.name, message }];
}

// Or every call with it gets 400.
function checkMetadata({ webhook: { name, metadata } }: VerifierWebhook): Finding[] {
  const problem = metadataProblem(metadata);
  return problem === undefined ? [] : [{ webhook: name, message: problem }];
}
