/**
 * What `render` and `test` are both told of a folder of specs.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { isObjectName } from '../../api/names.ts';
import { readFolder, type SpecFile } from './folder.ts';
import { defaultImage } from './objects.ts';

export interface SpecsOptions {
  image: string;
  serviceAccount?: string;
}

export function withSpecs(command: Command): Command {
  return command
    .argument('DIR', 'the folder with the spec files')
    .option('--image <image>', 'with Node 24 or newer, as one with packages that the specs need', defaultImage)
    .option('--service-account <name>', 'as which the specs may ask the API server', objectName);
}

export function objectName(name: string): string {
  if (isObjectName(name)) return name;
  throw new InvalidArgumentError(
    'It takes lower case letters, digits, dots and dashes, and begins and ends with a letter or a digit.',
  );
}

/** Tells what would be missed in silence: specs that are left out, and packages that are not there. */
export function filesIn(folder: string, image: string): SpecFile[] {
  const { files, leftOut } = readFolder(folder);
  for (const path of leftOut) process.stderr.write(`${path} is left out: .gitignore names it\n`);
  if (image === defaultImage && files.some(hasPackages)) {
    process.stderr.write(
      `package.json names packages that ${image} does not have: --image IMAGE with them in /node_modules\n`,
    );
  }
  return files;
}

function hasPackages({ path, content }: SpecFile): boolean {
  return path === 'package.json' && /"dependencies"\s*:\s*\{\s*"/.test(content.toString());
}
