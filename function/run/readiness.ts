/**
 * Whether there is anything to test yet. Flagger waits for the pods of Deployments and DaemonSets, not for a Knative
 * revision or for what stands behind a Service.
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
  if (canary.spec.targetRef.kind !== 'Service') return undefined;
  if (isKnative(canary)) return missingOfRevision(canary, target, kube);
  // An ExternalName has no endpoints in this cluster: its test finds out.
  return target?.spec?.type === 'ExternalName' ? undefined : missingOfService(canary, kube);
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
