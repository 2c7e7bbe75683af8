/**
 * Builds components into the cache, each in a folder named after a hash of all it is built from.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';
import { type Component, sourceFolder, versionOf } from './components.ts';
import { goEnvironment } from './go.ts';
import { part } from './progress.ts';
import { buildLogs, cache } from './settings.ts';

let goVersion: Promise<string> | undefined;

function buildArguments(component: Component, folder: string): string[] {
  const hasMain = existsSync(join(sourceFolder(component), 'main.go'));
  const flags = `-s -w ${component.linkerFlags?.() ?? ''}`.trim();
  return ['build', '-buildvcs=false', '-trimpath', '-ldflags', flags, '-o', `${folder}/`, hasMain ? '.' : 'tool'];
}

async function key(component: Component): Promise<string> {
  goVersion ??= run('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH']);
  const hash = createHash('sha256').update(await goVersion);
  hash.update(buildArguments(component, '').join(' '));
  const source = sourceFolder(component);
  for (const file of readdirSync(source).sort()) hash.update(file).update(readFileSync(join(source, file)));
  return hash.digest('hex').slice(0, 16);
}

/** The folder of the built programs, as it would be: for a machine that has the binaries but no Go to build more. */
async function target(component: Component): Promise<string> {
  return join(cache, 'bin', `${component.name}-${await key(component)}`);
}

export async function isBuilt(component: Component): Promise<boolean> {
  return existsSync(await target(component));
}

/** Resolves to the folder that holds the component's programs; builds them when they are not there yet. */
export async function build(component: Component): Promise<string> {
  const folder = await target(component);
  if (existsSync(folder)) return folder;
  mkdirSync(buildLogs, { recursive: true });
  const log = join(buildLogs, `build-${component.name}.log`);
  const unfinished = `${folder}.${process.pid}`;
  await part(`build ${component.name} (log: ${log})`, async () => {
    const go = ['go', ...buildArguments(component, unfinished)];
    await run('nice', go, { cwd: sourceFolder(component), env: goEnvironment, log });
  });
  for (const program of component.programs) {
    if (!existsSync(join(unfinished, program))) throw new Error(`${component.name} built no ${program}: see ${log}`);
  }
  if (existsSync(folder)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, folder);
  return folder;
}

/** The folder of a module that a component needs, from the module cache: manifests are read from there. */
export async function moduleFolder(componentName: string, module: string): Promise<string> {
  const cwd = sourceFolder({ name: componentName });
  // A build has brought it. To be downloaded it needs its date as well, which a proxy does not have of every version.
  const modules = (await run('go', ['env', 'GOMODCACHE'])).trim();
  const built = join(modules, `${module}@v${versionOf(componentName, module)}`);
  if (existsSync(built)) return built;
  const answer = await run('go', ['mod', 'download', '-json', module], { cwd, env: goEnvironment });
  const folder: unknown = (JSON.parse(answer) as { Dir?: unknown }).Dir;
  if (typeof folder !== 'string') throw new Error(`module ${module} of ${componentName} has no folder`);
  return folder;
}
