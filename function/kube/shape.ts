/**
 * Checks that an object of the API server has what is read of it, and that it is of the right type.
 * Tidied on the way: null is absent, and no string is longer than what is read of it.
 * By hand, not by a JSON schema: this is on the way of every call and of every cold start, and ajv cuts nothing.
 */
import { isObjectName } from '../api/names.ts';

/** Returns the value, tidied, or throws `Misshapen`. `path`: where it stands, as `spec.targetRef`. */
export type Shape = (value: unknown, path: string) => unknown;

/** The message is a sentence, as `spec.targetRef must be an object`. */
export class Misshapen extends Error {}

/** The longest string by default: Kubernetes keeps 4096 bytes of a termination message. */
const longestText = 8192;

export function text(longest = longestText): Shape {
  return (value, path) => {
    if (typeof value !== 'string') throw new Misshapen(`${path} must be a string`);
    return value.length > longest ? value.slice(0, longest) : value;
  };
}

/** The name of an object, which becomes a part of a path. */
export const objectName: Shape = (value, path) => {
  const name = String(text()(value, path));
  if (!isObjectName(name)) throw new Misshapen(`${path} must be the name of an object`);
  return name;
};

export const number: Shape = (value, path) => {
  if (typeof value !== 'number') throw new Misshapen(`${path} must be a number`);
  return value;
};

export const flag: Shape = (value, path) => {
  if (typeof value !== 'boolean') throw new Misshapen(`${path} must be true or false`);
  return value;
};

/** Passed on, and not read here. */
export const anything: Shape = (value) => value;

export function list(item: Shape): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) throw new Misshapen(`${path} must be a list`);
    try {
      for (const [index, each] of value.entries()) value[index] = item(each, `[${index}]`);
    } catch (error) {
      throw inside(path, error);
    }
    return value;
  };
}

/** Of what is made anew at the next write: those that can be read. A definition of another version may have left out fields. */
export function readable(item: Shape): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) throw new Misshapen(`${path} must be a list`);
    return value.flatMap((each) => {
      try {
        return [item(each, path)];
      } catch (error) {
        if (!(error instanceof Misshapen)) throw error;
        return [];
      }
    });
  };
}

/** Keys of any name. */
export function dictionary(item: Shape): Shape {
  return (value, path) => {
    const fields = fieldsOf(value, path);
    try {
      for (const [key, each] of Object.entries(fields)) fields[key] = item(each, key);
    } catch (error) {
      throw inside(path, error);
    }
    return value;
  };
}

/** Fields that are not named are left as they are. */
export function object(required: Record<string, Shape>, optional: Record<string, Shape> = {}): Shape {
  const needed = Object.entries(required);
  const possible = Object.entries(optional);
  return (value, path) => {
    const fields = fieldsOf(value, path);
    try {
      for (const [key, shape] of needed) fields[key] = shape(fields[key], key);
      for (const [key, shape] of possible) {
        if (fields[key] === null) delete fields[key];
        else if (fields[key] !== undefined) fields[key] = shape(fields[key], key);
      }
    } catch (error) {
      throw inside(path, error);
    }
    return value;
  };
}

/** Where something stands is put together only when it is wrong: to do it for each field is a hundredth of a poll. */
function inside(path: string, error: unknown): unknown {
  if (!(error instanceof Misshapen) || path === '') return error;
  return new Misshapen(`${path}${error.message.startsWith('[') ? '' : '.'}${error.message}`);
}

function fieldsOf(value: unknown, path: string): Record<string, unknown> {
  if (!isFields(value)) throw new Misshapen(`${path === '' ? 'it' : path} must be an object`);
  return value;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
