/**
 * Upstream manifests, read from the modules they are released in and made to fit a test cluster on two cores.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { localImage } from './images.ts';

interface Container {
  image: string;
  resources?: unknown;
  imagePullPolicy?: string;
  readinessProbe?: Record<string, unknown>;
  livenessProbe?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface Deployment extends KubernetesObject {
  spec: { template: { spec: { containers: Container[] } }; [field: string]: unknown };
}

export function isDeployment(object: KubernetesObject): object is Deployment {
  return object.kind === 'Deployment';
}

/** All objects of a file, or of the YAML files of a folder in the order of their names. */
export function load(path: string): KubernetesObject[] {
  if (statSync(path).isDirectory()) {
    const files = readdirSync(path).filter((name) => name.endsWith('.yaml'));
    return files.sort().flatMap((name) => load(join(path, name)));
  }
  const text = readFileSync(path, 'utf8').replace(/ko:\/\/knative\.dev\/[\w-]+\/cmd\/(\w+)/g, (_, name: string) =>
    localImage(`knative-${name}`),
  );
  return parse(text).map(fit);
}

export function parse(yaml: string): KubernetesObject[] {
  const objects = parseAllDocuments(yaml).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS() as KubernetesObject | null;
  });
  return objects.filter((object) => object !== null);
}

/** Small requests, no limits (a CPU limit throttles each start), probes every second instead of every ten. */
export function fit(object: KubernetesObject): KubernetesObject {
  if (!isDeployment(object)) return object;
  for (const container of object.spec.template.spec.containers) {
    container.resources = { requests: { cpu: '10m', memory: '32Mi' } };
    container.imagePullPolicy = 'IfNotPresent';
    const { readinessProbe } = container;
    if (readinessProbe)
      Object.assign(readinessProbe, { periodSeconds: 1, initialDelaySeconds: 0, failureThreshold: 3 });
  }
  return object;
}

/** Objects of the kinds that need what this cluster lacks: a metrics server, a second replica to keep. */
export function withoutScaling(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.filter(({ kind }) => kind !== 'HorizontalPodAutoscaler' && kind !== 'PodDisruptionBudget');
}

/** The object with these entries added to its `data`. */
export function withData(objects: readonly KubernetesObject[], name: string, data: Record<string, string>) {
  const found = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  if (found === undefined) throw new Error(`no ConfigMap ${name} among the manifests`);
  found['data'] = { ...(found['data'] as Record<string, string> | undefined), ...data };
}
