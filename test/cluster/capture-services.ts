/**
 * What Flagger makes of a target and a `service` block: the Services, as the API server has them.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/documents.ts';
import type { Kubernetes, KubernetesObject, ObjectKey } from '../support/kubernetes.ts';
import { type CapturedServices, canaryOf, type ServiceScene } from '../support/services.ts';

const WITHIN_MS = 120_000;

export async function captureServices(kubernetes: Kubernetes, scene: ServiceScene): Promise<CapturedServices> {
  const namespace = await kubernetes.namespace();
  const { apiVersion, kind, metadata } = scene.target;
  await kubernetes.apply({ ...scene.target, metadata: { ...metadata, namespace } });
  const target = { apiVersion, kind, namespace, name: metadata.name ?? '' };
  const isKnative = scene.service === undefined;
  const isReady = (found: KubernetesObject) => !isKnative || at(found, 'status', 'address', 'url') !== undefined;
  await until(kubernetes, target, isReady);
  const canary = await kubernetes.apply(canaryOf(scene, namespace));
  const service = (name: string) => until(kubernetes, { apiVersion: 'v1', kind: 'Service', namespace, name });
  const captured = { canary, target: await until(kubernetes, target, isReady) };
  const host = new URL(scene.url(namespace)).hostname.split('.')[0] ?? '';
  if (isKnative) return { ...captured, service: await service(host) };
  return { ...captured, service: await service(host), primary: await service(host.replace('-canary', '-primary')) };
}

async function until(
  kubernetes: Kubernetes,
  key: ObjectKey,
  isSo: (found: KubernetesObject) => boolean = () => true,
): Promise<KubernetesObject> {
  for (const limit = Date.now() + WITHIN_MS; ; await sleep(500)) {
    const found = await kubernetes.get(key);
    if (found !== undefined && isSo(found)) return found;
    assert.ok(Date.now() < limit, `${key.kind} ${key.name} after ${WITHIN_MS} ms`);
  }
}
