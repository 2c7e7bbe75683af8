/**
 * The licences of what is passed on, npm packages and Node.js: most of them ask that they go where the code goes.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';

interface Package {
  name: string;
  version: string;
  license: string;
}

/** The folders of the npm packages of which code is in a bundle. */
export function packagesIn({ outputs }: Metafile, root: string): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /^(?:[a-z]+:)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(folders.map((folder) => resolve(root, folder)))].sort();
}

/** Each package of a bundle by its name, version and licence, with the text that it came with; then what else is given. */
export function licensesOf(metafile: Metafile, root: string, more: readonly string[] = []): string {
  return [...packagesIn(metafile, root).map(section), ...more].join(`\n${'-'.repeat(80)}\n\n`);
}

/** That of the Node.js that runs this, where it came with one. */
export function licenseOfNode(): string[] {
  const file = join(dirname(process.execPath), '../LICENSE');
  return existsSync(file) ? [`Node.js ${process.version}\n\n${read(file)}`] : [];
}

function section(folder: string): string {
  const { name, version, license }: Package = JSON.parse(read(join(folder, 'package.json')));
  const texts = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file))
    .map((file) => read(join(folder, file)).trim());
  return [`${name} ${version} (${license})`, ...texts].join('\n\n').concat('\n');
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}
