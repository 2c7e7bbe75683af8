/**
 * Options that several commands share, by kubectl's names.
 */
import type { Command } from 'commander';
import type { KubeConfigChoice } from '../kube/kubeconfig.ts';

export interface ClusterOptions {
  context?: string;
  kubeconfig?: string;
}

export interface NamespaceOption {
  namespace?: string;
}

export function withCluster(command: Command): Command {
  return command
    .option('--context <name>', 'of the kubeconfig, in place of the current one')
    .option('--kubeconfig <file>', 'in place of $KUBECONFIG or ~/.kube/config');
}

export function withNamespace(command: Command): Command {
  return command.option('-n, --namespace <namespace>', 'in place of the namespace of the context');
}

export function choiceOf({ kubeconfig, context }: ClusterOptions): KubeConfigChoice {
  return { file: kubeconfig, context };
}
