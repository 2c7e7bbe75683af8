/**
 * What a canary's target is to the verifier: where the test reaches it, which labels its pods must not carry,
 * and whether it is still what the run began with.
 */
import { createHash } from 'node:crypto';
import type { Canary } from './canary.ts';

/** A Deployment, DaemonSet, core Service or Knative Service, as far as it is read. */
export interface Target {
  metadata?: { name?: string; generation?: number };
  spec?: {
    /** Of a Deployment. */
    replicas?: number;
    template?: { spec?: { nodeSelector?: Record<string, string> } };
    /** A Deployment's has matchLabels, a core Service's are the labels themselves. */
    selector?: { matchLabels?: Record<string, string> } | Record<string, string>;
    /** Of a core Service. */
    type?: string;
  };
  status?: {
    observedGeneration?: number;
    /** Of a Deployment. */
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    /** Of a DaemonSet. */
    desiredNumberScheduled?: number;
    updatedNumberScheduled?: number;
    numberAvailable?: number;
    /** Of a Knative Service. */
    latestCreatedRevisionName?: string;
  };
}

/** A Knative revision. */
export interface Revision {
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] };
}

export interface EndpointSlice {
  endpoints?: { conditions?: { ready?: boolean } }[];
}

export interface TargetResource {
  group: string;
  version: string;
  plural: string;
  name: string;
}

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

/**
 * The canary's own address. A Knative target has no `-canary` Service, but each of its revisions has a host,
 * which the activator answers even at 0 % and 0 pods, and only in full.
 */
export function canaryUrl(canary: Canary, target: Target | undefined): string | undefined {
  const { namespace } = canary.metadata;
  if (isKnative(canary)) {
    const revision = target?.status?.latestCreatedRevisionName;
    return revision && `http://${revision}.${namespace}.svc.cluster.local`;
  }
  return `http://${apexOf(canary)}-canary.${namespace}:${canary.spec.service?.port ?? 80}`;
}

/** The name from which Flagger makes its Services. */
export function apexOf({ spec }: Canary): string {
  return spec.service?.name ?? spec.targetRef.name;
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
  return createHash('sha256').update(revision).digest('hex').slice(0, 16);
}

/** With its keys in order, however the API server wrote them. */
function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, each]) => [key, canonical(key === 'nodeSelector' ? lasting(each) : each)]),
  );
}

function lasting(nodeSelector: unknown): unknown {
  const entries = Object.entries(nodeSelector ?? {}).filter(([key]) => key !== scaleToZeroSelector);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The labels by which the target's Services may select pods. */
export function selectorLabels(target: Target | undefined): Record<string, string> {
  const { matchLabels, ...selector } = target?.spec?.selector ?? {};
  const labels = typeof matchLabels === 'object' ? (matchLabels ?? {}) : { ...selector, matchLabels };
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}
