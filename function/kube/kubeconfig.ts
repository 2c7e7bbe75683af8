/**
 * The kubeconfig of a person, found as kubectl finds it: `--kubeconfig`, KUBECONFIG, ~/.kube/config, the pod's own.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { loadKubeConfig } from './connect.ts';

export interface KubeConfigChoice {
  file: string | undefined;
  /** Instead of the current one. */
  context: string | undefined;
}

/** Throws what is missing or wrong. */
export function chooseKubeConfig({ file, context }: KubeConfigChoice): KubeConfig {
  const named = file === undefined ? (process.env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean) : [file];
  const possible = named.length > 0 ? named : [join(homedir(), '.kube/config')];
  // As kubectl, which passes over those that are missing; but one of them has to be there.
  const found = possible.filter((each) => existsSync(each));
  if (found.length === 0 && named.length > 0) throw new Error(`there is no kubeconfig at ${named.join(' or ')}`);
  if (found.length === 0 && !process.env['KUBERNETES_SERVICE_HOST']) {
    throw new Error(
      'there is no kubeconfig: none at ~/.kube/config, and KUBECONFIG is not set. Name it: --kubeconfig FILE',
    );
  }
  // For what reads it there: client-node, and programs that make credentials.
  if (found.length > 0) process.env['KUBECONFIG'] = found.join(delimiter);
  return loadKubeConfig(found.length === 0, context);
}
