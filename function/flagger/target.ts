/**
 * What a canary's target is to the verifier: whether it is still what the run began with, and whether there is anything to
 * test yet.
 */
import { hash } from 'node:crypto';
import type { Canary } from '../api/canary.ts';
import type { EndpointSlice, Revision, Target, TargetResource } from '../api/kubernetes.ts';

/** Where the API server keeps the target; nothing for a kind Flagger does not know. */
export function targetResource(canary: Canary): TargetResource | undefined {
  const { targetRef } = canary.spec;
  const { name } = targetRef;
  switch (targetRef.kind) {
    case 'Deployment':
      return { group: 'apps', version: 'v1', plural: 'deployments', name };
    case 'DaemonSet':
      return { group: 'apps', version: 'v1', plural: 'daemonsets', name };
    case 'Service':
      return isKnative(canary)
        ? { group: 'serving.knative.dev', version: 'v1', plural: 'services', name }
        : { group: '', version: 'v1', plural: 'services', name };
    default:
      return undefined;
  }
}

export function isKnative({ spec }: Canary): boolean {
  return spec.targetRef.apiVersion?.startsWith('serving.knative.dev/') ?? false;
}

// Flagger scales a DaemonSet to zero by this nodeSelector, so it comes and goes within a rollout.
// https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/canary/daemonset_controller.go
const scaleToZeroSelector = 'flagger.app/scale-to-zero';

/** Says whether two looks at the target saw the same revision. Replicas and status do not count. */
export function revisionHash(target: Target): string {
  const revision = JSON.stringify(canonical(target.spec?.template ?? target.spec ?? {}));
  return hash('sha256', revision).slice(0, 16);
}

/** With its keys in order, however the API server wrote them. */
function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, each]) => [key, canonical(key === 'nodeSelector' ? withoutScaleToZero(each) : each)]),
  );
}

function withoutScaleToZero(nodeSelector: unknown): unknown {
  const entries = Object.entries(nodeSelector ?? {}).filter(([key]) => key !== scaleToZeroSelector);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

const scaledToZero =
  "it is scaled to 0, so there is nothing to test. Flagger scales it up for a rollout: keep its autoscaler (HPA, KEDA) at one replica at the least, and name it in the Canary's spec.autoscalerRef";

/** What is missing, or nothing: as Flagger judges it, and with no replica there is nothing to test. https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/canary/deployment_ready.go */
export function deploymentNotReady(target: Target | undefined, canary: Canary): string | undefined {
  if (target === undefined) return 'it is not there';
  if (!isObserved(target)) return 'its latest change has not been seen yet';
  const { replicas: wanted = 1 } = target.spec ?? {};
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = target.status ?? {};
  if (wanted === 0) return scaledToZero;
  if (updatedReplicas === 0) return 'it has no pods';
  if (updatedReplicas < wanted) return `${updatedReplicas} of ${wanted} pods are of the new revision`;
  if (replicas > updatedReplicas) return `${replicas - updatedReplicas} pods of the former revision are still there`;
  if (availableReplicas < enoughOf(updatedReplicas, canary)) {
    return `${availableReplicas} of ${updatedReplicas} pods are available`;
  }
  return undefined;
}

/** https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/canary/daemonset_ready.go */
export function daemonSetNotReady(target: Target | undefined, canary: Canary): string | undefined {
  if (target === undefined) return 'it is not there';
  if (!isObserved(target)) return 'its latest change has not been seen yet';
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = target.status ?? {};
  if (desiredNumberScheduled === 0) return 'it has no pods';
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return `${updatedNumberScheduled} of ${desiredNumberScheduled} pods are of the new revision`;
  }
  if (numberAvailable < enoughOf(desiredNumberScheduled, canary)) {
    return `${numberAvailable} of ${desiredNumberScheduled} pods are available`;
  }
  return undefined;
}

export function revisionNotReady(name: string, revision: Revision | undefined): string | undefined {
  const ready = revision?.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return undefined;
  return `Revision ${name} is not ready: ${ready?.message ?? ready?.reason ?? 'it has not said anything yet'}`;
}

export function serviceNotReady(name: string, slices: EndpointSlice[]): string | undefined {
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
  // A ready condition that is not there means ready: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
  if (endpoints.some(({ conditions }) => conditions?.ready !== false)) return undefined;
  return `Service ${name} has no ready endpoint`;
}

function isObserved({ metadata, status }: Target): boolean {
  return (metadata?.generation ?? 0) <= (status?.observedGeneration ?? 0);
}

// One at least, whatever the threshold: an end-to-end test needs somebody to talk to.
function enoughOf(pods: number, { spec }: Canary): number {
  return Math.max(1, Math.floor((pods * (spec.analysis?.canaryReadyThreshold ?? 100)) / 100));
}
