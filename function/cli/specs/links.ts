/**
 * Links in a folder: to what is in it alone. What lies elsewhere, as /etc/passwd, is nothing that somebody who names the folder
 * means to send into a cluster.
 */
import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { CannotRun } from '../problem.ts';

/** Of what a link leads to. `shown`: as people know it. */
export function statsOf(path: string, shown: string): Stats {
  const stats = lstatSync(path);
  if (!stats.isSymbolicLink()) return stats;
  try {
    return statSync(path);
  } catch (error) {
    const where = broken[error instanceof Error && 'code' in error ? String(error.code) : ''];
    throw where === undefined ? error : new CannotRun(`${shown} is a link ${where}. Remove it`);
  }
}

const broken: Record<string, string> = { ELOOP: 'that leads to itself', ENOENT: 'to what is not there' };

/** `top`: the folder, without links. */
export function refuseStray(path: string, shown: string, top: string): void {
  if (!lstatSync(path).isSymbolicLink()) return;
  const real = realpathSync(path);
  const below = relative(top, real);
  if (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below)) return;
  throw new CannotRun(
    `${shown} is a link that leads out of the folder, to ${real}. Put in its place what it leads to, or name it in .gitignore`,
  );
}
