/**
 * A fleet of many services, made of examples/fleet as a team would make it: by copying the folder of one service.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './documents.ts';

export interface FleetOptions {
  /** Namespaces and, in each, services. */
  namespaces: number;
  services: number;
  /** Begins the name of each namespace. */
  prefix?: string;
}

/** The service that the others are copies of. */
const model = 'cart';

/** Writes it into the folder. Resolves to the names of its namespaces. */
export function writeFleet(folder: string, { namespaces, services, prefix = 'team' }: FleetOptions): string[] {
  cpSync(join(root, 'examples/fleet'), folder, { recursive: true });
  const names = numbered(prefix, namespaces);
  for (const namespace of names) {
    const home = join(folder, namespace);
    for (const service of numbered(`${namespace}-service`, services)) writeService(folder, namespace, service);
    const resources = ['../namespace', ...numbered(`${namespace}-service`, services)];
    writeKustomization(home, { namespace, resources });
  }
  writeKustomization(folder, { resources: names, components: ['wiring'] });
  return names;
}

/** A service more, as its team writes it: two files, and a line in the folder's kustomization. */
export function addService(folder: string, namespace: string, service: string): void {
  writeService(folder, namespace, service);
  const file = join(folder, namespace, 'kustomization.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('resources:\n', `resources:\n  - ${service}\n`));
}

function writeService(folder: string, namespace: string, service: string): void {
  const to = join(folder, namespace, service);
  cpSync(join(folder, 'shop', model), to, { recursive: true });
  for (const file of ['canary.yaml', 'e2espec.yaml']) {
    const text = readFileSync(join(to, file), 'utf8');
    writeFileSync(join(to, file), text.replaceAll(model, service));
  }
}

function writeKustomization(folder: string, fields: Record<string, string | string[]>): void {
  const lines = Object.entries(fields).map(([key, value]) =>
    typeof value === 'string' ? `${key}: ${value}` : [`${key}:`, ...value.map((each) => `  - ${each}`)].join('\n'),
  );
  const text = ['apiVersion: kustomize.config.k8s.io/v1beta1', 'kind: Kustomization', ...lines, ''].join('\n');
  writeFileSync(join(folder, 'kustomization.yaml'), text);
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
