/**
 * Whether there is anything to test yet. Flagger asks its gates when the pods of Deployments and DaemonSets are there, but
 * somebody else may ask before; for a Knative revision and for what stands behind a Service it does not wait.
 */
import type { Canary } from '../canary.ts';
import { type Fault, isFault } from '../fault.ts';
import type { Kube } from '../kube.ts';
import { apexOf, isKnative, type Target } from '../target.ts';

/** What is still missing; nothing when the test can begin. */
export async function missingOf(
  canary: Canary,
  target: Target | undefined,
  kube: Kube,
): Promise<string | undefined | Fault> {
  const { kind, name } = canary.spec.targetRef;
  const missing = (what: string | undefined) => what && `${kind} ${name} is not ready: ${what}`;
  switch (kind) {
    case 'Deployment':
      return missing(missingOfDeployment(target, readyThreshold(canary)));
    case 'DaemonSet':
      return missing(missingOfDaemonSet(target, readyThreshold(canary)));
    case 'Service':
      if (isKnative(canary)) return missingOfRevision(canary, target, kube);
      // An ExternalName has no endpoints in this cluster: its test finds out.
      return target?.spec?.type === 'ExternalName' ? undefined : missingOfService(canary, kube);
    default:
      return undefined;
  }
}

function readyThreshold({ spec }: Canary): number {
  return (spec.analysis?.canaryReadyThreshold ?? 100) / 100;
}

/** As Flagger judges it, and with no replica there is nothing to test. https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/canary/deployment_ready.go */
function missingOfDeployment(target: Target | undefined, threshold: number): string | undefined {
  if (target === undefined) return 'it is not there';
  if (!isObserved(target)) return 'its latest change has not been seen yet';
  const { replicas: wanted = 1 } = target.spec ?? {};
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = target.status ?? {};
  if (updatedReplicas === 0) return 'it has no pods';
  if (updatedReplicas < wanted) return `${updatedReplicas} of ${wanted} pods are of the new revision`;
  if (replicas > updatedReplicas) return `${replicas - updatedReplicas} pods of the former revision are still there`;
  if (availableReplicas < leastOf(updatedReplicas, threshold)) {
    return `${availableReplicas} of ${updatedReplicas} pods are available`;
  }
  return undefined;
}

/** https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/canary/daemonset_ready.go */
function missingOfDaemonSet(target: Target | undefined, threshold: number): string | undefined {
  if (target === undefined) return 'it is not there';
  if (!isObserved(target)) return 'its latest change has not been seen yet';
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = target.status ?? {};
  if (desiredNumberScheduled === 0) return 'it has no pods';
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return `${updatedNumberScheduled} of ${desiredNumberScheduled} pods are of the new revision`;
  }
  if (numberAvailable < leastOf(desiredNumberScheduled, threshold)) {
    return `${numberAvailable} of ${desiredNumberScheduled} pods are available`;
  }
  return undefined;
}

function isObserved({ metadata, status }: Target): boolean {
  return (metadata?.generation ?? 0) <= (status?.observedGeneration ?? 0);
}

// One at least, whatever the threshold: an end-to-end test needs somebody to talk to.
function leastOf(pods: number, threshold: number): number {
  return Math.max(1, Math.floor(pods * threshold));
}

async function missingOfRevision(
  { metadata }: Canary,
  target: Target | undefined,
  kube: Kube,
): Promise<string | undefined | Fault> {
  const name = target?.status?.latestCreatedRevisionName;
  if (name === undefined) return 'the Knative Service has no revision yet';
  const revision = await kube.getRevision(metadata.namespace, name);
  if (isFault(revision)) return revision;
  const ready = revision.value?.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return undefined;
  return `Revision ${name} is not ready: ${ready?.message ?? ready?.reason ?? 'it has not said anything yet'}`;
}

async function missingOfService(canary: Canary, kube: Kube): Promise<string | undefined | Fault> {
  const service = `${apexOf(canary)}-canary`;
  const slices = await kube.listEndpointSlices(canary.metadata.namespace, service);
  if (isFault(slices)) return slices;
  const endpoints = (slices.value ?? []).flatMap((slice) => slice.endpoints ?? []);
  // A ready condition that is not there means ready: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
  if (endpoints.some(({ conditions }) => conditions?.ready !== false)) return undefined;
  return `Service ${service} has no ready endpoint`;
}
