/**
 * The licences of what a bundle is made of, and of the Node.js beside it: most of them ask that they go where the code goes.
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

/** Each package by its name, version and licence, with the text that it came with. */
export function licensesOf(metafile: Metafile, root: string): string {
  const packages = packagesIn(metafile, root).map(section);
  const node = join(dirname(process.execPath), '../LICENSE');
  return [...packages, ...(existsSync(node) ? [`Node.js ${process.version}\n\n${read(node)}`] : [])].join(
    `\n${'-'.repeat(80)}\n\n`,
  );
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
