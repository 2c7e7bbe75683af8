/**
 * One node. A pod is bound to it, unless its selector, its gates or its requests do not fit.
 */
import type { Clock } from './clock.ts';
import { quantityOf } from './quantity.ts';
import { NODE, type Recorder } from './recorder.ts';
import { resources } from './resources.ts';
import type { Store, StoredObject } from './store.ts';
import type { Condition, Pod } from './workloads.ts';

const REACTION_SECONDS = 0.05;

const nodeLabels: Record<string, string> = {
  'kubernetes.io/os': 'linux',
  'kubernetes.io/arch': process.arch === 'x64' ? 'amd64' : process.arch,
  'kubernetes.io/hostname': NODE,
};
const allocatable: Record<string, number> = { cpu: 64, memory: 256 * 2 ** 30 };

export function startScheduler(store: Store, clock: Clock, recorder: Recorder): void {
  const schedule = (pod: Pod) => {
    const now = clock.timestamp();
    const current = store.get(resources.pods, pod.metadata.namespace, pod.metadata.name) as Pod | undefined;
    if (current?.metadata.uid !== pod.metadata.uid || current.spec.nodeName || current.metadata.deletionTimestamp)
      return;
    const scheduled = (condition: Partial<Condition> & Pick<Condition, 'status'>): Condition => ({
      type: 'PodScheduled',
      lastProbeTime: null,
      lastTransitionTime: now,
      ...condition,
    });
    const put = (change: (draft: Pod) => void) => store.edit(resources.pods, current, (draft) => change(draft as Pod));
    if ((current.spec.schedulingGates ?? []).length > 0) {
      const message = 'Scheduling is blocked due to non-empty scheduling gates';
      put((draft) => {
        draft.status.conditions = [scheduled({ status: 'False', reason: 'SchedulingGated', message })];
      });
      return;
    }
    const obstacle = obstacleFor(current);
    if (obstacle !== undefined) {
      const refused = put((draft) => {
        draft.status.conditions = [scheduled({ status: 'False', reason: 'Unschedulable', message: obstacle })];
      });
      recorder.event(refused, 'default-scheduler', 'Warning', 'FailedScheduling', obstacle);
      return;
    }
    const bound = put((draft) => {
      draft.spec.nodeName = NODE;
      draft.status.conditions = [scheduled({ status: 'True' })];
    });
    const { namespace, name } = bound.metadata;
    recorder.event(
      bound,
      'default-scheduler',
      'Normal',
      'Scheduled',
      `Successfully assigned ${namespace}/${name} to ${NODE}`,
    );
  };
  const consider = (pod: StoredObject) => clock.after(REACTION_SECONDS, () => schedule(pod as Pod));
  store.subscribe(({ type, resource, object }) => {
    if (resource !== resources.pods) return;
    const gatesMayHaveGone =
      type === 'MODIFIED' && (object as Pod).status.conditions?.[0]?.reason === 'SchedulingGated';
    if (type === 'ADDED' || gatesMayHaveGone) consider(object);
  });
}

/** Whether the one node has the labels that the pod's selector names. */
export function isSelected(nodeSelector: Record<string, string> = {}): boolean {
  return Object.entries(nodeSelector).every(([key, value]) => nodeLabels[key] === value);
}

/** The scheduler's sentence about the one node, undefined when the pod fits. */
function obstacleFor(pod: Pod): string | undefined {
  if (!isSelected(pod.spec.nodeSelector)) {
    return "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
  }
  const requested = (resource: string) =>
    pod.spec.containers.reduce((sum, one) => sum + (quantityOf(one.resources?.requests?.[resource] ?? '0') ?? 0), 0);
  const short = Object.entries(allocatable).find(([resource, amount]) => requested(resource) > amount)?.[0];
  if (short === undefined) return undefined;
  return `0/1 nodes are available: 1 Insufficient ${short}. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`;
}
