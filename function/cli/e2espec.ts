/**
 * What the API server would refuse in an E2ESpec, by its definition.
 */
import type { Spec } from '../api/e2espec.ts';
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

/** One for each field. */
export function refusalsOf(e2eSpec: unknown): Refusal[] {
  if (validate(e2eSpec)) return [];
  const errors = (validate.errors ?? []).filter(({ schemaPath }) => !/\/(any|one)Of\/\d/.test(schemaPath));
  const refusals = errors.map((error) => refusalOf(error, e2eSpec));
  return [...new Map(refusals.map((each) => [each.path.join('/'), each])).values()];
}

function refusalOf(error: SchemaError, e2eSpec: unknown): Refusal {
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
  return { path: parent, message: refusedValue(error, parent, valueAt(e2eSpec, parent)) };
}

function refusedValue(error: SchemaError, path: Path, value: unknown): string {
  const text = error.keyword === 'type' ? JSON.stringify(value) : String(value);
  const isShort = typeof value !== 'object' && text.length <= 40;
  const what = `${written(path)}${isShort ? `: ${text}` : ''} is refused by the definition of E2ESpecs`;
  return `${what}. ${remedy(error, value)}`;
}

function remedy({ keyword, params, message = '' }: SchemaError, value: unknown): string {
  switch (keyword) {
    case 'enum':
      return `Write ${[params['allowedValues']].flat().join(' or ')}`;
    case 'type':
      if (params['type'] === 'string' && typeof value !== 'object') return `Write it in quotes: "${value}"`;
      if (params['type'] === 'integer' && /^\d+$/.test(String(value))) return `Write it without quotes: ${value}`;
      return `It must be ${article(String(params['type']))}`;
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

function article(type: string): string {
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
