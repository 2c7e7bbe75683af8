/**
 * The command line as whoever has a kubeconfig runs it: dist/cli.cjs, a process of its own.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { compileCache } from '../../support/compile-cache.ts';
import { root } from '../../support/documents.ts';
import type { Kubernetes } from '../../support/kubernetes.ts';

export interface Ran {
  /** Nothing when a signal has ended it. */
  status: number | null;
  out: string;
  err: string;
}

export interface Running {
  child: ChildProcess;
  /** Resolves when it has written this; rejects when it ends without. */
  writes(pattern: RegExp): Promise<void>;
  ended: Promise<Ran>;
}

export interface CommandLine {
  args: readonly string[];
  env?: Record<string, string>;
  input?: string;
  /** More input may come. */
  hasOpenInput?: boolean;
}

export function startCommandLine({ args, env = {}, input = '', hasOpenInput }: CommandLine): Running {
  const all = { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', NODE_COMPILE_CACHE: compileCache, ...env };
  const child = spawn(process.execPath, [join(root, 'dist/cli.cjs'), ...args], { env: all, cwd: root });
  if (!hasOpenInput) child.stdin.end(input);
  const said = { out: '', err: '' };
  const changed = new Set<() => void>();
  for (const [name, stream] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
      for (const look of changed) look();
    });
  }
  const ended = once(child, 'close').then(([status]): Ran => ({ status, ...said }));
  return {
    child,
    ended,
    writes: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(said.out + said.err)) return;
          changed.delete(look);
          resolve();
        };
        changed.add(look);
        ended.then(({ out, err }) => reject(new Error(`it has ended without ${pattern}: ${out}${err}`)));
        look();
      }),
  };
}

export function runCommandLine(command: CommandLine): Promise<Ran> {
  return startCommandLine(command).ended;
}

/** What a command has left behind in a namespace. */
export async function leftIn(kubernetes: Pick<Kubernetes, 'list'>, namespace: string): Promise<string[]> {
  const kinds = [
    { apiVersion: 'batch/v1', kind: 'Job' },
    { apiVersion: 'v1', kind: 'Pod' },
    { apiVersion: 'v1', kind: 'ConfigMap' },
  ];
  const lists = await Promise.all(kinds.map((kind) => kubernetes.list({ ...kind, namespace })));
  const made = lists.flat().filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt');
  return made.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}
