/**
 * The JSONPath that printer columns use: fields, indexes and one kind of filter, `[?(@.type=="Ready")]`.
 */
import { isObject, listOf } from './json.ts';

export function jsonPathValue(object: unknown, path: string): unknown {
  const steps = path.match(/\[\?\(@\.[^)]*\)\]|\[[^\]]*\]|(?:\\.|[^.[\]])+/g) ?? [];
  return steps.reduce<unknown>(step, object);
}

function step(value: unknown, part: string): unknown {
  const filter = /^\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]$/.exec(part);
  if (filter) {
    const [, field = '', wanted] = filter;
    return listOf(value).find((item) => String(jsonPathValue(item, field)) === wanted);
  }
  const index = /^\[(-?\d+)\]$/.exec(part);
  if (index) return listOf(value).at(Number(index[1]));
  const field = (/^\[['"](.*)['"]\]$/.exec(part)?.[1] ?? part).replaceAll('\\.', '.');
  return isObject(value) ? value[field] : undefined;
}
