/**
 * What is deployed: few files, small, the same at every build, and quick to start without being in need of it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { kubernetesReasons, ownReasons } from '../../../function/api/reasons.ts';
import { type Built, type BuiltFunction, buildFunction } from '../../../knative/build/bundle.ts';
import { cacheOf } from '../../../knative/build/compile.ts';
import { functionImage } from '../../../knative/build/image.ts';
import { root } from '../../support/documents.ts';
import { build, emptyFolder, type Folder, start } from './deployed.ts';

// 5 % above what it was when this was written: the bounds, the checks of whose objects are read, and the table of secrets are
// worth what they cost of a cold start; 7 kB by which a verdict finds its way to a sink; 13 kB by which a person opens a gate
// and is told how; and 8 kB by which a test is run outside a rollout. Whoever raises it says what is.
const largestBundle = 855_000;

const script = (name: string) => join(root, 'knative/build', name);
const accepts = script('accepts.ts');
const warmUp = script('warm-up.ts');

describe('The bundle', function () {
  this.timeout(30_000);
  let folder: Folder;
  let index: string;
  let built: BuiltFunction;
  before(async function () {
    // Two builds, on a machine that may be busy.
    this.timeout(120_000);
    folder = await emptyFolder();
    index = await build(folder);
    built = await buildFunction(join(folder.path, 'again'));
  });
  after(() => folder.remove());

  /** A copy of the deployed files, to be spoiled. */
  async function copy(): Promise<Folder & { index: string; bundle: string; cache: string }> {
    const { path, remove } = await emptyFolder();
    for (const file of await deployed()) await cp(join(folder.path, file), join(path, file));
    const bundle = join(path, basename(built.bundle));
    return { path, remove, index: join(path, 'index.cjs'), bundle, cache: cacheOf(bundle) };
  }

  const deployed = async () => (await readdir(folder.path)).filter((file) => file !== 'again').sort();

  async function isReady(file: string): Promise<void> {
    const { url, child, ended } = await start(file, {});
    const response = await fetch(`${url}/health/readiness`);
    assert.deepEqual([response.status, (await response.text()).trim().toLowerCase()], [200, 'e2e-verifier is up']);
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
  }

  const takesCache = (bundle: string) => spawnSync(process.execPath, [accepts, bundle], { env: {} }).status === 0;

  it('starts in a folder of four files without node_modules, and is ready', async () => {
    const names = (await deployed()).map((file) => file.replace(/-\w{12}\./, '-{hash}.'));
    assert.deepEqual(names, ['function-{hash}.cache', 'function-{hash}.cjs', 'index.cjs', 'sink-{hash}.cjs']);
    await isReady(index);
  });

  it('is the same, byte by byte and in its name, when it is built again somewhere else', async () => {
    const again = dirname(built.bundle);
    for (const file of (await deployed()).filter((name) => name.endsWith('.cjs'))) {
      assert.ok((await readFile(join(again, file))).equals(await readFile(join(folder.path, file))), file);
    }
  });

  it('names no folder of the machine it was built on', async () => {
    const text = await readFile(built.bundle, 'utf8');
    assert.ok(!text.includes(folder.path));
    assert.ok(!text.includes(process.cwd()));
  });

  it('is written in ASCII, as its start reads it', async () => {
    assert.match(await readFile(built.bundle, 'utf8'), /^[\0-\x7f]*$/);
  });

  it('has of each reason what answers say, and not what documents alone do', async () => {
    const text = await readFile(built.bundle, 'utf8');
    for (const [reason, { meaning, advice }] of Object.entries({ ...ownReasons, ...kubernetesReasons })) {
      assert.ok(text.includes(reason), reason);
      assert.ok(!text.includes(meaning), meaning);
      for (const [, words] of advice) assert.ok(text.includes(words), words);
    }
  });

  it(`is not larger than ${largestBundle} bytes`, async () => {
    const { length } = await readFile(built.bundle);
    assert.ok(length <= largestBundle, `${length} bytes`);
  });

  it('is built in a second or two, because next to nothing is read for it that does not stay', () => {
    const bytes = Object.values(built.metafile.inputs).reduce((sum, input) => sum + input.bytes, 0);
    assert.ok(bytes < 3 * largestBundle, `${bytes} bytes`);
  });

  it('has no other npm packages in it than these', () => {
    assert.deepEqual(packagesOf(built), allowed);
  });

  it('has the SDK for CloudEvents in the file that is loaded for a sink, with what that needs, and nowhere else', () => {
    const needed = ['ajv', 'ajv-formats', 'bignumber.js', 'cloudevents', 'json-bigint', 'uuid'];
    assert.deepEqual(packagesOf(built.sink), needed);
    assert.deepEqual(
      packagesOf(built).filter((name) => needed.includes(name)),
      [],
    );
  });

  it('has a code cache that its Node takes', async () => {
    assert.ok(takesCache(join(folder.path, basename(built.bundle))));
  });

  it('is in the image with its start, its code cache and what is loaded for a sink, and nothing else', () => {
    const [, app = []] = functionImage('dev.local/e2e-verifier:test', index).layers;
    const files = [index, built.bundle, cacheOf(built.bundle), built.sink.bundle];
    const names = files.map((file) => `app/${basename(file)}`);
    assert.deepEqual(app.map(({ path }) => path).sort(), names.sort());
  });

  it('is in no image whose Node does not take its code cache', async () => {
    const files = await copy();
    await rm(files.cache);
    assert.throws(() => functionImage('dev.local/e2e-verifier:test', files.index), /npm run build, with that Node/);
    await files.remove();
  });

  const spoiled: { title: string; spoil(files: { bundle: string; cache: string }): Promise<void> }[] = [
    { title: 'without its code cache', spoil: ({ cache }) => rm(cache) },
    { title: 'with an empty code cache', spoil: ({ cache }) => writeFile(cache, '') },
    {
      title: 'with a code cache that has one wrong byte',
      async spoil({ cache }) {
        const content = await readFile(cache);
        const middle = Math.floor(content.length / 2);
        content.writeUInt8(content.readUInt8(middle) ^ 0xff, middle);
        await writeFile(cache, content);
      },
    },
    {
      title: 'with half a code cache',
      async spoil({ cache }) {
        const content = await readFile(cache);
        await writeFile(cache, content.subarray(0, content.length / 2));
      },
    },
    {
      title: 'with the code cache of another bundle of the same length',
      async spoil({ bundle }) {
        const text = await readFile(bundle, 'utf8');
        await writeFile(bundle, text.replace('e2e-verifier is up', 'e2e-verifier is UP'));
      },
    },
    {
      title: 'with the code cache of a Node that compiles otherwise',
      async spoil({ bundle }) {
        const { status } = spawnSync(process.execPath, ['--no-opt', warmUp, bundle], { env: {} });
        assert.equal(status, 0);
      },
    },
  ];
  for (const { title, spoil } of spoiled) {
    it(`starts ${title}`, async () => {
      const files = await copy();
      try {
        await spoil(files);
        assert.ok(!takesCache(files.bundle));
        await isReady(files.index);
      } finally {
        await files.remove();
      }
    });
  }
});

function packagesOf({ metafile }: Built): string[] {
  const [output] = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint !== undefined);
  const packages = Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  return [...new Set(packages)].sort();
}

const allowed = names(`
  // what the verifier is built with
  @google-cloud/functions-framework @kubernetes/client-node winston
  // of client-node: credentials and proxies
  agent-base hpagent ip-address jose js-yaml jsonpath-plus oauth4webapi openid-client rfc4648 smart-buffer socks
  socks-proxy-agent
  // of winston
  @dabh/diagnostics async fecha fn.name inherits is-stream logform one-time safe-stable-stringify stack-trace triple-beam
  winston-transport
  // of Functions Framework, most of them by Express
  accepts body-parser bytes content-disposition content-type cookie cookie-signature ee-first encodeurl escape-html
  etag express finalhandler forwarded fresh http-errors ipaddr.js is-promise media-typer merge-descriptors mime-db
  mime-types minimist ms negotiator on-finished once parseurl path-to-regexp proxy-addr range-parser raw-body router
  send serve-static setprototypeof statuses toidentifier type-is unpipe vary wrappy
`);

function names(text: string): string[] {
  return text
    .replaceAll(/^ *\/\/.*$/gm, '')
    .split(/\s+/)
    .filter(Boolean)
    .sort();
}
