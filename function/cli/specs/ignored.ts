/**
 * What .gitignore names: that of the folder, those of its sub-folders, and those above it up to the root of its repository.
 * https://git-scm.com/docs/gitignore
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

interface Rules {
  folder: string;
  rules: Ignore;
}

/** From the outermost to the innermost, which has the last word. */
export type Ignored = readonly Rules[];

/** `folder`: without links. Where it is ignored itself, somebody has named it all the same. */
export function ignoredAbove(folder: string): Ignored {
  const all = foldersAbove(folder).reduce<Ignored>(ignoredBelow, []);
  return isIgnored(all, folder, true) ? [] : all;
}

export function ignoredBelow(all: Ignored, folder: string): Ignored {
  const file = join(folder, '.gitignore');
  if (!existsSync(file)) return all;
  const rules = ignore({ ignorecase: false }).add(readFileSync(file, 'utf8'));
  return [...all, { folder, rules }];
}

export function isIgnored(all: Ignored, path: string, isFolder: boolean): boolean {
  return all.reduce((isSoFar, { folder, rules }) => {
    const below = relative(folder, path).split(sep).join('/');
    const { ignored, unignored } = rules.test(isFolder ? `${below}/` : below);
    return ignored || (isSoFar && !unignored);
  }, false);
}

/** Those of its repository; none where it is in none. */
function foldersAbove(folder: string): string[] {
  const above = [];
  for (let each = folder; !existsSync(join(each, '.git')); each = dirname(each)) {
    if (dirname(each) === each) return [];
    above.unshift(dirname(each));
  }
  return above;
}
