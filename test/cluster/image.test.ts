/**
 * The image that `knative/build/image.ts` assembles, as tar and the OCI image specification read it.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { archive, functionImage, type Image, platformOf, tar } from '../../knative/build/image.ts';
import { longestTest } from './patience.ts';
import { checkout } from './settings.ts';

const image: Image = {
  tags: ['dev.local/example:1'],
  layers: [
    [
      { path: 'bin/tool', mode: 0o755, content: 'tool' },
      { path: 'bin/alias', link: 'tool' },
    ],
    [{ path: 'app/index.cjs', content: Buffer.alloc(1000, 'x') }],
  ],
  config: { User: '65532:65532', Entrypoint: ['/bin/tool'] },
};

const list = (content: Buffer) =>
  execFileSync('tar', ['--list', '--verbose', '--file=-'], { input: content }).toString();
const extract = (content: Buffer, path: string) =>
  execFileSync('tar', ['--extract', '--to-stdout', '--file=-', path], { input: content });
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

const configOf = (content: Buffer) => {
  const [manifest] = JSON.parse(extract(content, 'manifest.json').toString());
  return JSON.parse(extract(content, manifest.Config).toString());
};

describe('an assembled image', () => {
  it('has the same bytes for the same files, in whatever order they are named', () => {
    const [first = [], ...others] = image.layers;
    const reversed = { ...image, layers: [[...first].reverse(), ...others] };
    assert.equal(sha256(archive(image)), sha256(archive(reversed)));
  });

  it('names in its config the digest of each uncompressed layer, lowest first', () => {
    const content = archive(image);
    const [manifest] = JSON.parse(extract(content, 'manifest.json').toString());
    const config = JSON.parse(extract(content, manifest.Config).toString());
    const digests = manifest.Layers.map((path: string) => `sha256:${sha256(extract(content, path))}`);
    assert.deepEqual(config.rootfs.diff_ids, digests);
    assert.deepEqual(manifest.RepoTags, image.tags);
    assert.equal(config.config.User, '65532:65532');
  });

  it('keeps modes and links, owned by root, each entry after its folder', () => {
    const lines = list(tar(image.layers[0] ?? []))
      .trim()
      .split('\n');
    assert.match(lines[0] ?? '', /^drwxr-xr-x 0\/0 .* bin\/?$/);
    assert.match(lines[1] ?? '', /^lrwxrwxrwx 0\/0 .* bin\/alias -> tool$|^lrwxr-xr-x 0\/0 .* bin\/alias -> tool$/);
    assert.match(lines[2] ?? '', /^-rwxr-xr-x 0\/0 +4 .* bin\/tool$/);
  });

  it('is for the platform whose Node is in it', () => {
    const { os, architecture } = configOf(archive(image));
    assert.deepEqual([os, architecture], ['linux', process.arch === 'x64' ? 'amd64' : process.arch]);
    assert.deepEqual(platformOf('linux', 'arm64'), { os: 'linux', architecture: 'arm64', variant: 'v8' });
    for (const [os, arch] of [
      ['darwin', 'arm64'],
      ['linux', 's390x'],
    ] as const)
      assert.throws(() => platformOf(os, arch), /docker build/);
  });

  it('is of 1970, or of the time that it is given', () => {
    const created = new Date('2026-11-27T00:00:00Z');
    assert.equal(configOf(archive(image)).created, '1970-01-01T00:00:00.000Z');
    const { history, ...config } = configOf(archive({ ...image, created }));
    assert.deepEqual([config.created, history[0].created], [created.toISOString(), created.toISOString()]);
  });

  it('refuses a path that a tar header cannot hold instead of cutting it', () => {
    assert.throws(() => tar([{ path: 'x'.repeat(101), content: '' }]), /path too long/);
  });
});

describe('knative/build/image.ts', function () {
  this.timeout(longestTest);
  const folder = mkdtempSync(join(tmpdir(), 'e2e-verifier-'));
  after(() => rmSync(folder, { recursive: true }));

  it('adds labels, and takes the time from SOURCE_DATE_EPOCH', () => {
    const output = join(folder, 'image.tar');
    const revision = 'org.opencontainers.image.revision';
    const args = ['--tag', 'dev.local/e2e-verifier:1', '--output', output, '--label', `${revision}=a=b`];
    const env = { ...process.env, SOURCE_DATE_EPOCH: '86400' };
    const { stdout } = spawnSync(process.execPath, [join(checkout, 'knative/build/image.ts'), ...args], {
      env,
      encoding: 'utf8',
    });
    assert.match(stdout, /: dev\.local\/e2e-verifier:1 for linux\/(amd64|arm64)\n$/);
    const { created, config } = configOf(readFileSync(output));
    assert.equal(created, '1970-01-02T00:00:00.000Z');
    assert.equal(config.Labels[revision], 'a=b');
    assert.equal(config.Labels['org.opencontainers.image.title'], 'k8s-e2e-verifier');
  });
});

describe('the image of the function, as a container has its files', function () {
  this.timeout(longestTest);
  const folder = mkdtempSync(join(tmpdir(), 'e2e-verifier-'));
  after(() => rmSync(folder, { recursive: true }));
  const { layers, config } = functionImage('dev.local/e2e-verifier:test', join(checkout, 'dist/index.cjs'));
  const { Entrypoint = [], Cmd = [], Env = [], User } = config;
  /** `docker run IMAGE` with these arguments. */
  const container = (...args: string[]): [program: string, args: string[]] => {
    return ['chroot', [`--userspec=${User}`, folder, ...Entrypoint, ...(args.length > 0 ? args : Cmd)]];
  };
  // The PATH is for chroot itself.
  const env = { ...Object.fromEntries(Env.map((variable) => variable.split('='))), PATH: process.env['PATH'] };

  before(() => {
    chmodSync(folder, 0o755);
    for (const layer of layers) execFileSync('tar', ['--extract', '--directory', folder], { input: tar(layer) });
    copyFileSync(join(checkout, 'examples/canary-blue-green.yaml'), join(folder, 'canary.yaml'));
  });

  it('runs the function', async () => {
    const child = spawn(...container(), { env: { ...env, PORT: '0', USE_IN_CLUSTER: 'false' } });
    const ended = once(child, 'close');
    const [first] = await once(createInterface(child.stdout), 'line');
    assert.equal(JSON.parse(first).message, 'listening');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
  });

  it('runs the command line where that is named', () => {
    const { status, stdout, stderr } = spawnSync(...container('/app/cli.cjs', 'lint', '/canary.yaml'), {
      env,
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^ok: blue-green waits for its test .*\n$/);
  });
});
