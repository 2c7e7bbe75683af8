/**
 * `kn`, `func` and Helm against the cluster, or those of this machine against that of E2E_KUBECONFIG, where Helm 4 is called
 * helm4. They keep files in a home folder: they get one of their own.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.ts';
import { type CommandOptions, run } from './command.ts';
import { components } from './components.ts';
import { externalKubeconfig, kubeconfig } from './settings.ts';

type Tool = 'kn' | 'func' | Helm;
export type Helm = 'helm' | 'helm4';

let home: string | undefined;

export function toolEnvironment(): NodeJS.ProcessEnv {
  home ??= mkdtempSync(join(tmpdir(), 'e2e-verifier-home-'));
  const folders = { HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home };
  return { ...process.env, ...folders, KUBECONFIG: externalKubeconfig ?? kubeconfig };
}

/** The path of the program. The first time it is built, which takes minutes: `npm run cluster tools` before the suites. */
export async function program(name: Tool): Promise<string> {
  const component = components[name];
  return externalKubeconfig === undefined ? join(await build(component), ...component.programs) : name;
}

export async function kn(args: readonly string[]): Promise<string> {
  return run(await program('kn'), args, { env: toolEnvironment() });
}

export async function func(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return run(await program('func'), args, { ...options, env: toolEnvironment() });
}

export async function helm(args: readonly string[], version: Helm = 'helm'): Promise<string> {
  return run(await program(version), args, { env: toolEnvironment() });
}
