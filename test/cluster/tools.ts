/**
 * `kn` and `func` against the cluster, or those of this machine against that of E2E_KUBECONFIG. Both keep files in a home folder: they get one of
 * their own.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.ts';
import { type CommandOptions, run } from './command.ts';
import { components } from './components.ts';
import { externalKubeconfig, kubeconfig } from './settings.ts';

let home: string | undefined;

export function toolEnvironment(): NodeJS.ProcessEnv {
  home ??= mkdtempSync(join(tmpdir(), 'e2e-verifier-home-'));
  return { ...process.env, HOME: home, XDG_CONFIG_HOME: home, KUBECONFIG: externalKubeconfig ?? kubeconfig };
}

/** The path of the program. The first time it is built, which takes minutes: `npm run cluster tools` before the suites. */
export async function program(name: 'kn' | 'func'): Promise<string> {
  return externalKubeconfig === undefined ? join(await build(components[name]), name) : name;
}

export async function kn(args: readonly string[]): Promise<string> {
  return run(await program('kn'), args, { env: toolEnvironment() });
}

export async function func(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return run(await program('func'), args, { ...options, env: toolEnvironment() });
}
