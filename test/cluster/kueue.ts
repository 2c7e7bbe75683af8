/**
 * Kueue, which suspends the Jobs of a queue and lets them in as there is room, from its module's manifests. Only
 * `npm run test:queue` needs it, and takes it away again.
 */
import { join } from 'node:path';
import { at } from '../support/documents.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { build, moduleFolder } from './build.ts';
import { kueue } from './components.ts';
import { importImage, kueueImage, localImage } from './images.ts';
import { apply, kubectl } from './kubectl.ts';
import { fit, isDeployment, parse, withData } from './manifests.ts';
import { externalKubeconfig } from './settings.ts';
import { readState } from './state.ts';

const home = 'kueue-system';

/** Of a namespace whose Jobs are Kueue's: its webhook refuses every other Job of the cluster while it is away. */
export const queued = { 'k8s-e2e-verifier/queued': 'true' };

const configuration = {
  apiVersion: 'config.kueue.x-k8s.io/v1beta2',
  kind: 'Configuration',
  health: { healthProbeBindAddress: ':8081' },
  metrics: { bindAddress: '0' },
  webhook: { port: 9443 },
  clientConnection: { qps: 50, burst: 100 },
  integrations: { frameworks: ['batch/job'] },
};

// It needs the aggregation layer, which this cluster has not.
const withoutVisibility = '--feature-gates=VisibilityOnDemand=false';

/** Resolves when its pod is ready. */
export async function installKueue(): Promise<void> {
  // Another cluster has its own, or refuses the queues.
  if (externalKubeconfig !== undefined) return;
  const first = readState()?.first;
  if (first === undefined) throw new Error('the cluster is not up: npm run cluster up');
  await importImage(first, kueueImage(await build(kueue)));
  const objects = await manifests();
  await apply(objects.filter(({ kind }) => kind === 'CustomResourceDefinition'));
  await kubectl(['wait', '--for=condition=Established', 'crd', '-l', 'app.kubernetes.io/name=kueue', '--timeout=60s']);
  await apply(objects.filter(({ kind }) => kind !== 'CustomResourceDefinition'));
  await kubectl(['-n', home, 'wait', '--for=condition=Available', 'deployment', '--all', '--timeout=180s']);
}

/** The webhooks first, so that no Job waits for who is gone. */
export async function removeKueue(): Promise<void> {
  if (externalKubeconfig !== undefined) return;
  const objects = await manifests();
  const last = (kind: string) => (kind.endsWith('WebhookConfiguration') ? 0 : 1);
  const list = { apiVersion: 'v1', kind: 'List', items: objects.sort((a, b) => last(a.kind) - last(b.kind)) };
  await kubectl(['delete', '--ignore-not-found', '--timeout=120s', '-f', '-'], { input: JSON.stringify(list) });
}

async function manifests(): Promise<KubernetesObject[]> {
  const folder = join(await moduleFolder('kueue', 'sigs.k8s.io/kueue'), 'config/default');
  const all = parse(await kubectl(['kustomize', folder])).filter(({ kind, metadata }) => {
    const isOfVisibility = kind === 'APIService' || `${metadata.name}`.includes('visibility');
    return !isOfVisibility;
  });
  withData(all, 'kueue-manager-config', { 'controller_manager_config.yaml': JSON.stringify(configuration) });
  for (const webhooks of all.filter(({ kind }) => kind.endsWith('WebhookConfiguration'))) {
    webhooks['webhooks'] = ownWebhooks(webhooks);
  }
  return all.map(fit).map(withOwnImage);
}

function ownWebhooks(configuration: KubernetesObject): unknown[] {
  const webhooks = at(configuration, 'webhooks');
  const own = (Array.isArray(webhooks) ? webhooks : []).filter((webhook) => {
    const groups = at(webhook, 'rules', 0, 'apiGroups', 0);
    return groups === 'kueue.x-k8s.io' || groups === 'batch';
  });
  return own.map((webhook) =>
    at(webhook, 'rules', 0, 'apiGroups', 0) === 'batch'
      ? { ...webhook, namespaceSelector: { matchLabels: queued } }
      : webhook,
  );
}

function withOwnImage(object: KubernetesObject): KubernetesObject {
  if (!isDeployment(object)) return object;
  for (const container of object.spec.template.spec.containers) {
    container.image = localImage('kueue');
    container['args'] = [...(container['args'] as string[]), withoutVisibility];
  }
  return object;
}
