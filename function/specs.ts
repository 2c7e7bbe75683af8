/**
 * The E2ESpecs that the webhooks of a Canary name, and what a person is told where one is missing.
 */
import type { E2ESpec } from './e2espec.ts';
import { type Fault, isFault } from './fault.ts';
import type { Kube } from './kube.ts';
import type { RunName } from './run.ts';

/** Those that are there, each once, and the API server's time. */
export async function readSpecs(
  names: string[],
  namespace: string,
  kube: Kube,
): Promise<{ specs: E2ESpec[]; now: Date } | Fault> {
  const reads = await Promise.all([...new Set(names)].map((name) => kube.getE2ESpec(namespace, name)));
  const unread = reads.find(isFault);
  if (unread) return unread;
  const found = reads.flatMap((read) => (isFault(read) ? [] : [read]));
  return { specs: found.flatMap(({ value }) => value ?? []), now: found[0]?.now ?? new Date() };
}

export function specMissing({ spec, namespace, canary }: RunName): Fault {
  const message = `there is no E2ESpec ${spec} in namespace ${namespace}, so nothing says how to test Canary ${canary}. Create it (examples/e2espec-simple.yaml shows one) or correct the hook's metadata.e2espec`;
  return { kind: 'specMissing', message };
}
