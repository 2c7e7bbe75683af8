/**
 * Options that several commands share, by kubectl's names.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readUrl } from '../flagger/address.ts';
import type { KubeConfigChoice } from '../kube/kubeconfig.ts';

export interface ClusterOptions {
  context?: string;
  kubeconfig?: string;
}

export interface NamespaceOption {
  namespace?: string;
}

export interface OutputOption {
  output: 'text' | 'json';
}

export function withOutput(command: Command): Command {
  return command.addOption(
    new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text'),
  );
}

export function readAddress(url: string): string {
  if (readUrl(url) === undefined) throw new InvalidArgumentError('It must begin with http:// or https://');
  return url;
}

export function readName(name: string): string {
  if (name.trim() === '') throw new InvalidArgumentError('It is empty: a variable that is not set, perhaps');
  return name;
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

/** The same cluster and namespace, as a person would write them. */
export function flagsOf({ namespace, context, kubeconfig }: ClusterOptions & NamespaceOption): string {
  const flags = { '-n': namespace, '--context': context, '--kubeconfig': kubeconfig };
  return Object.entries(flags)
    .flatMap(([flag, value]) => (value === undefined ? [] : ` ${flag} ${quoted(value)}`))
    .join('');
}

/** For a shell, where it has to be. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
