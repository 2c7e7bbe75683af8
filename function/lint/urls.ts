/**
 * Where the verifier's webhooks lead, and where they are meant to: a scheme, host, port or namespace that the others do not
 * have, or a path that is nearly a hook's. Other receivers have webhooks of their own, on whatever paths: of those nothing
 * is said. URLs have passwords and tokens in them: of one that is wrong no more is told than its scheme, host and last word.
 */
import type { Canary, Webhook } from '../api/canary.ts';
import { isSameHost, type Origin, readUrl } from '../flagger/address.ts';
import { type HookPath, hooks, pathsOf } from '../flagger/hooks.ts';
import { hookWebhooks, typeOf, type VerifierWebhook, webhooksOf } from '../flagger/webhooks.ts';
import { type Goal, goalOf, isInside, isNear, urlAt } from './goal.ts';
import { inWebhook } from './place.ts';
import type { Finding, MeantWebhook } from './rules.ts';
import { type Slip, slipInHost, slipInPath } from './slips.ts';

export interface Wiring {
  /** The verifier's webhooks as they are meant: those with a slip in their URL as well. */
  meant: MeantWebhook[];
  /** What calls a hook's path elsewhere, by a type of webhook that may. */
  elsewhere: VerifierWebhook[];
  findings: Finding[];
  /** The whole URL of a hook, to be pasted; nothing where it is not known. */
  urlOf(path: HookPath): string | undefined;
}

export function readWiring(canary: Canary, own: VerifierWebhook[], origin: Origin | undefined): Wiring {
  const [first] = own;
  const known = new Set(own.map(({ index }) => index));
  const paths = new Set(own.map(({ path }) => path));
  const elsewhere = hookWebhooks(canary).filter((each) => !known.has(each.index) && mayCall(each));
  const astray = elsewhere.filter((each) => first !== undefined && isMeant(first, each, paths));
  const leading = [...own, ...astray];
  const goal = goalOf(leading, origin);
  const misspelt = webhooksOf(canary).flatMap((webhook, index) => slipInPath(webhook, index, goal?.example) ?? []);
  const misled = leading.flatMap((each) => (goal && slipInHost(each, goal)) ?? []);
  return {
    meant: [...leading, ...misspelt.flatMap(meantBy)].sort((a, b) => a.index - b.index),
    elsewhere,
    findings: [...misspelt, ...misled].sort((a, b) => a.index - b.index).map((slip) => toFinding(slip, goal, canary)),
    urlOf: (path) => goal && urlAt(goal, path),
  };
}

/** Whether Flagger may ask it: no type is a slip of its own. */
export function mayCall({ webhook, type, path }: MeantWebhook): boolean {
  return !webhook.type || pathsOf(type).includes(path);
}

function toFinding(slip: Slip, goal: Goal | undefined, canary: Canary): Finding {
  const { webhook, index, severity, what, path, lead = 'Write', otherwise } = slip;
  const url = slip.url ?? (path && goal && urlAt(goal, path));
  const unknown = otherwise ?? `Call ${path ?? 'one that it has'}`;
  const message = `${what}. ${url === undefined ? unknown : `${lead} url: ${url}${kept(webhook)}`}`;
  return { severity, webhook: webhook.name, at: inWebhook(canary, index, 'url'), message };
}

/** What is not told of a URL, and has to stay in it. */
function kept({ url }: Webhook): string {
  const { username = '', password = '', search = '' } = readUrl(url) ?? {};
  const parts = [username + password === '' ? [] : 'its user', search === '' ? [] : 'its query'].flat();
  return parts.length === 0 ? '' : ` (and keep ${parts.join(' and ')})`;
}

/** `own`: paths at which the verifier is called already. */
function isMeant(first: VerifierWebhook, { address, path }: VerifierWebhook, own: ReadonlySet<HookPath>): boolean {
  const { host, prefix } = first.address;
  const isKnown = isSameHost(host, address.host);
  if (!isKnown && !isNear(host, address.host)) return false;
  if ((isInside(host) && isInside(address.host)) || address.prefix === prefix) return true;
  // At a gateway another prefix is another receiver; none may be one that was forgotten.
  return isKnown && address.prefix === '' && !own.has(path);
}

function meantBy({ webhook, index, path }: Slip): MeantWebhook[] {
  return path === undefined ? [] : [{ webhook, index, type: typeOf(webhook), hook: hooks[path], path }];
}
