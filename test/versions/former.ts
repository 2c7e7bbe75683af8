/**
 * The bundle of an earlier commit, built with the packages of this checkout, in a folder of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/documents.ts';

/** Resolves to the path of the file that starts it. */
export function buildFormer(commit: string, folder: string): string {
  const checkout = join(folder, commit);
  mkdirSync(checkout);
  const parts = ['function', 'knative', 'package.json', 'tsconfig.json'];
  const archive = execFileSync('git', ['archive', commit, ...parts], { cwd: root, maxBuffer: 1 << 28 });
  execFileSync('tar', ['-x', '-C', checkout], { input: archive });
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  execFileSync(process.execPath, [join(checkout, 'knative/build/bundle.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(checkout, 'dist/index.cjs');
}
