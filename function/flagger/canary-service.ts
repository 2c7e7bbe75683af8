/**
 * The Services that Flagger makes of a target and the Canary's `service` block: where the test reaches the canary, and by which
 * labels pods become endpoints. A Knative revision has a host of its own.
 * https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/router/kubernetes_default.go
 */
import type { Canary } from '../api/canary.ts';
import type { ServicePort, Target } from '../api/kubernetes.ts';
import { isKnative } from './target.ts';

/** Of a Service it is a copy of the target, whatever `service` says: pkg/canary/service_controller.go. */
export function canaryServiceName(canary: Canary): string {
  return `${apexServiceName(canary)}-canary`;
}

function apexServiceName({ spec: { targetRef, service } }: Canary): string {
  return targetRef.kind === 'Service' ? targetRef.name : service?.name || targetRef.name;
}

/** Nothing for a Knative Service without a revision. */
export function canaryUrl(canary: Canary, target: Target | undefined): string | undefined {
  return isKnative(canary) ? revisionUrl(canary, target) : serviceUrl(canaryServiceName(canary), canary, target);
}

/** Where users reach it, whatever revision that is: the apex Service, or a Knative Service's own address where it says one. */
export function liveUrl(canary: Canary, target: Target | undefined): string | undefined {
  return isKnative(canary) ? target?.status?.address?.url : serviceUrl(apexServiceName(canary), canary, target);
}

// The Services of one canary have the same ports.
function serviceUrl(service: string, canary: Canary, target: Target | undefined): string {
  const { metadata, spec } = canary;
  const { port, scheme } = spec.targetRef.kind === 'Service' ? copiedPort(canary, target) : ownPort(canary, target);
  return `${scheme}://${service}.${metadata.namespace}:${port}`;
}

interface Port {
  port: number;
  scheme: 'http' | 'https';
}

const defaultPort = 80;

function ownPort({ spec: { service = {} } }: Canary, target: Target | undefined): Port {
  const { port = defaultPort, targetPort, headless, appProtocol } = service;
  const named = (target?.spec?.template?.spec?.containers ?? []).flatMap(({ ports = [] }) => ports);
  const containerPort = named.find(({ name }) => name !== undefined && name === targetPort)?.containerPort;
  return { port: headless ? (containerPort ?? numberOf(targetPort) ?? port) : port, scheme: schemeOf(appProtocol) };
}

function copiedPort({ spec: { service } }: Canary, target: Target | undefined): Port {
  const { ports = [], type, clusterIP } = target?.spec ?? {};
  const possible = ports.filter(({ protocol }) => protocol !== 'UDP');
  const chosen: ServicePort = possible.find(({ port }) => port === service?.port) ?? possible[0] ?? {};
  const scheme = schemeOf(chosen.appProtocol ?? service?.appProtocol);
  // A name for somebody else: nothing maps a port, and what the copy lists is not looked at.
  if (type === 'ExternalName') return { port: service?.port ?? chosen.port ?? defaultPort, scheme };
  const port = chosen.port ?? service?.port ?? defaultPort;
  return { port: clusterIP === 'None' ? (numberOf(chosen.targetPort) ?? port) : port, scheme };
}

// A headless Service is a name for the pods themselves: they are called at their own port. 0 is Flagger's "not given".
function numberOf(targetPort: unknown): number | undefined {
  return Number(targetPort) || undefined;
}

function schemeOf(appProtocol: string | undefined): Port['scheme'] {
  return appProtocol === 'https' ? 'https' : 'http';
}

/** The activator answers a revision's host even at 0 % and 0 pods, and only in full: with the domain of this cluster. */
function revisionUrl({ metadata, spec }: Canary, target: Target | undefined): string | undefined {
  const { latestCreatedRevisionName: revision, address } = target?.status ?? {};
  const service = `${spec.targetRef.name}.${metadata.namespace}.`;
  const host = URL.parse(address?.url ?? '')?.hostname ?? '';
  const domain = host.startsWith(`${service}svc.`) ? host.slice(service.length) : 'svc.cluster.local';
  return revision && `http://${revision}.${metadata.namespace}.${domain}`;
}

/** Flagger's default for -selector-labels: the first that the target has is the one by which its Services select. */
const selectorLabels = ['app', 'name', 'app.kubernetes.io/name'];

/** What each of the canary's Services selects pods by: who has all labels of one becomes its endpoint. */
export function podSelectors(target: Target | undefined): Record<string, string>[] {
  const { matchLabels, ...selector } = target?.spec?.selector ?? {};
  if (typeof matchLabels === 'string') return [texts({ ...selector, matchLabels })];
  if (matchLabels === undefined) return [texts(selector)].filter((each) => Object.keys(each).length > 0);
  const labels = Object.entries(texts(matchLabels ?? {}));
  const chosen = selectorLabels.find((label) => labels.some(([key]) => key === label));
  // With another -selector-labels it may be any of them.
  const possible = labels.filter(([key]) => chosen === undefined || key === chosen);
  return possible.flatMap(([key, value]) => [{ [key]: value }, { [key]: `${value}-primary` }]);
}

function texts(labels: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}
