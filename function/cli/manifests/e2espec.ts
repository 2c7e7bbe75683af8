/**
 * What the API server would refuse in an E2ESpec, by its definition.
 */
import type { Spec } from '../../api/e2espec.ts';
import validate, { type SchemaError } from './e2espec-validator.js';
import type { Path } from './manifests.ts';

/** An E2ESpec as it was found, which may be none yet. */
export interface SpecAtHand {
  metadata: { name: string };
  /** Nothing where it cannot be read. */
  spec: Spec | undefined;
  refusals?: readonly Refusal[];
}

export interface Refusal {
  path: Path;
  /** What is wrong, and what to do. */
  message: string;
}

/** One for each field. `sourceOf`: a value as it is written, where `yes` is true. */
export function refusalsOf(e2eSpec: unknown, sourceOf: (path: Path) => string | undefined): Refusal[] {
  if (validate(e2eSpec)) return [];
  const errors = (validate.errors ?? []).filter(({ schemaPath }) => !/\/(any|one)Of\/\d/.test(schemaPath));
  const refusals = errors.map((error) =>
    refusalOf(error, (path) => ({ value: valueAt(e2eSpec, path), source: sourceOf(path) })),
  );
  return [...new Map(refusals.map((each) => [each.path.join('/'), each])).values()];
}

interface Value {
  value: unknown;
  source: string | undefined;
}

function refusalOf(error: SchemaError, at: (path: Path) => Value): Refusal {
  const parent = pathOf(error.instancePath);
  const { missingProperty, additionalProperty } = error.params;
  if (error.keyword === 'required') {
    const path = [...parent, String(missingProperty)];
    return { path, message: `${written(path)} is missing, and an E2ESpec is refused without it. Add it` };
  }
  if (error.keyword === 'additionalProperties') {
    const path = [...parent, String(additionalProperty)];
    return { path, message: `an E2ESpec has no ${written(path)}: kubectl apply refuses it. Remove it` };
  }
  return { path: parent, message: refusedValue(error, parent, at(parent)) };
}

function refusedValue(error: SchemaError, path: Path, { value, source = String(value) }: Value): string {
  const isQuoted = typeof value === 'string' && (error.keyword === 'type' || value === '' || value.trim() !== value);
  const text = isQuoted ? JSON.stringify(value) : source;
  const isShort = typeof value !== 'object' && text.length <= 40;
  const what = `${written(path)}${isShort ? `: ${text}` : ''} is refused by the definition of E2ESpecs`;
  return `${what}. ${remedy(error, value, source)}`;
}

function remedy({ keyword, params, message = '' }: SchemaError, value: unknown, source: string): string {
  switch (keyword) {
    case 'enum':
      return `Write ${[params['allowedValues']].flat().join(' or ')}`;
    case 'type':
      if (params['type'] === 'string' && typeof value !== 'object') return `Write it in quotes: "${source}"`;
      if (params['type'] === 'integer' && /^\d+$/.test(source)) return `Write it without quotes: ${source}`;
      return `It must be ${inWords(String(params['type']))}`;
    case 'minimum':
      return `It must be ${params['limit']} or more`;
    case 'maximum':
      return `It must be ${params['limit']} or less`;
    case 'oneOf':
      return 'It must have one source, and one only';
    case 'anyOf':
      return 'It must be a number or a string';
    default:
      // ajv's own words, as `must match pattern "^/"`.
      return `It ${message}`;
  }
}

const types: Record<string, string> = { array: 'a list', integer: 'a whole number', boolean: 'true or false' };

function inWords(type: string): string {
  return types[type] ?? (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);
}

/** A JSON pointer: https://www.rfc-editor.org/rfc/rfc6901 */
function pathOf(pointer: string): Path {
  const keys = pointer.split('/').slice(1);
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(value: unknown, [key, ...path]: Path): unknown {
  if (key === undefined) return value;
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return valueAt(fields.find(([each]) => each === key)?.[1], path);
}

/** Within its spec, as `env[0].value`. */
function written(path: Path): string {
  const keys = path[0] === 'spec' && path.length > 1 ? path.slice(1) : path;
  return keys.map((key, index) => (/^\d+$/.test(String(key)) ? `[${key}]` : `${index > 0 ? '.' : ''}${key}`)).join('');
}
