/**
 * What is wrong in a webhook's URL: who it leads to, and the path there.
 */
import type { Webhook } from '../api/canary.ts';
import { manager } from '../api/labels.ts';
import { type Host, hostOf, isSameHost, readUrl } from '../flagger/address.ts';
import { type HookPath, hooks, pathsOf, splitPath } from '../flagger/hooks.ts';
import type { VerifierWebhook } from '../flagger/webhooks.ts';
import { looksLike } from '../looks-like.ts';
import {
  baseOf,
  differs,
  endsInDot,
  type Goal,
  isInside,
  isNamedLikeVerifier,
  isNear,
  isOfFlaggersNamespace,
  isTrusted,
  urlAt,
} from './goal.ts';
import { mended } from './mended.ts';
import type { Finding } from './rules.ts';
import { hasSlipInTail } from './tail.ts';

export interface Slip {
  webhook: Webhook;
  index: number;
  severity: Finding['severity'];
  what: string;
  /** The hook that is meant, where one can tell. */
  path: HookPath | undefined;
  /** What stands before the right URL. */
  lead?: string;
  /** The right URL, where it is not what the other webhooks say. */
  url?: string | undefined;
  /** What to do where nobody knows the right URL. */
  otherwise?: string;
}

export function slipInHost(each: VerifierWebhook, goal: Goal): Slip | undefined {
  if (!differs(each, goal.example)) return goal.isCalled ? undefined : doubtfulHost(each, goal);
  const { webhook, index, path, address } = each;
  const base = baseOf(webhook);
  const other = baseOf(goal.example.webhook);
  const who = goal.isCalled ? 'the verifier was called at' : `webhook ${goal.example.webhook.name} calls`;
  const own = isOfFlaggersNamespace(address.host)
    ? ", which is looked up in Flagger's own namespace"
    : endsInDot(webhook)
      ? ', which ends in a dot'
      : '';
  const what =
    base === other
      ? `what stands before ${path} is not what stands there in webhook ${goal.example.webhook.name}`
      : `it calls ${base}${own}, and ${who} ${other}`;
  const lead = goal.isCertain ? 'Write' : 'One of them is wrong; if it is this one, write';
  return { webhook, index, severity: 'error', what, path, lead };
}

/** For a name in the cluster that Flagger may not be able to call, or that may be a slip in all of the webhooks. */
function doubtfulHost(each: VerifierWebhook, goal: Goal): Slip | undefined {
  const { webhook, index, path, address } = each;
  const url = urlAt(goal, path);
  if (url === undefined) return undefined;
  const advice = { webhook, index, path, severity: 'advice' } as const;
  if (!isTrusted(each)) {
    const what = `it calls ${baseOf(webhook)}, and Flagger trusts a certificate for a name inside the cluster only if it was given the CA`;
    return { ...advice, what, lead: 'Otherwise write', url: url.replace('https', 'http') };
  }
  const { host } = new URL(url);
  const { name, namespace, isOutside } = address.host.service ?? {};
  if (name !== undefined && hasSlipInTail(address.host)) {
    const what = `it calls ${baseOf(webhook)}, and what follows the namespace is nearly svc.cluster.local`;
    const short = host.replace(/^[^:]+/, `${name}.${namespace}`);
    return { ...advice, what, lead: 'If that is a slip, write', url: url.replace(host, short) };
  }
  if (endsInDot(webhook)) {
    const what = `it calls ${baseOf(webhook)}, which ends in a dot, and Knative's gateways may answer 404 then`;
    return { ...advice, what, url: url.replace(host, host.replace(/\.(?=$|:)/, '')) };
  }
  if (name === undefined || isOutside || name.includes(manager) || !looksLike(name, manager)) return undefined;
  const what = `it calls ${name}, which is nearly ${manager}, the verifier's usual name`;
  return { ...advice, what, lead: 'If that is a slip, write', url: url.replace(name, manager) };
}

// Of one word: those of gates that a person opens have two, and are looked for as they are.
const hookPaths = Object.keys(hooks).flatMap((path) => (/^\/[^/]+$/.test(path) && splitPath(path)?.path) || []);

export function slipInPath(webhook: Webhook, index: number, example: VerifierWebhook | undefined): Slip | undefined {
  const slip = { webhook, index, severity: 'error' } as const;
  const url = readUrl(webhook.url);
  if (url === undefined) return { ...slip, ...unusable(webhook, example) };
  if (splitPath(url.pathname) !== undefined) return undefined;
  const host = hostOf(url.host);
  if (example !== undefined && !isKnownOrNear(example, host)) return undefined;
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  const { path, at } = meantPath(segments);
  if (example !== undefined && !isHere(example, host, path && segments.slice(0, at))) return undefined;
  if (example === undefined && path === undefined) return undefined;
  const right = pathFor(webhook, path);
  const alone = example === undefined && at === 0 ? `${baseOf(webhook)}${right}` : undefined;
  return { ...slip, path: right, what: wrongWords(segments, at, path), url: alone };
}

/** What its type may call: a rollback hook that was told to call a gate would roll back what passed. */
function pathFor({ type }: Webhook, written: HookPath | undefined): HookPath | undefined {
  const fitting = type ? pathsOf(type) : [];
  return written !== undefined && fitting.includes(written) ? written : (fitting[0] ?? written);
}

// Nobody writes more words after a hook's path.
const mostWordsAfter = 2;

/** The last word that is a hook's path, or nearly one. */
function meantPath(segments: string[]): { path: HookPath | undefined; at: number } {
  const paths = segments.map((segment, index) =>
    index < segments.length - 1 - mostWordsAfter ? undefined : hookPaths.find((path) => looksLike(path, segment)),
  );
  const at = paths.findLastIndex((path) => path !== undefined);
  return { path: paths[at], at };
}

function isKnownOrNear({ address }: VerifierWebhook, host: Host): boolean {
  return isSameHost(address.host, host) || isNear(address.host, host);
}

/** Of a host that is known or nearly. `prefix`: before the path that is meant, if there is one. */
function isHere({ address }: VerifierWebhook, host: Host, prefix: string[] | undefined): boolean {
  const isKnown = isSameHost(address.host, host);
  const isAtGateway = !isInside(address.host) || !isInside(host);
  // An address of one machine is the verifier's alone; at a gateway all but a slip may be anybody's.
  if (isAtGateway && !(isKnown && host.service === undefined)) return prefix?.join('/') === address.prefix;
  return isKnown || prefix !== undefined;
}

function wrongWords(segments: string[], at: number, path: HookPath | undefined): string {
  if (path === undefined) return `/${segments.at(-1) ?? ''} is not a path of the verifier`;
  if (path !== `/${segments[at]}`) return `/${segments[at]} is not a path of the verifier`;
  if (at < segments.length - 1) return `words follow ${path}`;
  return `what stands before ${path} is a word of the verifier's own`;
}

function unusable(
  webhook: Webhook,
  example: VerifierWebhook | undefined,
): Pick<Slip, 'what' | 'path' | 'url' | 'otherwise'> {
  const { host, segments, scheme } = mended(webhook.url);
  const { path: written, at } = meantPath(segments);
  const path = pathFor(webhook, written);
  const what = 'Flagger cannot call its URL';
  const otherwise = path === undefined ? 'Write it out' : `Write it out, as http://${manager}.default${path}`;
  const isOwn =
    host === undefined
      ? written !== undefined
      : example === undefined
        ? isNamedLikeVerifier(host)
        : isKnownOrNear(example, host) && isHere(example, host, written && segments.slice(0, at));
  if (!isOwn) return { what, path: undefined, otherwise };
  const isAlone = example === undefined && host !== undefined && path !== undefined && at < 1;
  return { what, path, otherwise, url: isAlone ? `${scheme}://${host.text}${path}` : undefined };
}
