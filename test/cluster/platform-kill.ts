/**
 * SIGKILL for the test of a suite, as soon as it has made something. The processes of the node have to be this machine's, and the
 * user root.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import type { Kubernetes, KubernetesObject } from '../support/kubernetes.ts';
import type { SuiteName } from '../support/platform/suites.ts';
import type { Copy } from './platform-copy.ts';

export interface Killed {
  /** The label of what it has made; of none that makes nothing. */
  run: string | undefined;
  processes: number;
  /** What was there when it was killed. */
  made: string[];
}

const longestLook = 60_000;

/** When a run is in the middle: something of this kind is there. */
const middle: Record<SuiteName, string | undefined> = {
  namespace: 'Namespace',
  deployment: 'Pod',
  'deployment-update': 'Pod',
  'deployment-scale': 'Pod',
  service: 'Service',
  'deployment-service': 'Pod',
  'deployment-scale-service': 'Pod',
  http: 'Pod',
  'http-update': 'Pod',
  // It makes nothing: as soon as it runs.
  dns: undefined,
};

/** Of the one run of the suite that is under way. */
export async function killInTheMiddle(kubernetes: Kubernetes, copy: Copy, suite: SuiteName): Promise<Killed> {
  const namespace = copy.namespaceOf(suite);
  const kind = middle[suite];
  const list = (kind: string, selector?: string) =>
    kubernetes.list({ apiVersion: 'v1', kind, namespace: kind === 'Namespace' ? '' : namespace }, selector);
  const end = Date.now() + longestLook;
  while (Date.now() < end) {
    const pods = await list('Pod');
    const container = pods.flatMap((pod) => containerOf(pod) ?? [])[0];
    const all = kind === undefined ? [] : await list(kind, `e2etest-suite=${suite}`);
    // Without what is leaving of the run before.
    const made = all.filter(
      ({ metadata: { namespace: home, name, deletionTimestamp } }) =>
        deletionTimestamp === undefined && (home === namespace || name === copy.kubee2etests),
    );
    if (container !== undefined && (kind === undefined || made.length > 0)) {
      const processes = kill(container);
      const run = made[0]?.metadata.labels?.['e2etest-run'];
      return { run, processes, made: made.map(({ metadata }) => `${kind} ${metadata.name}`) };
    }
    await sleep(5);
  }
  throw new Error(`${suite} was not seen to run and to make ${kind ?? 'nothing'}`);
}

/** The ID of the test's container, while it runs. */
function containerOf(pod: KubernetesObject): string | undefined {
  const all = at(pod, 'status', 'containerStatuses');
  const test = (Array.isArray(all) ? all : []).find((each) => at(each, 'name') === 'e2e');
  return at(test, 'state', 'running') === undefined
    ? undefined
    : String(at(test, 'containerID')).replace(/^.*\/\//, '');
}

/** How many processes of it there were. */
function kill(container: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && cgroupsOf(name).includes(container));
  if (pids.length === 0) throw new Error(`container ${container} has no process on this machine`);
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  return pids.length;
}

function cgroupsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return ''; // It has ended.
  }
}
