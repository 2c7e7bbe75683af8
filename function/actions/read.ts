/**
 * Reads what a decision depends on.
 */
import type { Canary } from '../api/canary.ts';
import type { E2ESpec } from '../api/e2espec.ts';
import type { Event, Job, Pod, Target } from '../api/kubernetes.ts';
import { allInOrder, HookError } from '../errors.ts';
import type { Payload } from '../flagger/payload.ts';
import { targetResource } from '../flagger/target.ts';
import type { Reader } from '../kube/read.ts';
import type { RunKey } from '../run/id.ts';
import { createdPods, type Evidence, requiredReads } from '../verdict/evidence.ts';
import { testNotStarted } from '../verdict/termination.ts';

export async function readCanary({ namespace, name }: Payload, kube: Reader): Promise<Canary | undefined> {
  return (await kube.getCanary(namespace, name)).value;
}

/** Nothing where there is no Canary, where Flagger would not know the target, or where it is not there. */
export async function readTarget(canary: Canary | undefined, kube: Reader): Promise<Target | undefined> {
  const resource = canary && targetResource(canary);
  return resource && (await kube.getTarget(canary.metadata.namespace, resource)).value;
}

/** Those that are there, each once, and the API server's time. */
export async function readE2ESpecs(
  names: string[],
  namespace: string,
  kube: Reader,
): Promise<{ specs: E2ESpec[]; now: Date }> {
  const reads = await allInOrder([...new Set(names)].map((name) => kube.getE2ESpec(namespace, name)));
  return { specs: reads.flatMap(({ value }) => value ?? []), now: reads[0]?.now ?? new Date() };
}

export function specMissing({ e2eSpec, namespace, canary }: RunKey): HookError {
  const message = `there is no E2ESpec ${e2eSpec} in namespace ${namespace}, so nothing says how to test Canary ${canary}. Create it (examples/e2espec-simple.yaml shows one) or correct the hook's metadata.e2espec`;
  return new HookError('SpecMissing', message);
}

export const noEvidence: Evidence = { pods: [], events: [] };

/** What a verdict needs besides the Job: its pods, and the events where the pods are silent or gone. */
export async function readEvidence(job: Job, kube: Pick<Reader, 'listPods' | 'listEvents'>): Promise<Evidence> {
  const needed = requiredReads(job);
  if (needed === 'nothing') return noEvidence;
  const { namespace = '', uid = '' } = job.metadata ?? {};
  const [pods, jobEvents] = await allInOrder([
    kube.listPods(namespace, uid),
    needed === 'pods' ? Promise.resolve([]) : kube.listEvents(namespace, { field: 'uid', value: uid }),
  ]);
  const silentPod = needed === 'pods' ? undefined : podToAskAbout(pods, jobEvents);
  if (silentPod === undefined) return { pods, events: jobEvents };
  const podEvents = await kube.listEvents(namespace, { field: 'name', value: silentPod });
  return { pods, events: [...jobEvents, ...podEvents] };
}

/** A pending pod, one whose container never started, or one deleted at the Job's deadline: the Job's SuccessfulCreate event names it. */
function podToAskAbout(pods: Pod[], jobEvents: Event[]): string | undefined {
  const silent = pods.find((pod) => pod.status?.phase === 'Pending' || testNotStarted(pod));
  if (silent !== undefined) return silent.metadata?.name;
  if (pods.length > 0) return undefined;
  return createdPods(jobEvents).at(-1);
}
