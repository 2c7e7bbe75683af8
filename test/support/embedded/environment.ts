/**
 * A container's environment, resolved as the kubelet does: Secrets, ConfigMaps, fields, $(VAR) expansion.
 */
import { at, objectOf } from './json.ts';
import { resources } from './resources.ts';
import type { Store } from './store.ts';
import type { Container, EnvironmentSource, EnvironmentVariable, KeySelector, Pod } from './workloads.ts';

export type Environment = { ok: true; values: Record<string, string> } | { ok: false; message: string };

/** Thrown inside, told as a value outside: the container waits with CreateContainerConfigError. */
class ConfigError extends Error {}

export function resolveEnvironment(store: Store, pod: Pod, container: Container): Environment {
  try {
    const values: Record<string, string> = {};
    for (const source of container.envFrom ?? []) Object.assign(values, valuesFrom(store, pod, source));
    for (const variable of container.env ?? []) {
      const value = variableValue(store, pod, container, variable, values);
      if (value !== undefined) values[variable.name] = value;
    }
    return { ok: true, values };
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, message: error.message };
    throw error;
  }
}

/** $(NAME) becomes the value, $$(NAME) the text $(NAME); what is not defined stays (third_party/forked/golang/expansion). */
export function expand(text: string, values: Record<string, string>): string {
  return text.replaceAll(/\$\$|\$\(([^()]*)\)/g, (whole, name: string | undefined) => {
    if (whole === '$$') return '$';
    return values[name ?? ''] ?? whole;
  });
}

function dataOf(
  store: Store,
  pod: Pod,
  kind: 'Secret' | 'ConfigMap',
  name: string,
): Record<string, string> | undefined {
  const resource = kind === 'Secret' ? resources.secrets : resources.configMaps;
  const object = store.get(resource, pod.metadata.namespace, name);
  if (!object) return undefined;
  const entries = Object.entries(objectOf(object['data'])).map(([key, value]) => {
    const text = String(value);
    return [key, kind === 'Secret' ? Buffer.from(text, 'base64').toString('utf8') : text];
  });
  return Object.fromEntries(entries);
}

function valuesFrom(
  store: Store,
  pod: Pod,
  { prefix = '', secretRef, configMapRef }: EnvironmentSource,
): Record<string, string> {
  const [kind, reference] = secretRef ? (['Secret', secretRef] as const) : (['ConfigMap', configMapRef] as const);
  if (!reference) return {};
  const data = dataOf(store, pod, kind, reference.name);
  if (!data && !reference.optional) throw new ConfigError(`${kind.toLowerCase()} "${reference.name}" not found`);
  return Object.fromEntries(Object.entries(data ?? {}).map(([key, value]) => [prefix + key, value]));
}

function variableValue(
  store: Store,
  pod: Pod,
  container: Container,
  { value, valueFrom }: EnvironmentVariable,
  earlier: Record<string, string>,
): string | undefined {
  if (!valueFrom) return expand(value ?? '', earlier);
  const { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  if (secretKeyRef) return keyOf(store, pod, 'Secret', secretKeyRef);
  if (configMapKeyRef) return keyOf(store, pod, 'ConfigMap', configMapKeyRef);
  if (fieldRef) return fieldOf(pod, fieldRef.fieldPath);
  const [side = '', name = ''] = (resourceFieldRef?.resource ?? '').split('.');
  return String(at(container, 'resources', side, name) ?? '0');
}

function keyOf(
  store: Store,
  pod: Pod,
  kind: 'Secret' | 'ConfigMap',
  { name, key, optional }: KeySelector,
): string | undefined {
  const data = dataOf(store, pod, kind, name);
  if (data?.[key] !== undefined) return data[key];
  if (optional) return undefined;
  if (!data) throw new ConfigError(`${kind.toLowerCase()} "${name}" not found`);
  throw new ConfigError(`couldn't find key ${key} in ${kind} ${pod.metadata.namespace}/${name}`);
}

function fieldOf(pod: Pod, path: string): string {
  const [, map = '', key = ''] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  return String((map === '' ? at(pod, ...path.split('.')) : at(pod, 'metadata', map, key)) ?? '');
}
