/**
 * YAML text becomes the Canaries, E2ESpecs and Namespaces in it, each of which knows where its parts are written.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type ScalarTag,
  type Tags,
} from 'yaml';
import { type Canary, canaryResource } from '../../api/canary.ts';
import { type E2ESpec, e2eSpecResource } from '../../api/e2espec.ts';
import type { Namespace } from '../../kube/inventory.ts';
import { kinds } from '../../kube/shapes.ts';
import { messageOf } from '../problem.ts';
import { refusalsOf, type SpecAtHand } from './e2espec.ts';
import { type Blank, blankIn } from './templates.ts';

/** From 1. */
export interface Position {
  line: number;
  column: number;
}

export type Path = readonly (string | number)[];

export interface Manifest<T> {
  object: T;
  /** As it is written. */
  namespace: string | undefined;
  /** Of the key or item to which the path leads, or of the nearest that is there. */
  positionOf(path: Path): Position;
}

export interface Manifests {
  canaries: Manifest<Canary>[];
  e2eSpecs: SpecManifest[];
  namespaces: Namespace[];
  /** What is called a Canary or an E2ESpec, and is none. */
  misshapen: Misshapen[];
  /** Canaries and E2ESpecs that are filled in later. */
  templates: Template[];
}

export interface SpecManifest extends Manifest<SpecAtHand> {
  isPart: boolean;
}

export interface Template {
  kind: 'Canary' | 'E2ESpec';
  /** Where that is no blank. */
  name?: string;
  of: Blank['of'];
  position: Position;
}

export interface Misshapen {
  position: Position;
  message: string;
  /** Without what makes it one: a patch, as of kustomize. */
  isPart: boolean;
}

/** Text that is no YAML. */
export class SyntaxProblem extends Error {
  readonly position: Position;
  constructor(message: string, position: Position) {
    super(message);
    this.position = position;
  }
}

/** One object of a text, as it is written. */
interface Written {
  fields: Fields;
  positionOf(path: Path): Position;
  /** What stands there for a value, without its quotes. */
  sourceOf(path: Path): string | undefined;
}

type Fields = Record<string, unknown>;

/** Throws SyntaxProblem. What is no object of Kubernetes, or of another kind, is passed over. */
export function readManifests(text: string): Manifests {
  const manifests: Manifests = { canaries: [], e2eSpecs: [], namespaces: [], misshapen: [], templates: [] };
  for (const written of documentsOf(text).flatMap(itemsOf)) add(manifests, written);
  return manifests;
}

// Booleans of YAML 1.1, which kubectl reads: https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/resolve.go
const boolean: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
  resolve: (source) => /^(?:y|on)/i.test(source),
};
const customTags = (tags: Tags): Tags => [boolean, ...tags];

function documentsOf(text: string): Written[] {
  const lines = new LineCounter();
  // A merge key (`<<`) is one for kubectl, too. Warnings would be printed as they are.
  const options = { lineCounter: lines, prettyErrors: false, merge: true, customTags, logLevel: 'error' } as const;
  const documents = parseAllDocuments(text, options);
  const [error] = documents.flatMap(({ errors }) => errors);
  if (error !== undefined) throw new SyntaxProblem(error.message, positionIn(lines, error.pos[0]));
  return documents.map((document) => {
    const positionOf = (path: Path) => positionIn(lines, walk(document, path).offset);
    const sourceOf = (path: Path) => sourceIn(walk(document, path).node);
    try {
      return { fields: fieldsOf(document.toJS()), positionOf, sourceOf };
    } catch (cause) {
      throw new SyntaxProblem(messageOf(cause), positionOf([]));
    }
  });
}

function positionIn(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** To where the path leads, or to the nearest that is there. */
function walk(document: Document.Parsed, path: Path): { node: unknown; offset: number } {
  let offset = document.contents?.range[0] ?? document.range[0];
  let node: unknown = document.contents;
  for (const key of path) {
    const next = step(isAlias(node) ? node.resolve(document) : node, key);
    if (next === undefined) break;
    [node, offset] = [next.node, next.offset ?? offset];
  }
  return { node, offset };
}

function sourceIn(node: unknown): string | undefined {
  return isScalar(node) ? node.source : undefined;
}

/** To a key, and with it to its value; or to an item of a list. */
function step(node: unknown, key: string | number): { node: unknown; offset: number | undefined } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)];
    return item === undefined ? undefined : { node: item, offset: startOf(item) };
  }
  const isKey = ({ key: each }: { key: unknown }) => isScalar(each) && String(each.value) === String(key);
  const pair = isMap(node) ? node.items.find(isKey) : undefined;
  return pair && { node: pair.value, offset: startOf(pair.key) };
}

function startOf(node: unknown): number | undefined {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) ? range[0] : undefined;
}

/** `kubectl get canaries -o yaml` writes one List. */
function itemsOf(written: Written): Written[] {
  const { kind, items } = written.fields;
  if (!String(kind).endsWith('List') || !Array.isArray(items)) return [written];
  return items.map((item, index) => ({
    fields: fieldsOf(item),
    positionOf: (path) => written.positionOf(['items', index, ...path]),
    sourceOf: (path) => written.sourceOf(['items', index, ...path]),
  }));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

// What makes it one, and no patch.
const read = {
  Canary: { ...canaryResource, main: 'targetRef' },
  E2ESpec: { ...e2eSpecResource, main: 'image' },
  Namespace: { group: '', plural: 'namespaces', main: undefined },
} as const;

// What only the API server adds.
const stored = { namespace: 'default', uid: '-', resourceVersion: '-', generation: 1 };

function add(manifests: Manifests, written: Written): void {
  const kind = kindOf(written.fields);
  if (kind === undefined) return;
  const blank = kind === 'Namespace' ? undefined : blankIn(kind, written.fields);
  if (blank === undefined || kind === 'Namespace') addRead(manifests, kind, written);
  else addTemplate(manifests, kind, blank, written);
}

function addTemplate(
  { templates }: Manifests,
  kind: Template['kind'],
  { of, path }: Blank,
  { fields, positionOf }: Written,
): void {
  const { name } = fieldsOf(fields['metadata']);
  const isNamed = typeof name === 'string' && blankIn(kind, { metadata: { name } }) === undefined;
  templates.push({ kind, of, position: positionOf(path), ...(isNamed && { name }) });
}

function addRead(manifests: Manifests, kind: keyof typeof read, { fields: all, positionOf, sourceOf }: Written): void {
  const fields = fieldsOf(withoutNulls(all));
  const metadata = fieldsOf(fields['metadata']);
  const { name, namespace } = metadata;
  const { main } = read[kind];
  const given = typeof namespace === 'string' && namespace !== '' ? namespace : undefined;
  const manifest = { namespace: given, positionOf };
  const isPart = main !== undefined && !(main in fieldsOf(fields['spec']));
  const refusals = kind === 'E2ESpec' && typeof name === 'string' ? refusalsOf(fields, sourceOf) : [];
  try {
    const object = shaped(kind, {
      ...fields,
      metadata: { ...stored, ...metadata, namespace: given ?? stored.namespace },
    });
    if (kind === 'Canary') manifests.canaries.push({ ...manifest, object: object as Canary });
    else if (kind === 'Namespace') manifests.namespaces.push(object as Namespace);
    else manifests.e2eSpecs.push({ ...manifest, isPart, object: { ...(object as E2ESpec), refusals } });
  } catch (error) {
    if (typeof name === 'string' && refusals.length > 0) {
      manifests.e2eSpecs.push({ ...manifest, isPart, object: { metadata: { name }, spec: undefined, refusals } });
      return;
    }
    const said = messageOf(error);
    const path = pathIn(said);
    const message = `${kind} ${name ?? 'without a name'}: ${said}${quotesFor(said, sourceOf(path))}`;
    manifests.misshapen.push({ position: positionOf(path), message, isPart });
  }
}

/** Throws where it lacks what is read of its kind, as the verifier would find it on a cluster. */
function shaped(kind: keyof typeof read, fields: Fields): unknown {
  return kinds[read[kind].plural]?.shape(fields, '');
}

/** As the API server has it: a field that is null is none. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key, withoutNulls(each)]])),
  );
}

function kindOf({ apiVersion, kind }: Fields): keyof typeof read | undefined {
  if (kind !== 'Canary' && kind !== 'E2ESpec' && kind !== 'Namespace') return undefined;
  const { group } = read[kind];
  const isOfGroup = group === '' ? apiVersion === 'v1' : String(apiVersion).startsWith(`${group}/`);
  return apiVersion === undefined || isOfGroup ? kind : undefined;
}

/** Of a value that is a number or a boolean for want of them. */
function quotesFor(message: string, source: string | undefined): string {
  if (!message.endsWith('must be a string') || !source) return '';
  return `, which ${source} is not without quotes. Write "${source}"`;
}

/** `spec.analysis.webhooks[0].url must be a string` begins with a path. */
function pathIn(message: string): Path {
  const [path = ''] = message.split(' must be ');
  return path.split(/[.[\]]+/).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}
