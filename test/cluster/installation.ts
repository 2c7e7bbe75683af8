/**
 * The verifier installed once more, in a namespace of a test's own: `knative/overlays/single-namespace` for that
 * namespace, with the image of the one in `default`. What a test changes there disturbs no other suite.
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { at } from '../support/documents.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { until } from '../support/until.ts';
import { get, kubectl } from './kubectl.ts';
import { patience } from './patience.ts';
import { checkout } from './settings.ts';

const container = ['spec', 'template', 'spec', 'containers', 0];

/**
 * The image that `npm run cluster deploy` made, or whoever deployed to a cluster of E2E_KUBECONFIG; E2E_IMAGE is another one
 * that its nodes have.
 */
export async function deployedImage(): Promise<string> {
  return process.env['E2E_IMAGE'] || String(at(await serviceIn('default'), ...container, 'image'));
}

export async function serviceIn(namespace: string): Promise<KubernetesObject> {
  return get(['ksvc', 'e2e-verifier', '-n', namespace]);
}

/** So little that the pods of all suites that run side by side find room on a small node. */
export const cpuRequest = '10m';

const fitsManyTimes = {
  target: { group: 'serving.knative.dev', kind: 'Service' },
  patch: JSON.stringify([
    { op: 'replace', path: '/spec/template/spec/containers/0/resources/requests/cpu', value: cpuRequest },
  ]),
};

/** A kustomization over one of `knative/`, as a user would keep one beside it; `use` gets its folder. */
export async function withKustomization<Result>(
  folder: string,
  { patches = [], ...change }: { patches?: unknown[] } & Record<string, unknown>,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const own = mkdtempSync(join(realpathSync(tmpdir()), 'e2e-verifier-'));
  try {
    const resources = [relative(own, join(checkout, folder))];
    writeFileSync(
      join(own, 'kustomization.yaml'),
      JSON.stringify({ resources, ...change, patches: [fitsManyTimes, ...patches] }),
    );
    return await use(own);
  } finally {
    rmSync(own, { recursive: true });
  }
}

export async function imageChange(): Promise<Record<string, unknown>> {
  const [newName, newTag] = (await deployedImage()).split(/:(?=[^/]*$)/);
  return { images: [{ name: 'dev.local/e2e-verifier', newName, newTag }] };
}

export interface Wishes {
  annotations?: Record<string, string>;
  env?: Record<string, string>;
}

/** Resolves to its address, once it is ready. */
export async function install(namespace: string, wishes: Wishes = {}): Promise<string> {
  const { annotations = {}, env = {} } = wishes;
  const operations = [
    ...Object.entries(annotations).map(([key, value]) => ({
      op: 'add',
      path: `/spec/template/metadata/annotations/${key.replaceAll('/', '~1')}`,
      value,
    })),
    ...Object.entries(env).map(([name, value]) => ({
      op: 'add',
      path: '/spec/template/spec/containers/0/env/-',
      value: { name, value },
    })),
  ];
  const target = { kind: 'Service', name: 'e2e-verifier' };
  const patches = operations.length > 0 ? [{ target, patch: JSON.stringify(operations) }] : [];
  const change = { namespace, patches, ...(await imageChange()) };
  await withKustomization('knative/overlays/single-namespace', change, (folder) => kubectl(['apply', '-k', folder]));
  await untilReady(namespace);
  return `http://e2e-verifier.${namespace}`;
}

/** Until the newest revision has the traffic. */
export async function untilReady(namespace: string): Promise<void> {
  await until(`the function in ${namespace} is ready`, async () => notReady(await serviceIn(namespace)), patience.ms);
}

function notReady({ metadata, status }: KubernetesObject): string[] {
  const conditions = at(status, 'conditions');
  const ready = (Array.isArray(conditions) ? conditions : []).find((each) => at(each, 'type') === 'Ready');
  const isCurrent =
    at(status, 'observedGeneration') === metadata.generation &&
    at(status, 'latestCreatedRevisionName') === at(status, 'latestReadyRevisionName');
  return isCurrent && at(ready, 'status') === 'True' ? [] : [String(at(ready, 'message') ?? 'no condition yet')];
}
