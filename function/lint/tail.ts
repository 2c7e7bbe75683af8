/**
 * What follows the namespace in a host: a slip there leads nowhere, and nobody is told but Flagger's log. A call is recognised
 * by less (flagger/address.ts).
 */
import type { Host } from '../flagger/address.ts';
import { isSlipOf, looksLike } from '../looks-like.ts';

// Whoever has another says it in each of the webhooks, or leaves it out.
const usualDomain = 'cluster.local';

/** Whether it is nearly `svc.cluster.local`, or `svc`. A domain of the cluster's own is none, nor Knative's name outside. */
export function hasSlipInTail(host: Host): boolean {
  const { clusterDomain, isOutside = false } = host.service ?? {};
  if (clusterDomain !== undefined) return clusterDomain !== usualDomain && looksLike(clusterDomain, usualDomain);
  const tail = host.text.replace(/:\d+$/, '').split('.').slice(2).join('.');
  return (
    isOutside && (isSlipOf(tail, 'svc') || [usualDomain, `svc.${usualDomain}`].some((each) => looksLike(tail, each)))
  );
}

/** Whether it may be the domain of the cluster, and may be the usual one cut short: `cluster`, `cluster.lan`. */
export function hasDoubtfulTail(host: Host): boolean {
  const { clusterDomain = usualDomain } = host.service ?? {};
  const [first = ''] = clusterDomain.split('.');
  return clusterDomain !== usualDomain && (looksLike(first, 'cluster') || clusterDomain === 'local');
}
