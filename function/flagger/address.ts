/**
 * Where a webhook leads and where a call has arrived: a host in one of its many forms, and what stands before the hook's path.
 */
import { type HookPath, splitPath } from './hooks.ts';

/** What is known of where a call was sent: `Host`, and what a gateway says it was before. */
export interface Origin {
  hosts: readonly string[];
  path: string;
}

export interface Address {
  host: Host;
  /** Without slashes at its ends; empty for none. */
  prefix: string;
  path: HookPath;
}

export interface Host {
  /** In lower case, without a default port or a dot at its end. */
  text: string;
  /** As a Service's or a Knative Service's name; nothing for an IP or localhost. */
  service: ServiceName | undefined;
}

interface ServiceName {
  name: string;
  namespace: string | undefined;
  /** What follows `svc`. */
  clusterDomain: string | undefined;
  /** Known outside of the cluster as well: a domain follows the namespace. */
  isOutside: boolean;
}

// What Go's net/url makes of the rest, and with it Flagger, is no address of anybody.
const absolute = /^https?:\/\/[^\s\\/?#][^\s\\]*$/i;

// More than anybody writes.
const longestUrl = 4096;

/** Nothing for what Flagger cannot call. */
export function readUrl(url: string): URL | undefined {
  return url.length <= longestUrl && absolute.test(url) ? (URL.parse(url) ?? undefined) : undefined;
}

/** Nothing for a URL that does not end in a hook's path. */
export function addressOf(url: string): Address | undefined {
  const parsed = readUrl(url);
  const split = parsed && splitPath(parsed.pathname);
  return split && { ...split, host: hostOf(parsed.host) };
}

export function hostOf(written: string): Host {
  const text = written
    .toLowerCase()
    .replace(/:(?:80|443)$/, '')
    .replace(/\.(?=$|:\d+$)/, '');
  return { text, service: serviceName(text.replace(/:\d+$/, '')) };
}

function serviceName(host: string): ServiceName | undefined {
  if (host === '' || host === 'localhost' || /^[\d.]+$|[[:]/.test(host)) return undefined;
  const [name = '', namespace, third, ...rest] = host.split('.');
  const isInCluster = third === undefined || third === 'svc';
  return {
    name,
    namespace,
    clusterDomain: isInCluster && rest.length > 0 ? rest.join('.') : undefined,
    isOutside: !isInCluster,
  };
}

/**
 * `e2e-verifier`, `e2e-verifier.default`, `e2e-verifier.default.svc.cluster.local` and, of Knative,
 * `e2e-verifier.default.example.com` are one host, with any port; two hosts outside of the cluster are two.
 */
export function isSameHost(a: Host, b: Host): boolean {
  if (a.text === b.text) return true;
  const [x, y] = [a.service, b.service];
  if (x === undefined || y === undefined || x.name !== y.name) return false;
  if (!x.isOutside && !y.isOutside) {
    return agree(x.namespace, y.namespace) && agree(x.clusterDomain, y.clusterDomain);
  }
  // A name of one label is nobody's outside.
  return x.isOutside !== y.isOutside && x.namespace === y.namespace;
}

function agree(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

/** Behind one gateway there may be several receivers: so the prefix counts as well. */
export function isSamePlace(a: Address, b: Address): boolean {
  return a.prefix === b.prefix && isSameHost(a.host, b.host);
}

/** As people write it. */
export function placeOf({ host, prefix }: Address): string {
  return prefix === '' ? host.text : `${host.text}/${prefix}`;
}
