/**
 * What `kubectl drain` does to each pod of a node.
 */
import type { Evict } from '../support/scenario.ts';
import { kubectl } from './kubectl.ts';

export const evict: Evict = async ({ namespace, pod }) => {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name: pod } };
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`;
  await kubectl(['create', '--raw', path, '-f', '-'], { input: JSON.stringify(eviction) });
};
