/**
 * The first process of the cluster, with namespaces of its own for PIDs, network and mounts. Inside, /run and /var are empty and the cluster's own, so containerd,
 * the kubelet and the CNI plugins use their usual paths and leave nothing behind on the machine.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { alive, type StartedProcess, startFirst } from './processes.ts';
import { cache, logFolder, stateFolder } from './settings.ts';

/** On the machine's disk (images and volumes are too big for memory), seen inside at the usual path. */
const folders = { containerd: '/var/lib/containerd', kubelet: '/var/lib/kubelet', pods: '/var/log/pods' };

/** -n: no entry in the machine's /run/mount. Paths are relative to the state folder and not canonicalized: it may itself lie under the covered /var. */
export function mountScript(first: string): string {
  const lines = ['mount -n -t tmpfs -o mode=755 tmpfs /run', 'mount -n -t tmpfs -o mode=755 tmpfs /var'];
  lines.push('mkdir -p /var/lib /var/log /var/tmp', 'ln -s /run /var/run');
  if (/^\/(var|run)\//.test(cache)) lines.push(`mkdir -p '${cache}'`, `mount -n -c --bind ../.. '${cache}'`);
  for (const [folder, path] of Object.entries(folders)) {
    lines.push(`mkdir -p ${path}`, `mount -n -c --bind ${folder} ${path}`);
  }
  return [...lines, 'touch mounted', `exec '${first}'`].join('\n');
}

export async function createNamespaces(first: string): Promise<StartedProcess> {
  for (const folder of Object.keys(folders)) mkdirSync(join(stateFolder, folder), { recursive: true });
  const log = join(logFolder, 'namespaces.log');
  const started = await startFirst(mountScript(first), log, stateFolder);
  for (let attempt = 0; attempt < 200 && !existsSync(join(stateFolder, 'mounted')); attempt++) await sleep(25);
  if (!alive(started) || !existsSync(join(stateFolder, 'mounted')))
    throw new Error(`the namespaces are not there: see ${log}`);
  return started;
}
