/**
 * What is built from Go modules: a folder of `components/` each, because their dependencies conflict.
 * go.mod pins the version and its `tool` lines name the programs; go.sum pins every byte.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './settings.ts';
import { chosenVersion, versioned } from './versions.ts';

export interface Component {
  name: string;
  /** Programs that lie in its folder once it is built. */
  programs: readonly string[];
  /** Added to -ldflags. A function, because versions are chosen after this file is read. */
  linkerFlags?: () => string;
  /** Only some suites need it: built when first asked for (`cluster tools`), not by `up`. */
  onDemand?: true;
}

const componentsFolder = join(import.meta.dirname, 'components');

export function committedFolder(name: string): string {
  return join(componentsFolder, name);
}

/** With go.mod and go.sum. Of another version than the pinned one it is in the cache, where `sources.ts` has made it. */
export function sourceFolder({ name }: Pick<Component, 'name'>): string {
  const version = chosenVersion(name);
  const module = versioned[name]?.module;
  const isPinned =
    module === undefined || version === undefined || version === versionIn(committedFolder(name), module);
  return isPinned ? committedFolder(name) : join(cache, 'sources', `${name}-${version}`);
}

function versionIn(folder: string, module: string): string {
  const text = readFileSync(join(folder, 'go.mod'), 'utf8');
  const found = text.split('\n').find((line) => line.trim().replace('require ', '').startsWith(`${module} v`));
  const version = found?.match(/ v(\S+)/)?.[1];
  if (version === undefined) throw new Error(`no ${module} in ${folder}/go.mod`);
  return version;
}

export function versionOf(componentName: string, module: string): string {
  return versionIn(sourceFolder({ name: componentName }), module);
}

/** Whatever a cluster that is up was made of. */
export function pinnedVersionOf(componentName: string, module: string): string {
  return versionIn(committedFolder(componentName), module);
}

/** Without these kubectl and the API server say "v0.0.0-master", and clients take it for an older one. */
function kubernetesVersion(): string {
  const version = versionOf('kubernetes', 'k8s.io/kubernetes');
  const [major, minor] = version.split('.');
  const set = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  const flags = Object.entries(set).flatMap(([name, value]) => [
    `-X k8s.io/component-base/version.${name}=${value}`,
    `-X k8s.io/client-go/pkg/version.${name}=${value}`,
  ]);
  return flags.join(' ');
}

/** Without these `helm template` and `helm lint` take a cluster for Kubernetes 1.20. Helm 4 reads its own build information. */
function versionForCharts(): string {
  const [, minor] = versionOf('helm', 'k8s.io/client-go').split('.');
  const packages = ['chartutil', 'lint/rules'].map((each) => `helm.sh/helm/v3/pkg/${each}`);
  return packages.flatMap((each) => [`-X ${each}.k8sVersionMajor=1`, `-X ${each}.k8sVersionMinor=${minor}`]).join(' ');
}

const controlPlane = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

export const funcUtilsImage = 'dev.local/func-utils:local';

export const components = {
  pause: { name: 'pause', programs: ['pause'] },
  etcd: { name: 'etcd', programs: ['server'] },
  kubernetes: {
    name: 'kubernetes',
    programs: [...controlPlane, 'kubelet', 'kube-proxy', 'kubectl'],
    linkerFlags: kubernetesVersion,
  },
  cniPlugins: { name: 'cni-plugins', programs: ['bridge', 'loopback', 'host-local', 'portmap'] },
  coredns: { name: 'coredns', programs: ['coredns'] },
  flagger: { name: 'flagger', programs: ['flagger', 'loadtester'] },
  knativeServing: {
    name: 'knative-serving',
    programs: ['controller', 'webhook', 'activator', 'autoscaler', 'queue'],
  },
  netKourier: { name: 'net-kourier', programs: ['kourier'] },
  kn: { name: 'kn', programs: ['kn'], onDemand: true },
  func: {
    name: 'func',
    programs: ['func'],
    // `func invoke` starts a pod of this image: the one of ghcr.io is not to be had.
    linkerFlags: () => `-X knative.dev/func/pkg/k8s.SocatImage=${funcUtilsImage}`,
    onDemand: true,
  },
  helm: { name: 'helm', programs: ['helm'], linkerFlags: versionForCharts, onDemand: true },
  helm4: { name: 'helm4', programs: ['helm'], onDemand: true },
  rclone: { name: 'rclone', programs: ['rclone'], onDemand: true },
  statsdExporter: { name: 'statsd-exporter', programs: ['statsd_exporter'], onDemand: true },
  fluxApply: { name: 'flux-apply', programs: ['flux-apply'], onDemand: true },
} as const satisfies Record<string, Component>;

/** Not one of them: `npm run test:queue` alone builds it. */
export const kueue: Component = { name: 'kueue', programs: ['kueue'] };

/** Not one of them either: `npm run test:monitoring` builds it. */
export const kubeStateMetrics: Component = { name: 'kube-state-metrics', programs: ['kube-state-metrics'] };
