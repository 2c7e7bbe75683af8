/**
 * What this checkout's cluster is called, where it keeps things and which addresses it uses.
 * All names derive from the checkout's path: two checkouts have two clusters side by side.
 */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const checkout = realpathSync(join(import.meta.dirname, '../..'));
const identity = createHash('sha256').update(checkout).digest('hex').slice(0, 8);

/** Shared by all checkouts: binaries and downloads, found by a hash of what they were made from. */
export const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'k8s-e2e-verifier');
/** Everything of this checkout's cluster; gone after `down`. */
export const stateFolder = join(cache, 'clusters', identity);
/** Logs of builds, kept after `down`. */
export const buildLogs = join(cache, 'logs');

/** The machine's end of the link into the cluster; Linux allows 15 characters. */
export const hostLink = `e2e${identity}`;
/** The parent of all pods' cgroups, so that no other kubelet of the machine takes them for its own orphans. */
export const cgroup = `e2e-${identity}`;
/** Where the search for a free /30 outside begins. */
export const firstSubnet = Number.parseInt(identity, 16);

/** Inside the namespace nothing is shared, so every cluster uses the same addresses and ports. */
export const inside = {
  node: 'node',
  bridge: '10.88.0.1',
  pods: '10.88.0.0/16',
  services: '10.96.0.0/16',
  apiService: '10.96.0.1',
  dnsService: '10.96.0.10',
} as const;

export const kubeconfig = join(stateFolder, 'kubeconfig');
export const logFolder = join(stateFolder, 'logs');

/** Set: tests run against that cluster, and nothing is started or stopped. */
export const externalKubeconfig = process.env['E2E_KUBECONFIG'] || undefined;

export const namespaceOfFlagger = 'flagger-system';
