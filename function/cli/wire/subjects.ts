/**
 * The Canaries that are to be wired, and the tests that each is to wait for.
 */
import type { Canary, Webhook } from '../../api/canary.ts';
import type { Spec } from '../../api/e2espec.ts';
import { isObjectName } from '../../api/names.ts';
import { isVerdictHook } from '../../flagger/hooks.ts';
import { metadataProblem } from '../../flagger/payload.ts';
import { leadsToVerifier, likelyWebhooks, type VerifierWebhook, webhooksOf } from '../../flagger/webhooks.ts';
import { baseOf } from '../../lint/goal.ts';
import { gatesOf } from '../overview/gates.ts';
import { CannotRun } from '../problem.ts';
import type { Test } from './webhooks.ts';

export interface Known {
  canaries: Canary[];
  /** By name: those beside the Canaries. */
  specs: ReadonlyMap<string, Spec | undefined>;
}

/** `e2eSpec`: the one that somebody has named. */
export function testsFor(canary: Canary, { canaries, specs }: Known, e2eSpec: string | undefined): Test[] {
  const { name } = canary.metadata;
  const gates = ownWebhooks(canary).length === 0 ? [] : gatesOf(canary);
  if (e2eSpec === undefined && gates.length > 0) {
    return gates.map(({ name: hook, key, webhook }) => ({
      e2eSpec: key.e2eSpec,
      spec: specs.get(key.e2eSpec),
      hook,
      metadata: webhook.webhook.metadata ?? {},
    }));
  }
  const own = e2eSpec ?? (specs.has(name) ? name : onlyOther(canaries, specs)) ?? name;
  if (!isObjectName(own)) throw new CannotRun(`"${own}" cannot be the name of an E2ESpec`);
  return [{ e2eSpec: own, spec: specs.get(own), hook: 'e2e', metadata: own === name ? {} : { e2espec: own } }];
}

/** The one that nobody asks for. */
function onlyOther(canaries: readonly Canary[], specs: Known['specs']): string | undefined {
  const asked = new Set(
    canaries.flatMap((each) => [each.metadata.name, ...gatesOf(each).map(({ key }) => key.e2eSpec)]),
  );
  const [spare, ...more] = [...specs.keys()].filter((each) => !asked.has(each));
  return more.length === 0 ? spare : undefined;
}

const usual = 'http://e2e-verifier.default';

/** Where the Canary's webhooks lead already; the usual place where it has none. */
export function addressFor(canary: Canary): string {
  const [first] = ownWebhooks(canary);
  if (first === undefined) return usual;
  const { prefix } = first.address;
  return `${baseOf(first.webhook)}${prefix === '' ? '' : `/${prefix}`}`;
}

/** None where they may be somebody else's: others have a path /event or /webhook as well. */
function ownWebhooks(canary: Canary): VerifierWebhook[] {
  const likely = likelyWebhooks(canary);
  return likely.some((each) => leadsToVerifier(each)) ? likely : [];
}

export interface Others {
  /** The verifier's, beside those that are printed anew: gates that a person opens, notices, what has a fault. */
  own: Webhook[];
  foreign: Webhook[];
}

export function othersOf(canary: Canary): Others {
  const own = new Map(ownWebhooks(canary).map((each) => [each.webhook, each]));
  const foreign = webhooksOf(canary).filter((webhook) => !own.has(webhook));
  return { own: [...own.values()].filter((each) => !isPrintedAnew(each)).map(({ webhook }) => webhook), foreign };
}

function isPrintedAnew({ hook, webhook }: VerifierWebhook): boolean {
  if (hook.kind === 'confirm-rollout') return true;
  return isVerdictHook(hook) && metadataProblem(webhook.metadata) === undefined;
}
