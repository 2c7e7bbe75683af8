/**
 * The network namespace of the cluster: its link to the machine, its bridge for pods; no default route, so nothing
 * that runs in it reaches anything outside.
 */
import { existsSync } from 'node:fs';
import { run } from './command.ts';
import type { StartedProcess } from './processes.ts';
import { firstSubnet, hostLink, inside } from './settings.ts';

/** 198.18.0.0/15 is set aside for tests (RFC 2544): no real network has it. It holds this many /30. */
const SUBNETS = 2 ** 15;

function addressOf(subnet: number, host: number): string {
  const offset = subnet * 4 + host;
  return `198.${18 + (offset >> 16)}.${(offset >> 8) & 255}.${offset & 255}`;
}

/** The first /30 from the checkout's own place on that no link of the machine has. */
export function freeSubnet(start: number, taken: ReadonlySet<string>): { host: string; cluster: string } {
  for (let step = 0; step < SUBNETS; step++) {
    const subnet = (start + step) % SUBNETS;
    const host = addressOf(subnet, 1);
    if (!taken.has(host)) return { host, cluster: addressOf(subnet, 2) };
  }
  throw new Error('no free /30 in 198.18.0.0/15');
}

export async function chooseSubnet(): Promise<{ host: string; cluster: string }> {
  const links = await run('ip', ['-4', '-oneline', 'address', 'show']);
  const taken = new Set([...links.matchAll(/inet ([\d.]+)\//g)].map((match) => match[1] ?? ''));
  return freeSubnet(firstSubnet, taken);
}

/** The namespace is that of the first process: no name in /run/netns, so nothing to unmount afterwards. */
export async function createNetwork(first: StartedProcess, address: { host: string; cluster: string }): Promise<void> {
  const ip = (...args: string[]) => run('ip', args);
  const ipInside = (...args: string[]) => run('nsenter', [`--net=/proc/${first.pid}/ns/net`, 'ip', ...args]);
  await ipInside('link', 'set', 'lo', 'up');
  await ip('link', 'add', hostLink, 'type', 'veth', 'peer', 'name', 'host', 'netns', String(first.pid));
  await ip('address', 'add', `${address.host}/30`, 'dev', hostLink);
  await ip('link', 'set', hostLink, 'up');
  await ipInside('address', 'add', `${address.cluster}/30`, 'dev', 'host');
  await ipInside('link', 'set', 'host', 'up');
  // The API server advertises the bridge's address, so the bridge is there before the CNI plugin would make it.
  await ipInside('link', 'add', 'cni0', 'type', 'bridge');
  await ipInside('address', 'add', `${inside.bridge}/16`, 'dev', 'cni0');
  await ipInside('link', 'set', 'cni0', 'up');
  // The API server calls webhooks by Service address; kube-proxy rewrites it, but only for what has a route.
  await ipInside('route', 'add', inside.services, 'dev', 'cni0');
}

/** The link goes with the namespace; this is for an `up` that failed between the two. */
export async function removeLink(): Promise<void> {
  if (!existsSync(`/sys/class/net/${hostLink}`)) return;
  await run('ip', ['link', 'delete', hostLink]).catch((error: unknown) => {
    if (existsSync(`/sys/class/net/${hostLink}`)) throw error; // else the kernel removed it in the same moment
  });
}
