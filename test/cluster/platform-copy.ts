/**
 * examples/platform on the cluster, under namespaces of a test's own: as it is applied, but for its names, the verifier's image and
 * the CronJobs, which are suspended.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Resource, resources } from '../support/documents.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { type SuiteName, suiteNames } from '../support/platform/suites.ts';
import { build } from './build.ts';
import { components } from './components.ts';
import { busybox } from './downloads.ts';
import { importImage, otherNodeImage, statsdExporterImage } from './images.ts';
import { deployedImage } from './installation.ts';
import { apply, kubectl } from './kubectl.ts';
import { patience } from './patience.ts';
import { externalKubeconfig } from './settings.ts';
import { readState } from './state.ts';
import { bridgeImage } from './statsd-exporter.ts';

const names = ['platform-exists', 'platform-nodes', 'platform-namespace', 'platform', ...suiteNames];
const own = new RegExp(`\\be2e-(?:${names.join('|')})(?![\\w-])|\\bkubee2etests\\b`, 'g');

export interface Copy {
  /** Before each name that the cluster has once. */
  prefix: string;
  namespaceOf(suite: SuiteName | 'platform'): string;
  /** What TEST_NAMESPACE is for the suite that makes it, and TEST_SERVICE for the others. */
  kubee2etests: string;
  remove(): Promise<void>;
}

let brought: Promise<void> | undefined;

/** A cluster of another making pulls them. */
async function bringImages(): Promise<void> {
  const first = readState()?.first;
  if (externalKubeconfig !== undefined || first === undefined) return;
  await importImage(first, statsdExporterImage(bridgeImage, await build(components.statsdExporter)));
  await importImage(first, otherNodeImage(await busybox()));
}

/** `wanted`: whose namespaces it has, beside the bridge's. Resolves when the bridge answers. */
export async function install(prefix: string, wanted: readonly SuiteName[] = suiteNames): Promise<Copy> {
  brought ??= bringImages();
  await brought;
  const copy: Copy = {
    prefix,
    namespaceOf: (suite) => `${prefix}-e2e-${suite}`,
    kubee2etests: `${prefix}-kubee2etests`,
    remove: () => remove(objects),
  };
  const objects = await objectsOf(copy, wanted);
  await apply(objects);
  const home = ['-n', copy.namespaceOf('platform')];
  await kubectl([...home, 'rollout', 'status', 'deployment/e2etest-statsd', `--timeout=${patience.seconds}s`]);
  return copy;
}

async function objectsOf(copy: Copy, wanted: readonly SuiteName[]): Promise<KubernetesObject[]> {
  const image = await deployedImage();
  const text = (await kubectl(['kustomize', 'examples/platform']))
    .replaceAll(own, `${copy.prefix}-$&`)
    .replaceAll(/image: ghcr\.io\S+/g, `image: ${image}`);
  const kept = [...wanted, 'platform' as const].map(copy.namespaceOf);
  return resources(text)
    .filter((object) => isOf(object, kept))
    .map((object) => (object.kind === 'CronJob' ? suspended(object) : object));
}

function isOf({ kind, metadata }: Resource, kept: string[]): boolean {
  const home = kind === 'Namespace' ? metadata.name : metadata.namespace;
  return home === undefined || kept.includes(home);
}

function suspended(cronJob: Resource): Resource {
  return { ...cronJob, spec: { ...(cronJob['spec'] as object), suspend: true } };
}

async function remove(objects: KubernetesObject[]): Promise<void> {
  // What is in a namespace goes with it.
  const outermost = objects.filter(({ metadata }) => metadata.namespace === undefined);
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: outermost });
  await kubectl(['delete', '--ignore-not-found', '--wait=false', '-f', '-'], { input });
}

/** What platform-settings says from now on; what it is said to be stays so until it is said again. */
export async function set(copy: Copy, suite: SuiteName, settings: Record<string, string>): Promise<void> {
  const patch = JSON.stringify({ data: settings });
  await kubectl(['-n', copy.namespaceOf(suite), 'patch', 'configmap', 'platform-settings', '-p', patch]);
}

/** The names of what runs have made, of all or of the one whose pod has that uid. */
export async function made(copy: Copy, suite: SuiteName, run?: string): Promise<string[]> {
  const selector = `e2etest-suite=${suite}${run === undefined ? '' : `,e2etest-run=${run}`}`;
  const namespaced = ['-n', copy.namespaceOf(suite), 'get', 'deploy,rs,pod,svc', '-l', selector, '-o', 'name'];
  const whole = ['get', 'namespace', '-l', selector, '-o', 'name'];
  const found = await Promise.all([kubectl(namespaced), suite === 'namespace' ? kubectl(whole) : '']);
  return found
    .flatMap((names) => names.split('\n'))
    .filter((name) => name !== '' && (!name.startsWith('namespace/') || name.includes(copy.prefix)));
}

/** The bridge's metrics, through the API server. */
export async function bridgeMetrics(copy: Copy): Promise<string> {
  // Datagrams that have come are counted a moment later.
  await sleep(1000);
  const service = `/api/v1/namespaces/${copy.namespaceOf('platform')}/services/e2etest-statsd:metrics`;
  return kubectl(['get', '--raw', `${service}/proxy/metrics`]);
}
