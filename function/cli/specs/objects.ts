/**
 * Spec files become the objects that run them: a ConfigMap of the files, one of the runner, and an E2ESpec. The same bytes for
 * the same files; a ConfigMap's name is that of its content, so that no pod ever mounts another one than was meant.
 */
import { createHash } from 'node:crypto';
import { type E2ESpec, e2eSpecResource, type Spec } from '../../api/e2espec.ts';
import { annotation } from '../../api/labels.ts';
import { labelValue } from '../../run/id.ts';
import type { SpecFile } from './folder.ts';

export interface SpecsConfigMap {
  apiVersion: 'v1';
  kind: 'ConfigMap';
  metadata: { name: string; namespace?: string; labels: Record<string, string> };
  /** Nobody edits what its name is made of, and no kubelet need watch it. */
  immutable: true;
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
}

export interface SpecsObjects {
  configMaps: SpecsConfigMap[];
  e2eSpec: Pick<E2ESpec, 'apiVersion' | 'kind' | 'spec'> & { metadata: { name: string; namespace?: string } };
}

export interface Wanted {
  /** Of the E2ESpec, and of its Canary. */
  name: string;
  namespace?: string;
  image?: string;
  serviceAccountName?: string;
}

export const defaultImage = 'node:24';

export function objectsOf(files: readonly SpecFile[], runner: string, wanted: Wanted): SpecsObjects {
  const { name, namespace, image = defaultImage, serviceAccountName } = wanted;
  const keyed = withKeys(files);
  const place = namespace === undefined ? {} : { namespace };
  const named = (part: string, content: readonly Content[]) => {
    const metadata = { ...place, labels: { [annotation.e2eSpec]: labelValue(name) } };
    return configMap(`${name}-${part}`, metadata, content);
  };
  const specs = named('specs', keyed);
  const program = named('runner', [{ key: 'specs.mjs', content: Buffer.from(runner) }]);
  return {
    configMaps: [program, specs],
    e2eSpec: {
      apiVersion: 'remarkable.com/v1',
      kind: e2eSpecResource.kind,
      metadata: { name, ...place },
      spec: {
        image,
        command: ['node', '/e2e/specs.mjs', '/specs'],
        ...(serviceAccountName !== undefined && { serviceAccountName }),
        ...mounted(program.metadata.name, specs.metadata.name, keyed),
      },
    },
  };
}

interface Content {
  key: string;
  content: Buffer;
}

type Keyed = SpecFile & Content;

/** A key has no slash: that of a file in a sub-folder is another one than its path. */
export function withKeys(files: readonly SpecFile[]): Keyed[] {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const taken = new Set(sorted.map(({ path }) => path).filter(isKey));
  return sorted.map((file) => {
    const key = isKey(file.path) ? file.path : freeKey(file.path, taken);
    taken.add(key);
    return { ...file, key };
  });
}

const longestKey = 253;

function isKey(path: string): boolean {
  return path.length <= longestKey && /^[-._a-zA-Z0-9]+$/.test(path);
}

function freeKey(path: string, taken: ReadonlySet<string>): string {
  const plain = path.replaceAll('/', '__').replaceAll(/[^-._a-zA-Z0-9]/g, '_');
  return isKey(plain) && !taken.has(plain) ? plain : `${hash(path)}-${plain.slice(-200)}`;
}

function mounted(program: string, specs: string, files: readonly Keyed[]): Pick<Spec, 'configMaps'> {
  const isFlat = files.every(({ key, path }) => key === path);
  const items = isFlat ? {} : { items: files.map(({ key, path }) => ({ key, path })) };
  return {
    configMaps: [
      { name: program, mountPath: '/e2e' },
      { name: specs, mountPath: '/specs', ...items },
    ],
  };
}

export function configMap(
  name: string,
  metadata: Omit<SpecsConfigMap['metadata'], 'name'>,
  all: readonly Content[],
): SpecsConfigMap {
  const data = all.filter(({ content }) => isText(content)).map(({ key, content }) => [key, content.toString()]);
  const binaryData = all
    .filter(({ content }) => !isText(content))
    .map(({ key, content }) => [key, content.toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${name}-${hash(JSON.stringify([data, binaryData]))}`, ...metadata },
    immutable: true,
    ...(data.length > 0 && { data: Object.fromEntries(data) }),
    ...(binaryData.length > 0 && { binaryData: Object.fromEntries(binaryData) }),
  };
}

/**
 * Whether YAML brings it as it is, whoever reads it: UTF-8, without the characters that it may not hold, or that some take
 * for the end of a line. https://yaml.org/spec/1.1/#id868518
 */
function isText(content: Buffer): boolean {
  const text = content.toString();
  return (
    Buffer.from(text).equals(content) &&
    !/[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(text)
  );
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
