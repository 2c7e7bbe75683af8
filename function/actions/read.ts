/**
 * Reads what a decision depends on.
 */
import type { Canary } from '../api/canary.ts';
import type { E2ESpec } from '../api/e2espec.ts';
import type { Event, Job, Target } from '../api/kubernetes.ts';
import { allInOrder, HookError, toHookError } from '../errors.ts';
import type { Payload } from '../flagger/payload.ts';
import { targetResource } from '../flagger/target.ts';
import type { Reader } from '../kube/read.ts';
import type { Log } from '../log.ts';
import type { RunKey } from '../run/id.ts';
import { condition, newestFirst } from '../verdict/conditions.ts';
import { createdPods, type Evidence, ownPods, requiredReads } from '../verdict/evidence.ts';
import { isSilent, mayHideHook } from '../verdict/proof.ts';
import { within } from './within.ts';

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

/** The pods of a Job that is going, or gone. */
export async function readPodsOf(
  jobUid: string | undefined,
  namespace: string,
  kube: Pick<Reader, 'listPods'>,
): Promise<Evidence> {
  if (jobUid === undefined) return noEvidence;
  return { pods: ownPods({ metadata: { uid: jobUid } }, await kube.listPods(namespace, jobUid)), events: [] };
}

/** What a verdict needs besides the Job: its own pods, and the Events where the pods are silent or gone. */
export async function readEvidence(
  job: Job,
  kube: Pick<Reader, 'listPods' | 'listEvents'>,
  log: Log,
): Promise<Evidence> {
  const needed = requiredReads(job);
  if (needed === 'nothing') return noEvidence;
  const { namespace = '', uid = '' } = job.metadata ?? {};
  const about = (involved: Involved) => eventsAbout(involved, namespace, kube);
  const words = (involved: Involved) => unlessTheyFail(about(involved), log);
  const ofJob: Involved = { kind: 'Job', field: 'uid', value: uid };
  const [listed, early] = await allInOrder([
    kube.listPods(namespace, uid),
    needed === 'pods' ? Promise.resolve([]) : words(ofJob),
  ]);
  const pods = ownPods(job, listed);
  const silent = newestFirst(pods).find(isSilent);
  if (silent !== undefined) {
    const ofPod: Involved = { kind: 'Pod', field: 'uid', value: silent.metadata?.uid ?? '' };
    // Whether a hook failed is more than a word: without it nobody knows how the test ended.
    const said = await (needed === 'pods' && mayHideHook(silent) ? about(ofPod) : words(ofPod));
    return { pods, events: [...early, ...said] };
  }
  if (pods.length > 0 || condition(job, 'Complete', 'SuccessCriteriaMet')) return { pods, events: early };
  const events = needed === 'pods' ? await words(ofJob) : early;
  const [gone] = createdPods(events);
  if (gone === undefined) return { pods, events };
  return { pods, events: [...events, ...(await words({ kind: 'Pod', field: 'name', value: gone }))] };
}

interface Involved {
  kind: 'Job' | 'Pod';
  /** By name only where the uid is not known any more. */
  field: 'uid' | 'name';
  value: string;
}

async function eventsAbout({ kind, field, value }: Involved, namespace: string, kube: Pick<Reader, 'listEvents'>) {
  const events = await kube.listEvents(namespace, { field, value });
  return events.filter(({ involvedObject }) => involvedObject.kind === kind && involvedObject[field] === value);
}

// Where there are 100,000 Events, a LIST of some reads them all, and may never be answered.
const patienceMs = 2000;

/** Events are words, so that a verdict does not wait for them. The verifier's own mistakes are thrown. */
async function unlessTheyFail(events: Promise<Event[]>, log: Log): Promise<Event[]> {
  try {
    const found = await within(patienceMs, events, undefined);
    if (found === undefined) throw new HookError('ServiceUnavailable', 'they took too long');
    return found;
  } catch (error) {
    const { kind, message } = toHookError(error);
    if (kind === 'InternalError') throw error;
    log.warn('Events cannot be read, so the verdict goes without their words', { error: message });
    return [];
  }
}
