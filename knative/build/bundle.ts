/**
 * `npm run build`: dist/. Four of its files are the function, and start without node_modules.
 *
 * - `function-{hash}.cjs`, all of the function in one file. CommonJS, because an ES module's import of node:http alone
 *   costs a cold start more than 20 ms (https://github.com/nodejs/node/issues/59686)
 * - `function-{hash}.cache`, what V8 makes of it, so that a cold start need not compile. For this very Node only, and
 *   the only one of them that has other bytes each time
 * - `index.cjs`, which starts the one with the help of the other
 * - `sink-{hash}.cjs`, which brings CloudEvents to a sink, and is loaded with the first of them
 *
 * Beside them cli.cjs, the command line, which is in the image and in the npm package; status.cjs, the page, which is in the
 * image; and the licences of what is in each.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { licenseOfNode, licensesOf } from './licenses.ts';
import { withoutMeanings } from './reasons.ts';
import { slim } from './slim.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const options = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  // licenses.ts has them whole.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

export interface Built {
  /** The path of function-{hash}.cjs, sink-{hash}.cjs, cli.cjs or status.cjs. */
  bundle: string;
  metafile: Metafile;
}

export interface BuiltFunction extends Built {
  sink: Built;
}

export async function buildFunction(folder: string): Promise<BuiltFunction> {
  mkdirSync(folder, { recursive: true });
  const sink = await buildNamed(folder, 'sink', { entryPoints: ['function/sink/deliver.ts'] });
  const built = await buildNamed(
    folder,
    'function',
    {
      entryPoints: ['function/index.ts'],
      plugins: [slim, withoutMeanings, loaded('../sink/deliver.ts', sink.bundle)],
      // Where it is anything else, npm modules load more, and tell callers more about errors.
      define: { 'process.env.NODE_ENV': '"production"' },
      // vm.Script has no import().
      supported: { 'dynamic-import': false },
    },
    licenseOfNode(),
  );
  await build({
    ...options,
    entryPoints: ['knative/build/start.ts'],
    outfile: join(folder, 'index.cjs'),
    target: 'node20',
    define: { BUNDLE: JSON.stringify(basename(built.bundle)) },
  });
  return { ...built, sink };
}

/** With the hash of its content in its name; esbuild's own [hash] is another one in another folder. */
async function buildNamed(
  folder: string,
  kind: string,
  own: Pick<BuildOptions, 'entryPoints' | 'plugins' | 'define' | 'supported'>,
  licenses?: string[],
): Promise<Built> {
  const named = { ...options, ...own, outfile: `${kind}.cjs`, target: 'node24' };
  const { metafile, outputFiles } = await build({ ...named, write: false });
  const code = outputFiles.find(({ path }) => path.endsWith('.cjs'))?.contents ?? '';
  const name = `${kind}-${createHash('sha256').update(code).digest('hex').slice(0, 12)}`;
  const bundle = join(folder, `${name}.cjs`);
  writeFileSync(bundle, code);
  writeFileSync(join(folder, `${name}.LICENSES.txt`), licensesOf(metafile, root, licenses));
  return { bundle, metafile };
}

/** What is imported by this path is a bundle beside the function's own. */
function loaded(path: string, bundle: string): Plugin {
  return {
    name: `load ${path}`,
    setup: ({ onResolve }) =>
      onResolve({ filter: /^/ }, (args) =>
        args.path === path && args.kind === 'dynamic-import'
          ? { path: `./${basename(bundle)}`, external: true }
          : undefined,
      ),
  };
}

/** What `render` and `test` bring along is in the bundle as text. */
const specRunner: Plugin = {
  name: 'runner of spec files',
  setup: ({ onLoad }) =>
    onLoad({ filter: /cli[\\/]specs[\\/]runner\.ts$/ }, () => {
      const text = readFileSync(join(root, 'examples/specs/runtime/specs.mjs'), 'utf8');
      return { contents: `export const runner = ${JSON.stringify(text)};` };
    }),
};

function versionOfPackage(): string {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}

/** For whichever Node the user has. */
export async function buildCli(folder: string): Promise<Built> {
  const bundle = join(folder, 'cli.cjs');
  const { metafile } = await build({
    ...options,
    entryPoints: ['function/cli/main.ts'],
    outfile: bundle,
    target: 'node20',
    // What a kubeconfig may need is loaded when one does.
    plugins: [slim, specRunner],
    define: { VERSION: JSON.stringify(versionOfPackage()) },
  });
  writeFileSync(join(folder, 'cli.LICENSES.txt'), licensesOf(metafile, root));
  return { bundle, metafile };
}

/** For the Node of the image. Nobody waits for its start but a person, so it has no code cache. */
export async function buildStatus(folder: string): Promise<Built> {
  mkdirSync(folder, { recursive: true });
  const bundle = join(folder, 'status.cjs');
  const { metafile } = await build({
    ...options,
    entryPoints: ['function/status/main.ts'],
    outfile: bundle,
    target: 'node24',
    plugins: [slim],
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  writeFileSync(join(folder, 'status.LICENSES.txt'), licensesOf(metafile, root, licenseOfNode()));
  return { bundle, metafile };
}

/** A cache is a help and no need: without one a build is as good. */
function warmUp(bundle: string): void {
  const script = fileURLToPath(new URL('warm-up.ts', import.meta.url));
  // Not the environment of the build: NODE_OPTIONS can bring flags, and V8 rejects a cache that was made under others.
  const { status } = spawnSync(process.execPath, [script, bundle], { env: {}, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) console.error('There is no code cache: the function will start slower.');
}

if (import.meta.main) {
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  await Promise.all([buildFunction(dist).then(({ bundle }) => warmUp(bundle)), buildCli(dist), buildStatus(dist)]);
}
