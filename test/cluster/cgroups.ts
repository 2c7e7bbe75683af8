/**
 * A cgroup of the cluster's own above all its pods, in every hierarchy of cgroup v1 or in the one of v2.
 * With the usual /kubepods two kubelets of one machine would take each other's pods for orphans and kill them.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroup } from './settings.ts';

const root = '/sys/fs/cgroup';
export const isCgroupV2 = existsSync(join(root, 'cgroup.controllers'));

function hierarchies(): string[] {
  if (isCgroupV2) return [root];
  return readdirSync(root)
    .map((name) => join(root, name))
    .filter((path) => existsSync(join(path, 'cgroup.procs')));
}

export function createCgroup(): void {
  for (const hierarchy of hierarchies()) mkdirSync(join(hierarchy, cgroup), { recursive: true });
  if (!isCgroupV2) return;
  const controllers = readFileSync(join(root, 'cgroup.controllers'), 'utf8').trim().split(' ');
  const enable = controllers.map((controller) => `+${controller}`).join(' ');
  for (const parent of [root, join(root, cgroup)]) writeFileSync(join(parent, 'cgroup.subtree_control'), enable);
}

/** Innermost first; the kernel refuses for a moment while the ended processes are still being taken down. */
export async function removeCgroup(): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      for (const hierarchy of hierarchies()) remove(join(hierarchy, cgroup));
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(50);
    }
  }
}

function remove(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) remove(join(path, entry.name));
  }
  rmdirSync(path);
}
