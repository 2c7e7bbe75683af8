/**
 * The patches the API server takes: merge patch (RFC 7396), JSON patch (RFC 6902) and strategic merge patch,
 * whose lists are merged by the keys of https://kubernetes.io/docs/reference/generated/kubernetes-api (patchMergeKey).
 */
import { equalJson, isObject, type JsonObject, listOf, objectOf } from './json.ts';
import { refuse } from './status.ts';

export function applyPatch(contentType: string, target: JsonObject, patch: unknown, builtIn: boolean): JsonObject {
  switch (contentType) {
    case 'application/merge-patch+json':
      return objectOf(mergePatch(target, patch));
    case 'application/json-patch+json':
      return objectOf(listOf(patch).reduce<unknown>((document, step) => patchStep(document, objectOf(step)), target));
    case 'application/strategic-merge-patch+json':
      if (builtIn) return objectOf(strategicMergePatch(target, patch));
  }
  return refuse(
    415,
    'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json',
  );
}

export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: JsonObject = { ...objectOf(target) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

function patchStep(document: unknown, step: JsonObject): unknown {
  const { op, path, from, value } = step;
  const pointer = pointerOf(path);
  switch (op) {
    case 'add':
      return write(document, pointer, () => value, 'insert');
    case 'replace':
      return write(document, pointer, (old) => (old === undefined ? missing(path) : value), 'set');
    case 'remove':
      return write(document, pointer, (old) => (old === undefined ? missing(path) : undefined), 'set');
    case 'test':
      if (equalJson(read(document, pointer), value)) return document;
      return refuse(422, `the server rejected our request due to an error in our request`);
    case 'copy':
    case 'move': {
      const moved = read(document, pointerOf(from));
      const rest = op === 'copy' ? document : write(document, pointerOf(from), () => undefined, 'set');
      return write(rest, pointer, () => moved, 'insert');
    }
  }
  return refuse(400, `unexpected JSON patch operation ${JSON.stringify(op)}`);
}

function missing(path: unknown): never {
  return refuse(422, `the server rejected our request due to an error in our request: no value at ${String(path)}`);
}

function pointerOf(path: unknown): string[] {
  return String(path)
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: unknown, [head, ...rest]: string[]): unknown {
  if (head === undefined) return document;
  if (Array.isArray(document)) return read(document[Number(head)], rest);
  return isObject(document) ? read(document[head], rest) : undefined;
}

function write(
  document: unknown,
  [head, ...rest]: string[],
  change: (old: unknown) => unknown,
  mode: 'insert' | 'set',
): unknown {
  if (head === undefined) return change(document);
  if (Array.isArray(document)) {
    const index = head === '-' ? document.length : Number(head);
    const inserted = rest.length === 0 && mode === 'insert';
    const value = write(inserted ? undefined : document[index], rest, change, mode);
    return document.toSpliced(index, inserted ? 0 : 1, ...(value === undefined ? [] : [value]));
  }
  if (!isObject(document)) return missing(head);
  const value = write(document[head], rest, change, mode);
  const { [head]: _old, ...others } = document;
  return value === undefined ? others : { ...others, [head]: value };
}

const mergeKeys: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  conditions: 'type',
  ownerReferences: 'uid',
  imagePullSecrets: 'name',
};

function strategicMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  const result: JsonObject = { ...objectOf(target) };
  for (const [key, value] of Object.entries(withoutDirectives(patch))) {
    const mergeKey = mergeKeys[key];
    if (value === null) delete result[key];
    else if (key === 'finalizers') result[key] = [...new Set([...listOf(result[key]), ...listOf(value)])];
    else if (mergeKey && Array.isArray(value)) result[key] = mergeLists(listOf(result[key]), value, mergeKey);
    else result[key] = strategicMergePatch(result[key], value);
  }
  return result;
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')));
}

function mergeLists(target: unknown[], patch: unknown[], key: string): unknown[] {
  let list = target;
  for (const item of patch.map(objectOf)) {
    const index = list.findIndex((one) => objectOf(one)[key] === item[key]);
    const kept = item['$patch'] === 'delete' ? [] : [strategicMergePatch(list[index], item)];
    list = index < 0 ? list.concat(kept) : list.toSpliced(index, 1, ...kept);
  }
  return list;
}
