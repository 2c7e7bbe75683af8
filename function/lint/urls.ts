/**
 * Whether a webhook leads where it is meant to: to the verifier, and there to a path that it has. Other receivers have
 * webhooks of their own, on whatever paths: of those nothing is said.
 */
import type { Canary, Webhook } from '../api/canary.ts';
import { type Host, hostOf, isSameHost, readUrl } from '../flagger/address.ts';
import { hooks, pathsOf, splitPath } from '../flagger/hooks.ts';
import { hookWebhooks, typeOf, type VerifierWebhook } from '../flagger/webhooks.ts';
import { looksLike } from './looks-like.ts';
import { inWebhook } from './place.ts';
import type { Finding } from './rules.ts';

export function checkUrls(canary: Canary, own: VerifierWebhook[]): Finding[] {
  const webhooks = canary.spec.analysis?.webhooks ?? [];
  const [first] = own;
  const say = (index: number, message: string | undefined): Finding[] => {
    if (message === undefined) return [];
    return [{ severity: 'error', webhook: webhooks[index]?.name ?? '', at: inWebhook(canary, index, 'url'), message }];
  };
  return [
    ...webhooks.flatMap((webhook, index) => say(index, unusable(webhook) ?? wrongPath(webhook, first))),
    ...elsewhere(canary, own).flatMap((each) => say(each.index, wrongHost(each, first))),
  ];
}

/** What calls a hook's path at another place, by a type of webhook that calls it. */
export function elsewhere(canary: Canary, own: VerifierWebhook[]): VerifierWebhook[] {
  const known = new Set(own.map(({ webhook }) => webhook));
  return hookWebhooks(canary).filter(({ webhook, type, path }) => !known.has(webhook) && pathsOf(type).includes(path));
}

// URLs have passwords and tokens in them: what is said of one is its host and its last word.
function unusable({ url }: Webhook): string | undefined {
  if (readUrl(url) !== undefined) return undefined;
  return 'its URL is none that Flagger can call. Write it out, as http://e2e-verifier.default/pre-rollout';
}

function wrongPath(webhook: Webhook, own: VerifierWebhook | undefined): string | undefined {
  const url = readUrl(webhook.url);
  if (url === undefined || splitPath(url.pathname) !== undefined) return undefined;
  const last = `/${url.pathname.split('/').findLast((segment) => segment !== '') ?? ''}`;
  const meant = hookPaths.find((path) => looksLike(path, last));
  const host = hostOf(url.host);
  const isOwn = own !== undefined && isSameHost(own.address.host, host);
  const isMeantHere = isOwn || own === undefined || isNear(own.address.host, host);
  // At a gateway all but a slip may be anybody's.
  const isCertain = meant !== undefined || (isOwn && host.service?.isOutside !== true);
  if (!isMeantHere || !isCertain) return undefined;
  if (meant === last) return `what stands before ${last} is a word of the verifier's own. Call ${last}`;
  return `${last} is no path of the verifier. Call ${meant ?? (pathsOf(typeOf(webhook)).join(' or ') || 'one that it has')}`;
}

const hookPaths = Object.keys(hooks).flatMap((path) => splitPath(path)?.path ?? []);

function wrongHost({ path, address }: VerifierWebhook, own: VerifierWebhook | undefined): string | undefined {
  if (own === undefined || !isNear(own.address.host, address.host)) return undefined;
  return `it calls ${path} at ${address.host.text}, and others call ${own.address.host.text}. Correct the one that is wrong`;
}

/** A slip away, or the same Service in another namespace. */
function isNear(a: Host, b: Host): boolean {
  const [x, y] = [a.service, b.service];
  const isWithin = x !== undefined && y !== undefined && !x.isOutside && !y.isOutside;
  return isWithin ? x.name === y.name || looksLike(x.name, y.name) : looksLike(a.text, b.text);
}
