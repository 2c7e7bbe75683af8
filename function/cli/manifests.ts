/**
 * YAML text becomes the Canaries, E2ESpecs and Namespaces in it, each of which knows where its parts are written.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import { type Canary, canaryResource } from '../api/canary.ts';
import { type E2ESpec, e2eSpecResource } from '../api/e2espec.ts';
import type { Namespace } from '../kube/inventory.ts';
import { kinds } from '../kube/shapes.ts';
import { messageOf } from './problem.ts';
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
  e2eSpecs: Manifest<E2ESpec>[];
  namespaces: Namespace[];
  /** What is called a Canary or an E2ESpec, and is none. */
  misshapen: Misshapen[];
  /** Canaries and E2ESpecs that are filled in later. */
  templates: Template[];
}

interface Template {
  kind: 'Canary' | 'E2ESpec';
  /** Where that is no blank. */
  name?: string;
  of: Blank['of'];
  position: Position;
}

interface Misshapen {
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
}

type Fields = Record<string, unknown>;

/** Throws SyntaxProblem. What is no object of Kubernetes, or of another kind, is passed over. */
export function readManifests(text: string): Manifests {
  const manifests: Manifests = { canaries: [], e2eSpecs: [], namespaces: [], misshapen: [], templates: [] };
  for (const written of documentsOf(text).flatMap(itemsOf)) add(manifests, written);
  return manifests;
}

function documentsOf(text: string): Written[] {
  const lines = new LineCounter();
  // A merge key (`<<`) is one for kubectl, too. Warnings would be printed as they are.
  const options = { lineCounter: lines, prettyErrors: false, merge: true, logLevel: 'error' } as const;
  const documents = parseAllDocuments(text, options);
  const [error] = documents.flatMap(({ errors }) => errors);
  if (error !== undefined) throw new SyntaxProblem(error.message, positionIn(lines, error.pos[0]));
  return documents.map((document) => {
    const positionOf = (path: Path) => positionIn(lines, offsetOf(document, path));
    try {
      return { fields: fieldsOf(document.toJS()), positionOf };
    } catch (cause) {
      throw new SyntaxProblem(messageOf(cause), positionOf([]));
    }
  });
}

function positionIn(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function offsetOf(document: Document.Parsed, path: Path): number {
  let offset = document.contents?.range[0] ?? document.range[0];
  let node: unknown = document.contents;
  for (const key of path) {
    const next = step(isAlias(node) ? node.resolve(document) : node, key);
    if (next === undefined) break;
    [node, offset] = [next.node, next.offset ?? offset];
  }
  return offset;
}

/** To a key, and with it to its value; or to an item of a list. */
function step(node: unknown, key: string | number): { node: unknown; offset: number | undefined } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)];
    return item === undefined ? undefined : { node: item, offset: startOf(item) };
  }
  const pair = isMap(node) ? node.items.find((each) => isScalar(each.key) && each.key.value === key) : undefined;
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

function add(manifests: Manifests, { fields, positionOf }: Written): void {
  const kind = kindOf(fields);
  if (kind === undefined) return;
  const blank = kind === 'Namespace' ? undefined : blankIn(kind, fields);
  if (blank !== undefined && kind !== 'Namespace') {
    const { name } = fieldsOf(fields['metadata']);
    const isNamed = typeof name === 'string' && blankIn(kind, { metadata: { name } }) === undefined;
    manifests.templates.push({ kind, of: blank.of, position: positionOf(blank.path), ...(isNamed && { name }) });
    return;
  }
  const { plural, main } = read[kind];
  const metadata: Fields = { ...stored, ...fieldsOf(fields['metadata']) };
  const { namespace } = fieldsOf(fields['metadata']);
  const given = typeof namespace === 'string' && namespace !== '' ? namespace : undefined;
  try {
    // Throws where it lacks what is read of its kind, as the verifier would find it on a cluster.
    const object = kinds[plural]?.shape(
      { ...fields, metadata: { ...metadata, namespace: given ?? stored.namespace } },
      '',
    );
    const manifest = { namespace: given, positionOf };
    if (kind === 'Canary') manifests.canaries.push({ ...manifest, object: object as Canary });
    else if (kind === 'E2ESpec') manifests.e2eSpecs.push({ ...manifest, object: object as E2ESpec });
    else manifests.namespaces.push(object as Namespace);
  } catch (error) {
    const message = messageOf(error);
    const isPart = main !== undefined && !(main in fieldsOf(fields['spec']));
    manifests.misshapen.push({
      position: positionOf(pathIn(message)),
      message: `${kind} ${metadata['name']}: ${message}`,
      isPart,
    });
  }
}

function kindOf({ apiVersion, kind }: Fields): keyof typeof read | undefined {
  if (kind !== 'Canary' && kind !== 'E2ESpec' && kind !== 'Namespace') return undefined;
  const { group } = read[kind];
  const isOfGroup = group === '' ? apiVersion === 'v1' : String(apiVersion).startsWith(`${group}/`);
  return apiVersion === undefined || isOfGroup ? kind : undefined;
}

/** `spec.analysis.webhooks[0].url must be a string` begins with a path. */
function pathIn(message: string): Path {
  const [path = ''] = message.split(' must be ');
  return path.split(/[.[\]]+/).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}
