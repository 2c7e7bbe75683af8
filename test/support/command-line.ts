/**
 * dist/cli.cjs as a process, as whoever has a kubeconfig runs it.
 */
import { execFile } from 'node:child_process';
import { compileCache } from './compile-cache.ts';
import { root } from './documents.ts';

export interface Ran {
  status: number;
  out: string;
  err: string;
}

/** `env`: besides the PATH. Nobody's kubeconfig is found by itself. */
export function commandLine(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const all = { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', NODE_COMPILE_CACHE: compileCache, ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/cli.cjs', ...args], { cwd: root, env: all }, (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code), out, err });
    });
  });
}
