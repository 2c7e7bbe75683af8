/**
 * How a container ended, in a few words.
 */
import type { V1ContainerStateTerminated } from '@kubernetes/client-node';
import type { Pod, Wire } from '../../kube/wire.ts';

// Exit codes over 128 are signals: container runtimes and shells say 128 + n.
// https://tldp.org/LDP/abs/html/exitcodes.html
const signals: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};

/** `ended with exit code 3`. */
export function exitOf({ exitCode, signal }: Wire<V1ContainerStateTerminated>): string {
  if (signal) return `was killed by signal ${signal}${signals[signal] ? ` (${signals[signal]})` : ''}`;
  const name = signals[exitCode - 128];
  return `ended with exit code ${exitCode}${name === undefined ? '' : ` (${name})`}`;
}

/** The kubelet's own times, in whole seconds: what it stopped at the deadline did not end before it. */
export function endedBeforeDeadline({ finishedAt }: Wire<V1ContainerStateTerminated>, { spec, status }: Pod): boolean {
  if (!finishedAt || status?.startTime === undefined || spec?.activeDeadlineSeconds === undefined) return false;
  return new Date(finishedAt).getTime() < new Date(status.startTime).getTime() + spec.activeDeadlineSeconds * 1000;
}

/** What happened, and the container's last words where it had any. */
export function said(what: string, words: string): string {
  return words === '' ? what : `${what}: ${words}`;
}
