// Whether a step can be tried here: it is skipped where there are too few nodes or zones for it, and never passed.
import type { TestContext } from 'node:test';
import { list } from './api.ts';
import { Problem } from './problem.ts';
import { settings } from './settings.ts';

export interface Node {
  metadata: { name: string; labels?: Record<string, string> };
  spec: { unschedulable?: boolean; taints?: { effect: string }[] };
}

const zoneLabel = 'topology.kubernetes.io/zone';
export const zoneOf = ({ metadata }: Node): string | undefined => metadata.labels?.[zoneLabel];

/** Those that take pods; undefined where it is skipped. */
export async function nodesFor(test: TestContext): Promise<Node[] | undefined> {
  try {
    const nodes = await list<Node>('nodes');
    return nodes.filter(
      ({ spec }) => !spec.unschedulable && !spec.taints?.some(({ effect }) => effect !== 'PreferNoSchedule'),
    );
  } catch (error) {
    if (!(error instanceof Problem && error.error === 'forbidden')) throw error;
    test.skip(error.message);
    return undefined;
  }
}

/** As many as there are replicas, or it is skipped. */
export function areEnough(test: TestContext, what: 'node' | 'zone', found: number): boolean {
  if (found >= settings.replicas) return true;
  test.skip(`${found} ${what}${found === 1 ? '' : 's'}, ${settings.replicas} are needed`);
  return false;
}

/** Outside of a cluster, at an API server without nodes: nothing becomes of a Deployment there. */
export async function hasPods(test: TestContext): Promise<boolean> {
  if (settings.apiUrl === undefined) return true;
  const nodes = await nodesFor(test);
  if (nodes?.length === 0) test.skip('0 nodes: no pod runs here');
  return nodes !== undefined && nodes.length > 0;
}

/** Whether pods and Services can be reached, and the cluster's DNS. */
export function isInside(test: TestContext): boolean {
  if (settings.apiUrl !== undefined) test.skip('outside of the cluster: its pods, Services and DNS cannot be reached');
  return settings.apiUrl === undefined;
}
