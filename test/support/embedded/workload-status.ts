/**
 * The Deployment and the DaemonSet controller as they stand when a rollout is over: what they say in `status`.
 * They make no pods. What has an image that cannot be pulled is never available, everything else is at once.
 */
import type { Clock } from './clock.ts';
import type { Images } from './images.ts';
import { type Resource, resources } from './resources.ts';
import { isSelected } from './scheduler.ts';
import type { Store, StoredObject } from './store.ts';
import type { Condition, PodSpec } from './workloads.ts';

interface DeploymentCondition extends Condition {
  lastUpdateTime: string;
}

type Status = Record<string, unknown> & { conditions?: DeploymentCondition[] };

/** One of kind DaemonSet has no replicas. */
type Workload = StoredObject & { spec: { replicas: number; template: { spec: PodSpec } }; status: Status };

export function startWorkloadControllers(store: Store, clock: Clock, images: Images): void {
  const canRun = ({ initContainers = [], containers }: PodSpec) =>
    [...initContainers, ...containers].every((each) => ['present', 'pulled'].includes(images.obtain(each).kind));
  const statusOf = (resource: Resource, workload: Workload): Status => {
    const { template, replicas } = workload.spec;
    const isDeployment = resource === resources.deployments;
    const wanted = isDeployment ? replicas : Number(isSelected(template.spec.nodeSelector));
    const available = wanted > 0 && canRun(template.spec) ? wanted : 0;
    if (!isDeployment) return daemonSetStatus(workload, wanted, available);
    return deploymentStatus(workload, wanted, available, clock.timestamp());
  };
  const sync = (resource: Resource, { metadata }: StoredObject) => {
    const found = store.get(resource, metadata.namespace, metadata.name);
    if (found?.metadata.uid !== metadata.uid) return;
    store.edit(resource, found, (draft) => {
      draft['status'] = statusOf(resource, found as Workload);
    });
  };
  store.subscribe(({ type, resource, object }) => {
    if (resource !== resources.deployments && resource !== resources.daemonSets) return;
    if (type !== 'DELETED') clock.after(0, () => sync(resource, object));
  });
}

function deploymentStatus({ metadata, status }: Workload, wanted: number, available: number, now: string): Status {
  const says = available === wanted ? rolledOut(metadata.name) : rollingOut(metadata.name);
  return {
    observedGeneration: metadata.generation,
    ...unlessZero({
      replicas: wanted,
      updatedReplicas: wanted,
      readyReplicas: available,
      availableReplicas: available,
      unavailableReplicas: wanted - available,
    }),
    conditions: says.map((each) => dated(each, status.conditions ?? [], now)),
  };
}

type Says = Omit<Condition, 'lastTransitionTime'>;

function rolledOut(name: string): Says[] {
  const available = 'Deployment has minimum availability.';
  const complete = `Deployment "${name}" has successfully progressed.`;
  return [
    { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: available },
    { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: complete },
  ];
}

function rollingOut(name: string): Says[] {
  const unavailable = 'Deployment does not have minimum availability.';
  const incomplete = `Deployment "${name}" is progressing.`;
  return [
    { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: unavailable },
    { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: incomplete },
  ];
}

/** A condition keeps its times as long as it says the same. */
function dated(says: Says, former: DeploymentCondition[], now: string): DeploymentCondition {
  const before = former.find(({ type }) => type === says.type);
  if (before && before.reason === says.reason) return before;
  const lastTransitionTime = before?.status === says.status ? before.lastTransitionTime : now;
  return { ...says, lastUpdateTime: now, lastTransitionTime };
}

function daemonSetStatus({ metadata }: Workload, wanted: number, available: number): Status {
  return {
    observedGeneration: metadata.generation,
    currentNumberScheduled: wanted,
    desiredNumberScheduled: wanted,
    numberMisscheduled: 0,
    numberReady: available,
    ...unlessZero({
      updatedNumberScheduled: wanted,
      numberAvailable: available,
      numberUnavailable: wanted - available,
    }),
  };
}

/** The API server leaves out optional numbers that are zero. */
function unlessZero(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}
