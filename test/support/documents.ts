// YAML files of the repository as objects. Two equal keys in one mapping are an error, as kubectl has it.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export interface Resource {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

export const root = join(import.meta.dirname, '..', '..');

/** What the path leads to inside the document, or undefined; numbers are list positions. */
export const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);

const isObject = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null;

const isResource = (value: unknown): value is Resource =>
  typeof at(value, 'apiVersion') === 'string' &&
  typeof at(value, 'kind') === 'string' &&
  typeof at(value, 'metadata', 'name') === 'string';

export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The documents of YAML text; throws on what kubectl would not take either. */
export const parse = (text: string): unknown[] =>
  parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS();
  });

export function resources(text: string): Resource[] {
  const documents = parse(text);
  const stray = documents.find((document) => !isResource(document));
  if (stray !== undefined) throw new Error(`not a Kubernetes object: ${JSON.stringify(stray)}`);
  return documents.filter(isResource);
}

/** The objects that a page shows, without its fragments. */
export const objectsOf = (page: string): Resource[] =>
  [...read(page).matchAll(/(<!-- fragment: .+ -->\s+)?```yaml\n([\s\S]*?)```/g)].flatMap(([, fragment, text = '']) =>
    fragment === undefined ? resources(text) : [],
  );

/** What is for kustomize and no object of a cluster. */
export const isKustomization = (file: string): boolean =>
  ['kustomization.yaml', 'name-references.yaml'].includes(basename(file));

/** The paths, from the root, of all YAML files in a folder and the folders in it. */
export const yamlFiles = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => join(folder, file))
    .sort();

/** The examples that are applied as they stand. Those of fleet/ and gitops/ have tests of their own, which apply what they become. */
export const appliedExamples = (): string[] =>
  yamlFiles('examples').filter((file) => !isKustomization(file) && !/^examples\/(fleet|gitops)\//.test(file));
