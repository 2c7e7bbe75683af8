/**
 * What `render` and `test` are both told of a folder of specs.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { isObjectName } from '../../api/names.ts';
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
    'It takes lower case letters, digits, dots and dashes, and begins and ends without one.',
  );
}
