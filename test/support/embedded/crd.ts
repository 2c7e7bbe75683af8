/**
 * The CustomResourceDefinitions the embedded API enforces: schema and printer columns, from the very files
 * that are applied to a cluster. A custom kind without a file is taken as it comes.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { compileSchema, fillDefaults, prune } from './crd-schema.ts';
import type { FieldError } from './field-errors.ts';
import { at, type JsonObject, listOf, objectOf, objectsOf } from './json.ts';
import type { Resource } from './resources.ts';

export interface PrinterColumn {
  name: string;
  type: string;
  jsonPath: string;
  description?: string;
  priority?: number;
}

export interface CustomKind {
  /** The definition's openAPIV3Schema. */
  schema: JsonObject;
  printerColumns: PrinterColumn[];
  /** Prunes and fills in defaults. */
  decode(object: JsonObject): { value: JsonObject; unknownFields: string[] };
  /** Defaults, as they are filled in again of what is read from the storage. */
  filled(object: JsonObject): JsonObject;
  errors(object: JsonObject): FieldError[];
}

export type CustomKinds = (resource: Resource) => CustomKind | undefined;

export function loadCustomKinds(path: string): CustomKinds {
  const definitions = filesOf(path)
    .flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')))
    .map((document) => objectOf(document.toJS()))
    .filter((document) => document['kind'] === 'CustomResourceDefinition');
  const kinds = new Map<string, CustomKind>();
  for (const definition of definitions) {
    for (const version of objectsOf(at(definition, 'spec', 'versions'))) {
      const key = [at(definition, 'spec', 'group'), version['name'], at(definition, 'spec', 'names', 'plural')].join(
        '/',
      );
      kinds.set(key, customKind(version));
    }
  }
  return (resource) => kinds.get([resource.group, resource.version, resource.plural].join('/'));
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => join(path, file));
}

function customKind(version: JsonObject): CustomKind {
  const schema = objectOf(at(version, 'schema', 'openAPIV3Schema'));
  return {
    schema,
    printerColumns: listOf(version['additionalPrinterColumns']) as PrinterColumn[],
    decode(object) {
      const unknownFields: string[] = [];
      const { apiVersion, kind, metadata, ...rest } = object;
      const pruned = objectOf(prune(schema, rest, '', unknownFields));
      return { value: { apiVersion, kind, metadata, ...objectOf(fillDefaults(schema, pruned)) }, unknownFields };
    },
    filled({ metadata, ...rest }) {
      return { ...objectOf(fillDefaults(schema, rest)), metadata };
    },
    errors: compileSchema(schema),
  };
}
