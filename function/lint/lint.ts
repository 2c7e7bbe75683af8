/**
 * Reads a Canary and says what in its webhooks does not gate, before it hurts.
 */
import type { Canary, Webhook } from '../api/canary.ts';
import { addressOf, type Host, isSameHost } from '../flagger/address.ts';
import { strategyOf } from '../flagger/canary.ts';
import { type Hook, hooks, isManualHook, pathsOf, typesOf } from '../flagger/hooks.ts';
import { commonPath, hookWebhooks, likelyWebhooks, webhooksOf } from '../flagger/webhooks.ts';
import { checkAlerts } from './alerts.ts';
import { isInside, isNamedLikeVerifier, isNear } from './goal.ts';
import { areManual, checkManualGates } from './manual-gates.ts';
import { mended } from './mended.ts';
import { checkIdentity, checkMetadata, namesE2ESpec } from './metadata.ts';
import { inCanary, inWebhook } from './place.ts';
import { type Finding, gateRules, type LintInput, type MeantWebhook } from './rules.ts';
import { checkE2ESpecs } from './specs.ts';
import { checkInterval, checkTimeout, checkTiming } from './timing.ts';
import { mayCall, readWiring, type Wiring } from './urls.ts';

/** Nothing of a Canary that does not use the verifier. */
export function lint(canary: Canary, input: LintInput): Finding[] {
  if (!usesVerifier(canary, input)) return [];
  const wiring = readWiring(canary, input.own ?? likelyWebhooks(canary), input.origin);
  const { meant } = wiring;
  const gates = meant.filter(({ hook }) => hook.kind === 'gate');
  const strategy = strategyOf(canary);
  return [
    ...checkIdentity(canary),
    ...checkCanary(canary, wiring, input),
    ...wiring.findings,
    ...meant.flatMap((each) => [
      ...checkType(each, canary),
      ...checkTimeout(each, canary),
      ...checkMetadata(each, canary, input),
    ]),
    ...gates.flatMap((gate) =>
      gateRules
        .filter(({ when }) => when({ gate, gates, strategy, canary }))
        .map(({ message }): Finding => {
          const at = inWebhook(canary, gate.index, 'url');
          return { severity: 'error', webhook: gate.webhook.name, at, message: message(strategy) };
        }),
    ),
    ...checkE2ESpecs(canary, gates, input),
    ...gates.flatMap((gate) => checkTiming({ gate, gates, canary, input })),
    ...checkInterval(canary, meant),
    ...checkManualGates(canary, meant),
    ...checkAlerts(canary, meant),
  ];
}

/**
 * Whether anything in a Canary is meant for the verifier: where that is, or its usual host, metadata that names an E2ESpec, or
 * an E2ESpec of the Canary's name. Others have hooks at such paths as well: by these alone, it is a gate and a rollback hook
 * at one host, and only where nobody knows more.
 */
export function usesVerifier(canary: Canary, input: Partial<LintInput> = {}): boolean {
  const { own = [], origin, url, specNames, knowsAllSpecs = false, specOf } = input;
  const { name } = canary.metadata;
  if ((origin ?? url) !== undefined && own.length > 0) return true;
  if (specNames?.includes(name) || (origin === undefined && specOf?.(name) !== undefined)) return true;
  if (webhooksOf(canary).some((each) => leadsToOne(each) || namesE2ESpec(each.metadata))) return true;
  if (url !== undefined) return leadsNear(canary, url);
  return !knowsAllSpecs && isWiredAsOne(canary);
}

/** Whether its host is called like the verifier, or nearly. */
function leadsToOne({ url }: Webhook): boolean {
  const { host } = mended(url);
  return host !== undefined && isNamedLikeVerifier(host);
}

/** At a gateway, where others are as well, by a hook's path. */
function leadsNear(canary: Canary, url: string): boolean {
  const place = addressOf(`${url}/webhook`);
  if (place === undefined) return false;
  const isThere = (host: Host) => isSameHost(host, place.host) || isNear(host, place.host);
  if (
    hookWebhooks(canary).some(
      (each) => mayCall(each) && each.address.prefix === place.prefix && isThere(each.address.host),
    )
  )
    return true;
  const hosts = isInside(place.host) ? webhooksOf(canary).map((each) => mended(each.url).host) : [];
  return hosts.some((host) => host !== undefined && isThere(host));
}

function isWiredAsOne(canary: Canary): boolean {
  const all = hookWebhooks(canary).filter((each) => mayCall(each) && each.path !== commonPath);
  const placesOf = (kind: Hook['kind']) =>
    all.flatMap(({ hook, address: { host, prefix } }) =>
      hook.kind === kind ? `${isInside(host) ? host.service?.name : host.text}/${prefix}` : [],
    );
  const gates = new Set(placesOf('gate'));
  return placesOf('rollback').some((place) => gates.has(place));
}

function checkCanary(canary: Canary, wiring: Wiring, { specNames }: LintInput): Finding[] {
  const findings: Finding[] = [];
  const { meant, urlOf } = wiring;
  const at = inCanary(canary, 'spec', 'analysis', 'webhooks');
  if (canary.spec.skipAnalysis) {
    const message = 'skipAnalysis is set: Flagger promotes without asking any gate. Remove it';
    findings.push({ severity: 'error', at: inCanary(canary, 'spec', 'skipAnalysis'), message });
  }
  if (areManual(meant) && !specNames?.includes(canary.metadata.name)) return findings;
  if (!meant.some(({ hook }) => hook.kind === 'gate')) {
    const message = `no webhook calls a gate of the verifier${other('gate', wiring)}. Add a pre-rollout hook that calls ${urlOf('/pre-rollout') ?? '/pre-rollout'}`;
    findings.push({ severity: 'error', at, message });
  } else if (!meant.some(({ hook }) => hook.kind === 'rollback')) {
    const url = urlOf('/rollback');
    const one = url === undefined ? 'one' : `one: type: rollback, url: ${url}`;
    const message = `no rollback hook calls /rollback${other('rollback', wiring)}: a failed test ends the rollout only by the threshold, or never. Add ${one}`;
    findings.push({ severity: 'error', at, message });
  }
  return findings;
}

/** Who has such a hook elsewhere: somebody else's, or a slip in the host. */
function other(kind: Hook['kind'], { elsewhere }: Wiring): string {
  const found = elsewhere.find(({ hook }) => hook.kind === kind);
  return found === undefined ? '' : ` (that of webhook ${found.webhook.name} is ${found.address.host.text}'s)`;
}

// The payload names no hook type: a rollback hook that calls a gate would roll back what passed.
function checkType({ webhook, index, type, path, hook }: MeantWebhook, canary: Canary): Finding[] {
  if (pathsOf(type).includes(path) || isManualHook(hook)) return [];
  const fitting = pathsOf(type).filter((each) => !isManualHook(hooks[each]));
  const types = typesOf(path).join(' or ');
  const message = !webhook.type
    ? `it has no type, so Flagger takes it for a rollout hook, which must not call ${path}. Add type: ${types}`
    : fitting.length === 0
      ? `type: ${type} is refused by Flagger's schema. Write type: ${types}`
      : `type ${type} calls ${path}; it must call ${fitting.join(' or ')}`;
  return [{ severity: 'error', webhook: webhook.name, at: inWebhook(canary, index, 'type'), message }];
}
