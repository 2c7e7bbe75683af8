/**
 * What a person is told whose Canary has no E2ESpec.
 */
import type { Fault } from './fault.ts';
import type { RunName } from './run.ts';

export function specMissing({ spec, namespace, canary }: RunName): Fault {
  const message = `there is no E2ESpec ${spec} in namespace ${namespace}, so nothing says how to test Canary ${canary}. Create it (examples/e2espec-simple.yaml shows one) or correct the hook's metadata.e2espec`;
  return { kind: 'specMissing', message };
}
