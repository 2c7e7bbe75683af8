/**
 * A pod's volumes as folders of this machine. A local process cannot see the mount paths of its container: what names
 * one in the command, the arguments or the environment is rewritten to the folder. A path that the program has built
 * in is not found here; hostPath, PVC and projected volumes are empty folders.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { objectOf } from './json.ts';
import { resources } from './resources.ts';
import type { Store } from './store.ts';
import type { Container, Pod, Volume, VolumeItem } from './workloads.ts';

export type Mounted = { ok: true; folders: Map<string, string> } | { ok: false; volume: string; message: string };

export function mountVolumes(store: Store, pod: Pod, root: string): Mounted {
  const folders = new Map<string, string>();
  for (const volume of pod.spec.volumes ?? []) {
    const files = filesOf(store, pod, volume);
    if (typeof files === 'string') return { ok: false, volume: volume.name, message: files };
    const folder = join(root, 'volumes', volume.name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [path, content] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    folders.set(volume.name, folder);
  }
  return { ok: true, folders };
}

/** The files of a volume, or why it cannot be mounted. */
function filesOf(store: Store, pod: Pod, { secret, configMap }: Volume): [string, Buffer][] | string {
  const [kind, name, source] = secret
    ? (['secret', secret.secretName, secret] as const)
    : (['configmap', configMap?.name ?? '', configMap] as const);
  if (!source) return [];
  const object = store.get(kind === 'secret' ? resources.secrets : resources.configMaps, pod.metadata.namespace, name);
  if (!object) return source.optional ? [] : `${kind} "${name}" not found`;
  const encoding = kind === 'secret' ? 'base64' : 'utf8';
  const files = Object.entries(objectOf(object['data'])).map(([key, value]): [string, Buffer] => [
    key,
    Buffer.from(String(value), encoding),
  ]);
  return source.items ? picked(files, source.items, kind, source.optional ?? false) : files;
}

function picked(
  files: [string, Buffer][],
  items: VolumeItem[],
  kind: string,
  optional: boolean,
): [string, Buffer][] | string {
  const byKey = new Map(files);
  const missing = items.find(({ key }) => !byKey.has(key));
  if (missing && !optional)
    return `references non-existent ${kind === 'secret' ? 'secret' : 'config'} key: ${missing.key}`;
  return items.flatMap(({ key, path }) => {
    const content = byKey.get(key);
    return content ? [[path, content] as [string, Buffer]] : [];
  });
}

/** Rewrites the container's own paths to where they are on this machine; the longest path first. */
export function pathRewriter(
  container: Container,
  folders: Map<string, string>,
  terminationLog: string,
): (text: string) => string {
  const paths = (container.volumeMounts ?? []).map(({ name, mountPath, subPath }): [string, string] => [
    mountPath.replace(/\/+$/, ''),
    join(folders.get(name) ?? '', subPath ?? ''),
  ]);
  paths.push([container.terminationMessagePath, terminationLog]);
  const rules = paths.filter(([from]) => from !== '').sort(([a], [b]) => b.length - a.length);
  const alternatives = rules.map(([from]) => from.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  // one pass for all paths, so that a replaced path is never replaced again
  const all = new RegExp(`(?<![\\w./-])(?:${alternatives})(?![\\w.-])`, 'g');
  return (text) => text.replaceAll(all, (found) => rules.find(([from]) => from === found)?.[1] ?? found);
}
