/**
 * The files of a folder of specs, as they go into a ConfigMap: without dot files, node_modules and what .gitignore names.
 */
import { readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { CannotRun, messageOf } from '../problem.ts';
import { type Ignored, ignoredAbove, ignoredBelow, isIgnored } from './ignored.ts';
import { refuseStray, statsOf } from './links.ts';

export interface SpecFile {
  /** From the folder, with slashes. */
  path: string;
  content: Buffer;
}

export interface Folder {
  files: SpecFile[];
  /** Specs that .gitignore names. */
  leftOut: string[];
}

/** As examples/specs/runtime/specs.mjs finds them. */
const isSpec = /\.(spec|test)\.[cm]?[jt]s$/;

/** Of a ConfigMap's values together: https://kubernetes.io/docs/concepts/configuration/configmap/#motivation */
export const largestFolder = 1024 * 1024;

interface Found {
  path: string;
  size: number;
  /** Milliseconds. */
  changedAt: number;
  isRegular: boolean;
  isIgnored: boolean;
}

/** What tells a file from what it was before, by its path; throws what keeps the folder from being read. */
export function statesIn(folder: string): Map<string, string> {
  const all = allIn(folder).filter(({ isIgnored, isRegular }) => isRegular && !isIgnored);
  return new Map(all.map(({ path, size, changedAt }) => [path, `${size} ${changedAt}`]));
}

/** Throws what is wrong with it, in a sentence that says what to do. */
export function readFiles(folder: string): Folder {
  const all = allIn(folder);
  const found = all.filter(({ isIgnored, isRegular }) => isRegular && !isIgnored);
  const leftOut = all.filter(({ isIgnored, path }) => isIgnored && isSpec.test(path)).map(({ path }) => path);
  refuseTooLarge(folder, found);
  const files = found.map(({ path }) => ({
    path,
    content: readable(join(folder, path), () => readFileSync(join(folder, path))),
  }));
  return { files, leftOut };
}

/** The same, and that there is a spec in it. */
export function readFolder(folder: string): Folder {
  const { files, leftOut } = readFiles(folder);
  if (files.some(({ path }) => isSpec.test(path))) return { files, leftOut };
  throw new CannotRun(noSpec(folder, leftOut));
}

function allIn(folder: string): Found[] {
  const top = realFolder(folder);
  return [...filesBelow({ folder, top, at: top, above: [], ignored: ignoredAbove(top) })];
}

interface Place {
  /** As it was named, and without links. */
  folder: string;
  top: string;
  at: string;
  /** Without links: the folders that it is in. */
  above: readonly string[];
  ignored: Ignored;
}

function* filesBelow({ folder, top, at, above, ignored }: Place): Generator<Found> {
  const pathOf = (each: string) => relative(top, each).split(sep).join('/');
  const shown = (each: string) => join(folder, pathOf(each));
  const real = realpathSync(at);
  if (above.includes(real)) {
    throw new CannotRun(`${shown(at)} is a link to a folder that it is in. Remove it, or name it in .gitignore`);
  }
  const rules = ignoredBelow(ignored, at);
  for (const name of readable(shown(at), () => readdirSync(at)).sort()) {
    if (name.startsWith('.') || name === 'node_modules') continue;
    const each = join(at, name);
    const stats = readable(shown(each), () => statsOf(each, shown(each)));
    const isLeftOut = isIgnored(rules, each, stats.isDirectory());
    if (!isLeftOut) refuseStray(each, shown(each), top);
    if (stats.isDirectory() && !isLeftOut) {
      yield* filesBelow({ folder, top, at: each, above: [...above, real], ignored: rules });
    } else yield found(pathOf(each), stats, isLeftOut);
  }
}

/** What is neither a file nor a folder, as a pipe, would be read for ever. */
function found(path: string, stats: Stats, isLeftOut: boolean): Found {
  const isRegular = stats.isFile();
  if (!isRegular && !isLeftOut && isSpec.test(path)) throw new CannotRun(`${path} is not a file`);
  return { path, size: stats.size, changedAt: stats.mtimeMs, isRegular, isIgnored: isLeftOut };
}

function realFolder(folder: string): string {
  const stats = readable(folder, () => statSync(folder, { throwIfNoEntry: false }));
  if (stats === undefined) throw new CannotRun(`there is no folder ${folder}`);
  if (!stats.isDirectory()) throw new CannotRun(`${folder} is not a folder: name the folder that it is in`);
  return realpathSync(folder);
}

function noSpec(folder: string, leftOut: string[]): string {
  const ignored = leftOut.length === 0 ? '' : ` but ${leftOut.join(', ')}, which .gitignore names`;
  return `there is no spec file in ${folder}${ignored}. Name one as login.spec.ts or login.test.js`;
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CannotRun) throw error;
    throw new CannotRun(`${path} cannot be read: ${messageOf(error).split(', ')[0]}`);
  }
}

function refuseTooLarge(folder: string, found: readonly Found[]): void {
  const size = found.reduce((sum, each) => sum + each.size, 0);
  if (size <= largestFolder) return;
  const largest = found
    .toSorted((a, b) => b.size - a.size)
    .slice(0, 5)
    .map((each) => `${each.path} (${each.size})`);
  const what = `the files in ${folder} have ${size} bytes, and a ConfigMap holds ${largestFolder}`;
  throw new CannotRun(
    `${what}. The largest: ${largest.join(', ')}. Name in .gitignore what the test does not need, or build an image`,
  );
}
