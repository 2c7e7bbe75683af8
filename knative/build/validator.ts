/**
 * Part of `npm run generate`: compiles two schemas ahead of time, because compiling at start costs more than the whole rest of
 * it, and ajv has no place in a bundle: function/flagger/payload.schema.json for the function, and the definition of E2ESpecs
 * for the command line.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv, type Options } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { parse } from 'yaml';

const at = (name: string) => new URL(`../../${name}`, import.meta.url);
const read = (name: string) => readFileSync(at(name), 'utf8');

export const validators = {
  'function/flagger/payload-validator.js': () =>
    compiled('payload.schema.json', JSON.parse(read('function/flagger/payload.schema.json')), {}),
  'function/cli/manifests/e2espec-validator.js': () =>
    // What else the definition says is for the API server alone.
    compiled('crds/e2especs.yaml', closed(definition(), ''), { allErrors: true, strict: false }),
};

function compiled(from: string, schema: object, more: Options): string {
  // Lengths are counted in UTF-16 units: ajv's code point counter would be a runtime import. It warns of that option.
  const options = { code: { source: true, esm: true, lines: true }, allowUnionTypes: true, unicode: false };
  const ajv = new Ajv({ ...options, ...more, logger: false });
  return `// Generated from ${from} by \`npm run generate\`.\n${standalone.default(ajv, ajv.compile(schema))}`;
}

type Schema = Record<string, unknown>;

function definition(): Schema {
  const [version] = parse(read('crds/e2especs.yaml')).spec.versions;
  const { properties, ...schema } = version.schema.openAPIV3Schema;
  // Nobody writes a status but the verifier.
  return { ...schema, properties: { ...properties, status: {} } };
}

/** What validates, and no more; a field that is not named is refused, as by `kubectl apply`. */
function closed(schema: Schema, key: string): Schema {
  const isMapOfSchemas = key === 'properties';
  const kept = Object.entries(schema).filter(
    ([each]) => isMapOfSchemas || !/^(x-kubernetes-|description$|default$)/.test(each),
  );
  const inner = kept.map(([each, value]) => [
    each,
    isSchema(value) ? closed(value, isMapOfSchemas ? '' : each) : value,
  ]);
  const isClosed = !isMapOfSchemas && 'properties' in schema && !('additionalProperties' in schema);
  return { ...Object.fromEntries(inner), ...(isClosed && { additionalProperties: false }) };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

if (import.meta.main) {
  for (const [file, compile] of Object.entries(validators)) writeFileSync(at(file), compile());
}
