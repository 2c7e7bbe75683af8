/**
 * Reads the target that a Canary names.
 */
import type { Canary } from '../canary.ts';
import type { Fault } from '../fault.ts';
import type { Kube, Read } from '../kube.ts';
import { type Target, targetResource } from '../target.ts';

/** No value where there is no Canary, where Flagger would not know the target, or where it is not there. */
export type TargetRead = Pick<Read<Target>, 'value'>;

export async function readTarget(
  canary: Canary | undefined,
  namespace: string,
  kube: Kube,
): Promise<TargetRead | Fault> {
  const resource = canary && targetResource(canary);
  return resource ? kube.getTarget(namespace, resource) : { value: undefined };
}
