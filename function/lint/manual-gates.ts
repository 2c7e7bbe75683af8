/**
 * What in the gates that a person opens never opens, opens more than is meant, or tells more often than anybody wants to know.
 */
import type { Canary } from '../api/canary.ts';
import { isManualHook, pathsOf, typesOf } from '../flagger/hooks.ts';
import { gateNameProblem } from '../flagger/manual-gate.ts';
import { inWebhook } from './place.ts';
import type { Finding, MeantWebhook } from './rules.ts';

export function checkManualGates(canary: Canary, meant: MeantWebhook[]): Finding[] {
  const manual = meant.filter(({ hook }) => isManualHook(hook));
  return manual.flatMap((each) => {
    const others = manual.filter(({ index }) => index < each.index);
    return [...checkType(each, canary), ...checkOpening(each, others, canary), ...checkAlert(each, canary)];
  });
}

/** Whether every webhook is one, so that the verifier is wanted for nothing else. */
export function areManual(meant: MeantWebhook[]): boolean {
  return meant.length > 0 && meant.every(({ hook }) => isManualHook(hook));
}

function checkType({ webhook, index, type, path, hook }: MeantWebhook, canary: Canary): Finding[] {
  if (pathsOf(type).includes(path)) return [];
  const say = (message: string): Finding[] => [
    { severity: 'error', webhook: webhook.name, at: inWebhook(canary, index, 'type'), message },
  ];
  if (hook.kind === 'order') {
    const check = hook.gate === 'gate' ? '/gate/check' : '/rollback/check';
    return say(`${path} is for people, with a token of their own, which Flagger does not have. Call ${check}`);
  }
  const types = typesOf(path).join(' or ');
  if (!webhook.type) return say(`it has no type, so Flagger takes it for a rollout hook. Add type: ${types}`);
  if (type === 'rollback') {
    return say(`type rollback calls ${path}, and Flagger rolls back once that gate is open. Call /rollback/check`);
  }
  if (path === '/rollback/check') {
    return say(`type ${type} calls ${path}, and the rollout goes on once that gate is open. Write type: ${types}`);
  }
  return say(`type ${type} calls ${path}, where a 403 is a failed check, or nothing. Write type: ${types}`);
}

function checkOpening({ webhook, index, path, hook }: MeantWebhook, others: MeantWebhook[], canary: Canary): Finding[] {
  const { name, metadata: { gate = '' } = {} } = webhook;
  if (path === '/gate/halt') {
    const message =
      '/gate/halt never opens: every rollout waits here until the URL is changed. Call /gate/check, which a person opens';
    return [{ severity: 'advice', webhook: name, at: inWebhook(canary, index, 'url'), message }];
  }
  if (hook.kind !== 'check') return [];
  const problem = gateNameProblem(gate);
  if (problem !== undefined) {
    return [
      {
        severity: 'error',
        webhook: name,
        at: inWebhook(canary, index, 'metadata', 'gate'),
        message: `metadata.gate: ${problem}`,
      },
    ];
  }
  const sharing = others.find((other) => other.path === path && (other.webhook.metadata?.['gate'] ?? '') === gate);
  if (sharing === undefined) return [];
  const message = `it has the same gate as webhook ${sharing.webhook.name}, so whoever opens one opens both. If they are two decisions, give each a name of its own: metadata, gate: NAME`;
  return [{ severity: 'advice', webhook: name, at: inWebhook(canary, index, 'metadata', 'gate'), message }];
}

// https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/webhook.go `runConfirmTrafficIncreaseHooks` alerts at each tick
function checkAlert({ webhook, index, type, path }: MeantWebhook, canary: Canary): Finding[] {
  const waits = path === '/gate/check' || path === '/gate/halt';
  if (!waits || type !== 'confirm-traffic-increase' || webhook.muteAlert) return [];
  const message =
    'while it is closed, Flagger sends an alert at each interval (for other gates only one). Write muteAlert: true';
  return [{ severity: 'advice', webhook: webhook.name, at: inWebhook(canary, index, 'muteAlert'), message }];
}
