/**
 * Reads a built-in kind the way Go's types do: unknown fields are dropped (and named, for fieldValidation),
 * a wrong type is a 400. The fields come from the models of @kubernetes/client-node, which are generated
 * from the API server's OpenAPI document.
 */
import * as client from '@kubernetes/client-node';
import { isObject, type JsonObject, listOf, objectOf } from './json.ts';

interface Attribute {
  baseName: string;
  type: string;
  format: string;
}

export interface Decoded {
  value: JsonObject;
  unknownFields: string[];
}

const models: Record<string, unknown> = client;

function attributesOf(model: string): Attribute[] | undefined {
  const found = models[model];
  return typeof found === 'function' && 'attributeTypeMap' in found
    ? (found.attributeTypeMap as Attribute[])
    : undefined;
}

/** Throws an Error with Go's words where a value has the wrong type. */
export function decode(model: string, value: JsonObject): Decoded {
  const unknownFields: string[] = [];
  return { value: decodeModel(model, value, '', unknownFields), unknownFields };
}

function decodeModel(model: string, value: JsonObject, path: string, unknownFields: string[]): JsonObject {
  const attributes = attributesOf(model) ?? [];
  const result: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    const attribute = attributes.find((one) => one.baseName === key);
    const field = path === '' ? key : `${path}.${key}`;
    if (!attribute) unknownFields.push(field);
    else if (inner !== null) {
      result[key] = decodeValue(attribute, inner, field, unknownFields, goStruct(model));
    }
  }
  return result;
}

function decodeValue(
  attribute: Attribute,
  value: unknown,
  field: string,
  unknownFields: string[],
  owner: string,
): unknown {
  const { type, format } = attribute;
  const item = /^Array<(.*)>$/.exec(type)?.[1];
  if (item !== undefined) {
    if (!Array.isArray(value)) throw mismatch(value, owner, field, `[]${goStruct(item)}`);
    return listOf(value).map((one, index) =>
      decodeValue({ ...attribute, type: item }, one, `${field}[${index}]`, unknownFields, owner),
    );
  }
  const entry = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (entry !== undefined) {
    if (!isObject(value)) throw mismatch(value, owner, field, `map[string]${goStruct(entry)}`);
    return decodeMap(attribute, entry, value, field, unknownFields, owner);
  }
  if (attributesOf(type)) {
    if (!isObject(value)) throw mismatch(value, owner, field, `v1.${goStruct(type)}`);
    return decodeModel(type, objectOf(value), field, unknownFields);
  }
  return decodeScalar(type, format, value, field, owner);
}

function decodeMap(
  attribute: Attribute,
  type: string,
  value: JsonObject,
  field: string,
  unknownFields: string[],
  owner: string,
): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null)
      .map(([key, one]) => [key, decodeValue({ ...attribute, type }, one, `${field}.${key}`, unknownFields, owner)]),
  );
}

/** Quantities are strings in the models, yet JSON numbers are taken (resource.Quantity.UnmarshalJSON). */
const quantities = /(^|\.)(limits|requests|hard|used|sizeLimit|divisor|capacity|allocatable)(\.|$)/;

function decodeScalar(type: string, format: string, value: unknown, field: string, owner: string): unknown {
  switch (type) {
    case 'string':
      if (typeof value === 'string') return value;
      if (typeof value === 'number' && quantities.test(field)) return String(value);
      throw mismatch(value, owner, field, 'string');
    case 'number':
      if (format === 'double' ? typeof value === 'number' : Number.isInteger(value)) return value;
      throw mismatch(value, owner, field, format === 'int32' ? 'int32' : 'int64');
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw mismatch(value, owner, field, 'bool');
    case 'Date':
      return timeOf(value).replace(/\.\d+/, '');
    case 'V1MicroTime':
      return timeOf(value);
  }
  return value;
}

function timeOf(value: unknown): string {
  if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return value;
  throw new Error(`parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse it`);
}

function mismatch(value: unknown, owner: string, field: string, goType: string): Error {
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  const shown = kind === 'boolean' ? 'bool' : kind === 'number' && !Number.isInteger(value) ? `number ${value}` : kind;
  // Go names the path without indexes
  const path = field.replaceAll(/\[\d+\]/g, '');
  return new Error(`json: cannot unmarshal ${shown} into Go struct field ${owner}.${path} of type ${goType}`);
}

function goStruct(model: string): string {
  return model.replace(/^(Core)?V1(?=[A-Z])/, '');
}
