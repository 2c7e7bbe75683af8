/**
 * The suites of examples/platform as a cluster had them on record: test/cluster/capture-platform.ts wrote it down.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../documents.ts';
import type { KubernetesObject } from '../kubernetes.ts';
import type { World } from './world.ts';

const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

/** As if the newest had ended a minute ago. */
export function platformSuites(now: Date): World {
  const text = readFileSync(join(root, 'test/fixtures/status/platform.json'), 'utf8');
  const newest = Math.max(...[...text.matchAll(time)].map(([each]) => Date.parse(each)));
  const shift = now.getTime() - 60_000 - newest;
  const moved = text.replaceAll(time, (each) => `${new Date(Date.parse(each) + shift).toISOString().slice(0, 19)}Z`);
  const specs = JSON.parse(moved) as KubernetesObject[];
  return { namespaces: specs.flatMap(({ metadata }) => metadata.namespace ?? []), specs, canaries: [] };
}
