/**
 * A structural schema at work: unknown fields are pruned, defaults filled in, values validated by ajv
 * with its findings put into the API server's words.
 */
import { Ajv, type ErrorObject } from 'ajv';
import { duplicate, type FieldError, invalid, notSupported, required, tooLong } from './field-errors.ts';
import { at, equalJson, isObject, type JsonObject, listOf, objectOf } from './json.ts';

export function prune(schema: JsonObject, value: unknown, path: string, unknownFields: string[]): unknown {
  if (Array.isArray(value)) {
    const items = objectOf(schema['items']);
    return value.map((item, index) => prune(items, item, `${path}[${index}]`, unknownFields));
  }
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    const field = path === '' ? key : `${path}.${key}`;
    const known = fieldSchema(schema, key);
    if (known) result[key] = prune(known, inner, field, unknownFields);
    else if (schema['x-kubernetes-preserve-unknown-fields'] || schema['additionalProperties'] === true)
      result[key] = inner;
    else unknownFields.push(field);
  }
  return result;
}

function fieldSchema(schema: JsonObject, key: string): JsonObject | undefined {
  const found = at(schema, 'properties', key) ?? schema['additionalProperties'];
  return isObject(found) ? found : undefined;
}

export function fillDefaults(schema: JsonObject, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => fillDefaults(objectOf(schema['items']), item));
  if (!isObject(value)) return value;
  const result: JsonObject = { ...value };
  for (const [key, property] of Object.entries(objectOf(schema['properties']))) {
    const inner = objectOf(property);
    const dropped = result[key] === null && inner['nullable'] !== true && inner['default'] !== undefined;
    if (inner['default'] !== undefined && (result[key] === undefined || dropped)) {
      result[key] = structuredClone(inner['default']);
    }
    if (result[key] !== undefined) result[key] = fillDefaults(inner, result[key]);
  }
  const additional = schema['additionalProperties'];
  if (!isObject(additional)) return result;
  return Object.fromEntries(Object.entries(result).map(([key, inner]) => [key, fillDefaults(additional, inner)]));
}

export function compileSchema(schema: JsonObject): (value: JsonObject) => FieldError[] {
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, validateFormats: false });
  const validate = ajv.compile(schema);
  return (value) => {
    validate(value);
    // "anyOf" of int-or-string repeats what its branches found
    const errors = (validate.errors ?? []).filter((error) => error.keyword !== 'anyOf').flatMap(fieldError);
    return [...errors, ...duplicateErrors(schema, value, '')];
  };
}

function fieldError(error: ErrorObject): FieldError[] {
  const { keyword, params, data } = error;
  const field = fieldOf(error.instancePath);
  const body = (detail: string) => [invalid(field, data, `${field} in body ${detail}`)];
  switch (keyword) {
    case 'required':
      return [required([field, params['missingProperty']].filter(Boolean).join('.'))];
    case 'type':
      return [
        invalid(
          field,
          typeName(data),
          `${field} in body must be of type ${params['type']}: ${JSON.stringify(typeName(data))}`,
        ),
      ];
    case 'enum':
      return [notSupported(field, data, listOf(params['allowedValues']).map(String))];
    case 'minimum':
      return body(`should be greater than or equal to ${params['limit']}`);
    case 'maximum':
      return body(`should be less than or equal to ${params['limit']}`);
    case 'exclusiveMinimum':
      return body(`should be greater than ${params['limit']}`);
    case 'exclusiveMaximum':
      return body(`should be less than ${params['limit']}`);
    case 'pattern':
      return body(`should match '${params['pattern']}'`);
    case 'minLength':
      return body(`should be at least ${params['limit']} chars long`);
    case 'maxLength':
      return [tooLong(field, Number(params['limit']))];
    case 'minItems':
      return body(`should have at least ${params['limit']} items`);
    case 'maxItems':
      return [tooMany(field, listOf(data).length, Number(params['limit']))];
    case 'oneOf':
      return [invalid(field, data, `${JSON.stringify(field)} must validate one and only one schema (oneOf)`)];
    case 'minProperties':
      return body(`should have at least ${params['limit']} properties`);
    case 'maxProperties':
      return [tooMany(field, Object.keys(objectOf(data)).length, Number(params['limit']))];
  }
  return body(error.message ?? 'is not valid');
}

function tooMany(field: string, actual: number, maximum: number): FieldError {
  return { field, reason: 'FieldValueTooMany', message: `Too many: ${actual}: must have at most ${maximum} items` };
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function fieldOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '');
}

/** x-kubernetes-list-type map and set allow each key once. */
function duplicateErrors(schema: JsonObject, value: unknown, path: string): FieldError[] {
  if (Array.isArray(value)) {
    const items = objectOf(schema['items']);
    return [
      ...repeated(schema, value, path),
      ...value.flatMap((item, index) => duplicateErrors(items, item, `${path}[${index}]`)),
    ];
  }
  return Object.entries(objectOf(value)).flatMap(([key, inner]) => {
    return duplicateErrors(fieldSchema(schema, key) ?? {}, inner, path === '' ? key : `${path}.${key}`);
  });
}

function repeated(schema: JsonObject, list: unknown[], path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'map' && type !== 'set') return [];
  const keys = listOf(schema['x-kubernetes-list-map-keys']).map(String);
  const identities = list.map((item) =>
    type === 'set' ? item : Object.fromEntries(keys.map((key) => [key, objectOf(item)[key]])),
  );
  return identities.flatMap((identity, index) =>
    identities.slice(0, index).some((other) => equalJson(other, identity))
      ? [duplicate(`${path}[${index}]`, identity)]
      : [],
  );
}
