/**
 * The files that are meant, and what is in them. Who names a file wants it read; in a folder there is much else.
 */
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Subject, Subjects } from './check.ts';
import { type Manifest, type Manifests, readManifests, SyntaxProblem } from './manifests.ts';
import { messageOf, type Problem } from './problem.ts';
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
  for (const name of names) {
    const files = attempt(gathered, name, () => filesAt(name)) ?? [];
    for (const file of files) attempt(gathered, file.name, () => read(gathered, file));
  }
  return gathered;
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
  const text = readFileSync(file.name === standardInput ? 0 : file.name, 'utf8');
  gathered.files++;
  if (file.isFound && !ours.test(text)) return;
  const manifests = parse(text);
  const isTemplate = template.test(text);
  if (file.isFound && isTemplate && isBroken(manifests)) {
    if (tested.test(text)) passOver(gathered, file, advice.Helm);
  } else if (manifests instanceof SyntaxProblem) {
    const message = isTemplate ? `${manifests.message}. It looks like ${advice.Helm}` : manifests.message;
    gathered.problems.push({ file: file.name, position: manifests.position, message });
  } else {
    take(gathered, file, manifests);
  }
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

function passOver({ passedOver }: Gathered, { name }: File, why: string): void {
  passedOver.push(`${name}: ${why}`);
}

function take(
  gathered: Gathered,
  file: File,
  { canaries, e2eSpecs, namespaces, misshapen, templates }: Manifests,
): void {
  const located = <T>({ object, namespace, positionOf }: Manifest<T>): Subject<T> => ({
    object,
    namespace,
    file: file.name,
    placeOf: (path) => ({ file: file.name, ...positionOf(path) }),
  });
  gathered.canaries.push(...canaries.map(located));
  gathered.e2eSpecs.push(...e2eSpecs.map(located));
  gathered.namespaces.push(...namespaces);
  for (const { kind, name = 'without a name', of, position } of templates) {
    const message = `${kind} ${name}: ${advice[of]}`;
    if (file.isFound) passOver(gathered, file, `${position.line}:${position.column}: ${message}`);
    else gathered.problems.push({ file: file.name, position, message });
  }
  for (const { position, message, isPart } of misshapen) {
    const { line, column } = position;
    if (file.isFound && isPart) passOver(gathered, file, `${line}:${column}: ${message} (a patch?)`);
    else gathered.problems.push({ file: file.name, position, message });
  }
}
