/**
 * The files that are meant, and what is in them. Who names a file wants it read; in a folder there is much else.
 */
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Subject, Subjects } from '../lint/check.ts';
import { messageOf, type Problem } from '../problem.ts';
import {
  type Manifest,
  type Manifests,
  type Position,
  readManifests,
  type SpecManifest,
  SyntaxProblem,
  type Template,
} from './manifests.ts';
import { advice } from './templates.ts';

export interface Gathered extends Subjects {
  problems: Problem[];
  /** What was passed over and could be meant. */
  passedOver: string[];
  /** How many files were looked at. */
  files: number;
}

/** As they are shown to people. */
interface File {
  name: string;
  /** Whether it was found in a folder. */
  isFound: boolean;
}

/** As people are shown it: no file has this name. */
export const standardInput = '<stdin>';

/** Files, folders, and `-` for standard input. */
export function gather(names: readonly string[]): Gathered {
  const gathered: Gathered = {
    canaries: [],
    e2eSpecs: [],
    namespaces: [],
    knowsAllSpecs: false,
    problems: [],
    passedOver: [],
    files: 0,
  };
  const files = names.flatMap((name) => attempt(gathered, name, () => filesAt(name)) ?? []);
  for (const file of once(files)) attempt(gathered, file.name, () => read(gathered, file));
  return gathered;
}

/** Each of them, however often and in whatever way it is named; one that was named is not only found. */
function once(files: File[]): File[] {
  const byPath = new Map<string, File>();
  for (const file of files) {
    const path = resolve(file.name);
    if (!byPath.has(path) || !file.isFound) byPath.set(path, file);
  }
  return [...byPath.values()];
}

function attempt<T>({ problems }: Gathered, file: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    problems.push({ file, message: isMissing ? 'there is no such file or folder' : messageOf(error) });
    return undefined;
  }
}

function filesAt(name: string): File[] {
  if (name === '-') return [{ name: standardInput, isFound: false }];
  return statSync(name).isDirectory() ? filesIn(name) : [{ name, isFound: false }];
}

function filesIn(folder: string): File[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isPassedBy(entry) ? [] : filesIn(path);
    return /\.(ya?ml|json)$/i.test(entry.name) && isFile(path) ? [{ name: path, isFound: true }] : [];
  });
}

function isPassedBy({ name }: Dirent): boolean {
  return name === 'node_modules' || name.startsWith('.');
}

// A link to a file is one, as in a mounted ConfigMap; a link to a folder could lead back.
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

// Most YAML in a repository is none of ours, and parsing is slow.
const ours = /\bkind["']?\s*:\s*["']?(Canary|E2ESpec|Namespace)\b/;
const tested = /^kind:\s*["']?(Canary|E2ESpec)\b/m;
const template = /\{\{/;

function read(gathered: Gathered, file: File): void {
  // Not process.stdin.fd: asking for it makes a pipe non-blocking, and one that is still empty unreadable.
  const bytes = readFileSync(file.name === standardInput ? 0 : file.name);
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  gathered.files++;
  if (file.isFound && !ours.test(text)) return;
  if (encoding !== 'utf-8') throw new Error('it is written in UTF-16. Save it as UTF-8');
  const manifests = parse(text);
  const isTemplate = template.test(text);
  if (file.isFound && isTemplate && isBroken(manifests)) {
    if (tested.test(text)) gathered.passedOver.push(`${file.name}: ${advice.Helm}`);
  } else if (manifests instanceof SyntaxProblem) {
    const message = isTemplate ? `${manifests.message}. It looks like ${advice.Helm}` : manifests.message;
    gathered.problems.push({ file: file.name, position: manifests.position, message });
  } else {
    take(gathered, file, manifests);
  }
}

/** By its byte order mark. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function parse(text: string): Manifests | SyntaxProblem {
  try {
    return readManifests(text);
  } catch (error) {
    if (error instanceof SyntaxProblem) return error;
    throw error;
  }
}

function isBroken(manifests: Manifests | SyntaxProblem): boolean {
  return manifests instanceof SyntaxProblem || manifests.misshapen.length > 0;
}

function take(gathered: Gathered, file: File, manifests: Manifests): void {
  gathered.canaries.push(...manifests.canaries.map((each) => located(file, each)));
  gathered.namespaces.push(...manifests.namespaces);
  for (const each of manifests.e2eSpecs) takeE2ESpec(gathered, file, each);
  for (const each of manifests.templates) takeTemplate(gathered, file, each);
  for (const { isPart, ...each } of manifests.misshapen) {
    if (isPart) tell(gathered, file, each, '(a patch?)');
    else gathered.problems.push({ file: file.name, ...each });
  }
}

function located<T>({ name: file }: File, { object, namespace, positionOf }: Manifest<T>): Subject<T> {
  return { object, namespace, file, placeOf: (path) => ({ file, ...positionOf(path) }) };
}

/** The name of a part or a template is there all the same. */
function takeE2ESpec(gathered: Gathered, file: File, { isPart, ...e2eSpec }: SpecManifest): void {
  const { name } = e2eSpec.object.metadata;
  const isPatch = file.isFound && isPart;
  const object = isPatch ? { metadata: { name }, spec: undefined } : e2eSpec.object;
  gathered.e2eSpecs.push(located(file, { ...e2eSpec, object }));
  const message = `E2ESpec ${name}: spec.image is missing`;
  if (isPatch) tell(gathered, file, { position: e2eSpec.positionOf(['spec']), message }, '(a patch?)');
}

function takeTemplate(gathered: Gathered, file: File, { kind, name, of, position }: Template): void {
  tell(gathered, file, { position, message: `${kind} ${name ?? 'without a name'}: ${advice[of]}` });
  if (kind !== 'E2ESpec' || name === undefined) return;
  const object = { metadata: { name }, spec: undefined };
  gathered.e2eSpecs.push(located(file, { object, namespace: undefined, positionOf: () => position }));
}

/** Who named the file wants it read; in a folder it is passed over. */
function tell(
  { passedOver, problems }: Gathered,
  { name, isFound }: File,
  { position, message }: { position: Position; message: string },
  guess = '',
): void {
  const { line, column } = position;
  if (isFound) passedOver.push(`${name}:${line}:${column}: ${message} ${guess}`.trimEnd());
  else problems.push({ file: name, position, message });
}
