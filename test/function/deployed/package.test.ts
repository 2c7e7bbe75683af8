/**
 * The npm package: as npm packs it, and as it installs it from a registry that has nothing else.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { read, root } from '../../support/documents.ts';
import { emptyFolder, type Folder } from './deployed.ts';

const manifest = JSON.parse(read('package.json'));
const gating = join(root, 'examples/canary-blue-green.yaml');
const allGates = 'ok: blue-green waits for its test at pre-rollout, and rolls back at once when it fails\n';
const PATH = process.env['PATH'] ?? '';

/** This Node and those on the PATH that the package is for, by version. */
function nodes(): Map<string, string> {
  const oldest = Number(/\d+/.exec(manifest.engines.node)?.[0]);
  const files = [...PATH.split(delimiter).map((folder) => join(folder, 'node')), process.execPath];
  const versions = files.map((file): [string, string] => {
    const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
    return [stdout?.trim() ?? '', file];
  });
  return new Map(versions.filter(([version]) => Number(/^v(\d+)/.exec(version)?.[1]) >= oldest));
}

function registry(tarball: Buffer): Server {
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  return createServer(({ url, headers }, response) => {
    const dist = { tarball: `http://${headers.host}/package.tgz`, integrity };
    const versions = { [manifest.version]: { ...manifest, dist } };
    const known = new Map<string | undefined, string | Buffer>([
      [`/${manifest.name}`, JSON.stringify({ 'dist-tags': { latest: manifest.version }, versions })],
      ['/package.tgz', tarball],
    ]);
    response.writeHead(known.has(url) ? 200 : 404).end(known.get(url));
  });
}

describe('The npm package', function () {
  this.timeout(60_000);
  let folder: Folder;
  let server: Server;
  let packed: { filename: string; size: number; files: { path: string }[] };
  let run: (program: 'npm' | 'npx', ...args: string[]) => Promise<{ stdout: string; stderr: string }>;
  const installed = (...path: string[]) => join(folder.path, 'node_modules', ...path);

  before(async () => {
    folder = await emptyFolder();
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder.path];
    const { stdout, status, stderr } = spawnSync('npm', pack, { cwd: root, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    [packed] = JSON.parse(stdout);
    server = registry(readFileSync(join(folder.path, packed.filename))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const settings = { npm_config_registry: `http://127.0.0.1:${port}`, npm_config_update_notifier: 'false' };
    // Nobody's own settings, and nothing that was loaded before.
    const env = { PATH, HOME: folder.path, ...settings };
    run = (program, ...args) => promisify(execFile)(program, args, { cwd: folder.path, env });
  });
  after(async () => {
    server.close();
    await folder.remove();
  });

  it('has the command line in it with its licences, and nothing of the function', () => {
    assert.deepEqual(
      packed.files.map(({ path }) => path),
      ['LICENSE', 'README.md', 'dist/cli.cjs', 'dist/cli.LICENSES.txt', 'package.json'],
    );
    // Most of it reads kubeconfigs with all their ways to sign in, as the function does.
    assert.ok(packed.size < 260_000, `${packed.size} bytes`);
  });

  it('is run by npx, which asks for it by its name', async () => {
    const { stdout } = await run('npx', '--yes', manifest.name, 'lint', gating);
    assert.equal(stdout, allGates);
  });

  it('is installed without a warning and without another package', async () => {
    const { stderr } = await run('npm', 'install', manifest.name);
    assert.doesNotMatch(stderr, /warn/i);
    assert.deepEqual(
      readdirSync(installed()).filter((name) => !name.startsWith('.')),
      [manifest.name],
    );
    assert.deepEqual(readdirSync(installed(manifest.name, 'dist')).sort(), ['cli.LICENSES.txt', 'cli.cjs']);
  });

  for (const [version, node] of nodes()) {
    it(`lints with Node ${version}, which warns of nothing`, () => {
      const command = [installed('.bin', manifest.name), 'lint', gating];
      const { status, stdout, stderr } = spawnSync(node, command, { encoding: 'utf8' });
      assert.deepEqual([status, stdout, stderr], [0, allGates, '']);
    });
  }

  it('is kubectl e2e where it is on the PATH', function () {
    if (spawnSync('kubectl', ['version', '--client']).status !== 0) this.skip();
    const env = { PATH: [installed('.bin'), PATH].join(delimiter) };
    const kubectl = (...args: string[]) => spawnSync('kubectl', ['e2e', ...args], { env, encoding: 'utf8' });
    assert.equal(kubectl('lint', gating).stdout, allGates);
    const { status, stdout } = kubectl('--help');
    assert.deepEqual([status, stdout.split('\n')[0]], [0, 'Usage: kubectl e2e COMMAND']);
  });

  it('is installed from a clone by the line of README.md, which leaves nothing there', async () => {
    const [, line = ''] = /`npm ci && (npm install [^`]+)` in a clone/.exec(read('README.md')) ?? [];
    const before = readdirSync(root);
    const prefix = join(folder.path, 'global');
    // dist/ is built, as it is after `npm ci`.
    const offline = ['--offline', '--ignore-scripts', '--prefix', prefix];
    const [, ...args] = [...line.split(' ').filter((arg) => arg !== '.'), ...offline, root];
    await run('npm', ...args);
    assert.deepEqual(readdirSync(root), before);
    const program = realpathSync(join(prefix, 'bin/kubectl-e2e'));
    assert.ok(program.startsWith(realpathSync(prefix)), 'a copy: nothing breaks when the clone goes');
    const { stdout } = spawnSync(process.execPath, [program, 'lint', gating], { encoding: 'utf8' });
    assert.equal(stdout, allGates);
  });

  it('runs nothing on the machine of who installs it', () => {
    const ofInstallation = ['preinstall', 'install', 'postinstall'];
    assert.deepEqual(
      ofInstallation.filter((script) => script in manifest.scripts),
      [],
    );
  });
});
