// knative/Dockerfile cannot be built here. What can be: that all it copies is there, and that it makes the image of
// knative/image.ts, which the tests on a cluster run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { functionImage, tar } from '../../knative/image.ts';
import { at, read, resources, root } from './documents.ts';

type Instruction = [name: string, rest: string];

const instructions: Instruction[] = read('knative/Dockerfile')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]);
const lastFrom = instructions.findLastIndex(([name]) => name === 'FROM');
const final = instructions.slice(lastFrom);
const only = (name: string): string => {
  const [one, ...more] = final.filter((instruction) => instruction[0] === name);
  assert.ok(one !== undefined && more.length === 0, `one ${name}`);
  return one[1];
};
const [, ...copied] = only('COPY').split(' ').slice(0, -1);

const kept = read('.dockerignore')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));

const bundle = join(root, 'dist/index.cjs');
const image = functionImage('dev.local/e2e-verifier:test', bundle);
const [, app = []] = image.layers;

describe('knative/Dockerfile', function () {
  this.timeout(60_000);

  it('begins with the Node.js that the project is tested with, and has no shell in the end', () => {
    const [major] = JSON.parse(read('package.json')).devDependencies.node.split('.');
    const images = instructions.filter(([name]) => name === 'FROM').map(([, rest]) => rest);
    assert.deepEqual(images, [`node:${major}-slim AS build`, `gcr.io/distroless/nodejs${major}-debian13:nonroot`]);
  });

  it('copies what the build makes, the files of knative/image.ts with their licences, and nothing else', () => {
    for (const path of copied) assert.ok(existsSync(join(root, path.replace(/^\/src\//, ''))), path);
    const files = copied.map((path) => basename(path));
    assert.deepEqual(files, [...app.map(({ path }) => basename(path)), `${basename(bundle)}.LEGAL.txt`]);
    assert.equal(only('WORKDIR'), image.config.WorkingDir);
    assert.ok(only('COPY').endsWith(` ${image.config.WorkingDir}/`));
  });

  it('has the user, the environment and the program of knative/image.ts', () => {
    assert.equal(only('USER'), image.config.User);
    assert.ok(image.config.Env?.includes(only('ENV')));
    const [, ...program] = JSON.parse(only('ENTRYPOINT')) as string[];
    assert.deepEqual(program, image.config.Entrypoint?.slice(1));
  });

  it('has a user that the kubelet takes for one that is not root', () => {
    const [service] = resources(read('knative/base/service.yaml'));
    const context = at(service, 'spec', 'template', 'spec', 'containers', 0, 'securityContext');
    assert.equal(at(context, 'runAsNonRoot'), true);
    assert.match(only('USER'), /^[1-9]\d*(:\d+)?$/);
  });

  it('gets, past .dockerignore, all that the bundle is made from, and makes the same bytes of it', () => {
    const context = mkdtempSync(join(tmpdir(), 'e2e-verifier-'));
    try {
      for (const path of kept) {
        mkdirSync(dirname(join(context, path)), { recursive: true });
        cpSync(join(root, path), join(context, path), { recursive: true });
      }
      symlinkSync(join(root, 'node_modules'), join(context, 'node_modules'));
      const { prepare, build } = JSON.parse(read('package.json')).scripts;
      assert.equal(prepare, 'npm run build');
      const { status, stderr } = spawnSync('sh', ['-c', build], { cwd: context, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      assert.ok(readFileSync(join(context, 'dist/index.cjs')).equals(readFileSync(bundle)));
    } finally {
      rmSync(context, { recursive: true });
    }
  });
});

describe('the image of knative/image.ts', function () {
  this.timeout(120_000);

  it('is less than 70 MB to pull', () => {
    // Registries get it better compressed than that.
    const bytes = image.layers.reduce((sum, layer) => sum + gzipSync(tar(layer), { level: 1 }).length, 0);
    assert.ok(bytes < 70e6, `${bytes} bytes`);
  });
});
