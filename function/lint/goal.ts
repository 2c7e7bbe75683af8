/**
 * Where the verifier is, as far as its webhooks and a call tell.
 */
import type { Webhook } from '../api/canary.ts';
import { manager } from '../api/labels.ts';
import { type Host, hostOf, isSameHost, type Origin, readUrl } from '../flagger/address.ts';
import { type HookPath, splitPath } from '../flagger/hooks.ts';
import type { VerifierWebhook } from '../flagger/webhooks.ts';
import { looksLike } from '../looks-like.ts';
import { hasDoubtfulTail, hasSlipInTail } from './tail.ts';

/** A webhook that leads to the verifier: by the others it is told where they should. */
export interface Goal {
  example: VerifierWebhook;
  /** The verifier was called there. */
  isCalled: boolean;
  /** Or nobody knows which of two is right. */
  isCertain: boolean;
}

export function goalOf(webhooks: VerifierWebhook[], origin: Origin | undefined): Goal | undefined {
  const called = origin && calledBy(webhooks, origin);
  if (called !== undefined) return { example: called, isCalled: true, isCertain: true };
  const counts = new Map<string, number>();
  for (const each of webhooks) counts.set(spotOf(each), (counts.get(spotOf(each)) ?? 0) + 1);
  const countOf = (each: VerifierWebhook) => counts.get(spotOf(each)) ?? 0;
  const signs = [
    (each: VerifierWebhook) => Number(isNamed(each)),
    (each: VerifierWebhook) => Number(isTrusted(each)),
    (each: VerifierWebhook) => -slipsIn(each),
    countOf,
    (each: VerifierWebhook) => Number(!hasDoubtfulTail(each.address.host)),
  ];
  const compare = (a: VerifierWebhook, b: VerifierWebhook) =>
    signs.reduce((found, sign) => found || sign(b) - sign(a), 0);
  const [example] = webhooks.toSorted(compare);
  if (example === undefined) return undefined;
  const rivals = webhooks.filter((each) => differs(each, example));
  const isCertain = rivals.length === 0 ? countOf(example) > 1 : rivals.every((each) => compare(example, each) < 0);
  return { example, isCalled: false, isCertain };
}

/** The one that made the call, as far as one can tell; at least one that leads to the same host. */
function calledBy(webhooks: VerifierWebhook[], { hosts, path }: Origin): VerifierWebhook | undefined {
  const arrived = hosts.map(hostOf);
  const arrival = splitPath(path)?.path;
  const isExact = ({ address }: VerifierWebhook) => Number(arrived.some(({ text }) => text === address.host.text));
  return webhooks
    .filter(({ address }) => arrived.some((host) => isSameHost(host, address.host)))
    .toSorted(
      (a, b) =>
        isExact(b) - isExact(a) || slipsIn(a) - slipsIn(b) || Number(b.path === arrival) - Number(a.path === arrival),
    )[0];
}

/** In the host alone, whatever the others have. */
function slipsIn({ webhook, address }: VerifierWebhook): number {
  return Number(hasSlipInTail(address.host)) + Number(endsInDot(webhook));
}

/** The root's dot: a gateway of Knative's knows no such host. */
export function endsInDot({ url }: Webhook): boolean {
  return readUrl(url)?.hostname.endsWith('.') === true;
}

function isNamed({ address }: VerifierWebhook): boolean {
  return address.host.service?.name === manager;
}

/** Or nearly. */
export function isNamedLikeVerifier({ service }: Host): boolean {
  return service !== undefined && looksLike(service.name, manager);
}

/** Whether Flagger can get a connection: nobody signs a name that is known in the cluster alone. */
export function isTrusted({ webhook, address }: VerifierWebhook): boolean {
  return !isHttps(webhook) || webhook.disableTLS === true || address.host.service?.isOutside !== false;
}

function isHttps({ url }: Webhook): boolean {
  return readUrl(url)?.protocol === 'https:';
}

/** The same text for the forms of one name. */
function spotOf({ webhook, address: { host, prefix } }: VerifierWebhook): string {
  const { name, namespace, clusterDomain, isOutside } = host.service ?? { isOutside: true };
  const named = isOutside ? [host.text] : [name, namespace, clusterDomain];
  return [entranceOf(webhook), ...named, prefix].join(' ');
}

/** Scheme and port. */
function entranceOf({ url }: Webhook): string {
  const { protocol = '', port = '' } = readUrl(url) ?? {};
  return `${protocol}${port}`;
}

/** Whether the first leads elsewhere than the second, which is the surer one. */
export function differs(a: VerifierWebhook, b: VerifierWebhook): boolean {
  const [x, y] = [a.address, b.address];
  if (!isSameHost(x.host, y.host)) return true;
  if (endsInDot(a.webhook) && !endsInDot(b.webhook)) return true;
  const isOtherText = x.host.text !== y.host.text;
  if (isOtherText && hasSlipInTail(x.host)) return true;
  // Of two domains of a cluster one is wrong, and a name without one is right anyway.
  if (isOtherText && hasDoubtfulTail(x.host) && y.host.service?.clusterDomain === undefined) return true;
  // Knative's name outside of the cluster is another way to the same Service.
  if (x.host.service?.isOutside !== y.host.service?.isOutside) return false;
  if (entranceOf(a.webhook) !== entranceOf(b.webhook) || x.prefix !== y.prefix) return true;
  return isOfFlaggersNamespace(x.host) !== isOfFlaggersNamespace(y.host);
}

/** A name without a namespace is looked up in that of whoever calls. */
export function isOfFlaggersNamespace({ service }: Host): boolean {
  return service !== undefined && service.namespace === undefined;
}

export function urlAt({ example, isCertain }: Goal, path: HookPath): string | undefined {
  const { prefix } = example.address;
  // Where it is not certain to be the verifier's, it may be somebody's token.
  if (prefix !== '' && !isCertain) return undefined;
  return `${baseOf(example.webhook)}${prefix === '' ? '' : `/${prefix}`}${path}`;
}

export function baseOf({ url }: Webhook): string {
  const { protocol = 'http:', host = '' } = readUrl(url) ?? {};
  return `${protocol}//${host}`;
}

export function isInside({ service }: Host): boolean {
  return service?.isOutside === false;
}

/** A slip away, or the same Service in another namespace. */
export function isNear(a: Host, b: Host): boolean {
  const [x, y] = [a.service, b.service];
  const isWithin = x !== undefined && y !== undefined && !x.isOutside && !y.isOutside;
  return isWithin ? x.name === y.name || looksLike(x.name, y.name) : looksLike(a.text, b.text);
}
