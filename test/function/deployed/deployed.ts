/**
 * The bundle as it is deployed: built from the sources of this checkout in a folder of its own, without node_modules,
 * and started as a process with nothing but an environment.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { root } from '../../support/documents.ts';

export interface Folder {
  path: string;
  remove(): Promise<void>;
}

export async function emptyFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'e2e-verifier-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** What `npm run build` makes of these sources; resolves to the path of the file that starts it. */
export async function build({ path }: Folder): Promise<string> {
  const checkout = join(path, 'checkout');
  await mkdir(checkout);
  for (const each of ['function', 'knative', 'examples', 'package.json', 'tsconfig.json']) {
    await cp(join(root, each), join(checkout, each), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
  await promisify(execFile)(process.execPath, [join(checkout, 'knative/build/bundle.ts')]);
  const dist = join(checkout, 'dist');
  for (const file of await readdir(dist)) {
    if (/^(index|(function|sink)-.*)\.(cjs|cache)$/.test(file)) await copyFile(join(dist, file), join(path, file));
  }
  await rm(checkout, { recursive: true });
  return join(path, 'index.cjs');
}

export interface Deployed {
  url: string;
  lines: string[];
  child: ChildProcess;
  /** The exit code; null when a signal ended it. */
  ended: Promise<number | null>;
}

/** A process of the bundle; its lines are those of its standard output and error. */
export function run(bundle: string, env: Record<string, string>): Omit<Deployed, 'url'> {
  const child = spawn(process.execPath, [bundle], { env, cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (line) => lines.push(line));
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  return { child, lines, ended };
}

/** Resolves once it listens. */
export async function start(bundle: string, env: Record<string, string>): Promise<Deployed> {
  const running = run(bundle, { PORT: '0', USE_IN_CLUSTER: 'false', ...env });
  for (let tries = 0; tries < 200; tries++) {
    const port = running.lines.flatMap((line) => /"port":(\d+)/.exec(line)?.[1] ?? [])[0];
    if (port !== undefined) return { ...running, url: `http://127.0.0.1:${port}` };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  running.child.kill('SIGKILL');
  throw new Error(`it does not listen: ${running.lines.join('\n')}`);
}
