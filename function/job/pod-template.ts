/**
 * The E2ESpec's podTemplate takes any fields, so that pods of any Kubernetes can be described; what is merged of it
 * must at least have the shape to be merged. All else the API server validates.
 */
import type { Spec } from '../api/e2espec.ts';

const lists = ['containers', 'initContainers', 'volumes'] as const;
const listsOfContainers = ['env', 'envFrom', 'volumeMounts'] as const;

/** What has another shape, as `podTemplate.spec.containers must be a list of objects`; nothing when all can be merged. */
export function malformed({ podTemplate }: Spec): string | undefined {
  const spec: Record<string, unknown> = { ...podTemplate?.spec };
  const broken = lists.find((name) => !isListOfObjects(spec[name]));
  if (broken !== undefined) return `podTemplate.spec.${broken} must be a list of objects`;
  const grace = spec['terminationGracePeriodSeconds'] ?? 0;
  if (typeof grace !== 'number') return 'podTemplate.spec.terminationGracePeriodSeconds must be a number';
  for (const [index, container] of (podTemplate?.spec?.containers ?? []).entries()) {
    const fields: Record<string, unknown> = { ...container };
    const inside = listsOfContainers.find((name) => !isListOfObjects(fields[name]));
    if (inside !== undefined) return `podTemplate.spec.containers[${index}].${inside} must be a list of objects`;
  }
  return undefined;
}

function isListOfObjects(value: unknown): boolean {
  if (value === undefined) return true;
  return (
    Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
  );
}
