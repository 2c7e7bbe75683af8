/**
 * Builds the function's bundle, puts it into an image and rolls the Knative Service, as `knative/` describes it.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { functionImage } from '../../knative/build/image.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { until } from '../support/until.ts';
import { run } from './command.ts';
import { importImage } from './images.ts';
import { applyFiles, applyKustomization, get, kubectl } from './kubectl.ts';
import { parse } from './manifests.ts';
import { checkout, externalKubeconfig } from './settings.ts';
import { readState } from './state.ts';

interface KnativeService extends KubernetesObject {
  spec: { template: { spec: { containers: { image: string }[] } } };
  status?: {
    observedGeneration?: number;
    latestCreatedRevisionName?: string;
    latestReadyRevisionName?: string;
    conditions?: { type: string; status: string; message?: string }[];
  };
}

const bundle = join(checkout, 'dist/index.cjs');

export async function deploy(): Promise<void> {
  if (externalKubeconfig !== undefined) throw new Error('E2E_KUBECONFIG is set: deploy there by its own registry');
  await run('npm', ['run', 'build'], { cwd: checkout });
  const hash = createHash('sha256').update(readFileSync(bundle)).update(process.version).digest('hex').slice(0, 12);
  const image = `dev.local/e2e-verifier:${hash}`;
  await importFunction(image);
  await applyFiles([join(checkout, 'crds')]);
  await applyWithImage(image);
}

/** Puts the bundle that was built last where the kubelet finds it. */
export async function importFunction(image: string): Promise<void> {
  const first = readState()?.first;
  if (first === undefined) throw new Error('the cluster is not up: npm run cluster up');
  await importImage(first, functionImage(image, bundle));
}

/** What `kubectl apply -k knative/` would apply, with the image replaced; waits until its revision is ready. */
async function applyWithImage(image: string): Promise<void> {
  const plain = await serviceOf(join(checkout, 'knative'));
  const named = plain.spec.template.spec.containers[0]?.image.replace(/(@.*|:[^/]*)$/, '');
  const [newName, newTag] = image.split(':');
  const overlay = mkdtempSync(join(realpathSync(tmpdir()), 'e2e-verifier-'));
  try {
    const images = [{ name: named, newName, newTag }];
    const kustomization = { resources: [relative(overlay, join(checkout, 'knative'))], images };
    writeFileSync(join(overlay, 'kustomization.yaml'), JSON.stringify(kustomization));
    await applyKustomization(overlay);
  } finally {
    rmSync(overlay, { recursive: true });
  }
  const { name, namespace = 'default' } = plain.metadata;
  await until('the function is ready', () => notReady(['ksvc', name ?? '', '-n', namespace], image), 90_000);
}

async function serviceOf(folder: string): Promise<KnativeService> {
  const objects = parse(await kubectl(['kustomize', folder]));
  const service = objects.find(({ apiVersion }) => apiVersion.startsWith('serving.knative.dev/'));
  if (service === undefined) throw new Error(`${folder} holds no Knative Service`);
  return service as KnativeService;
}

async function notReady(which: string[], image: string): Promise<string[]> {
  const { metadata, spec, status } = await get<KnativeService>(which);
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const isCurrent =
    status?.observedGeneration === metadata.generation &&
    status?.latestCreatedRevisionName === status?.latestReadyRevisionName &&
    spec.template.spec.containers[0]?.image === image;
  if (isCurrent && ready?.status === 'True') return [];
  return [`Knative Service ${metadata.namespace}/${metadata.name}: ${ready?.message ?? 'no condition yet'}`];
}
