// The folder to copy for those who only want to write spec files: what kustomize makes of it is what `render` prints.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Spec } from '../../function/api/e2espec.ts';
import { readFolder } from '../../function/cli/specs/folder.ts';
import { objectsOf } from '../../function/cli/specs/objects.ts';
import { toYaml } from '../../function/cli/specs/render.ts';
import { runner } from '../../function/cli/specs/runner.ts';
import { at, parse, type Resource, read, root } from '../support/documents.ts';

const folder = 'examples/specs';
const specOf = (objects: Resource[]) => objects.find(({ kind }) => kind === 'E2ESpec')?.['spec'] as Spec;
const dataOf = (objects: Resource[], name: string | undefined) =>
  at(
    objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name),
    'data',
  ) as Record<string, string>;

/** As `kubectl apply -k` has it. */
function kustomize(path: string): Resource[] {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', path], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  // As kubectl has it: to YAML 1.2 a plain 0o7 is a number.
  return parseAllDocuments(stdout, { version: '1.1' }).map((document) => document.toJS() as Resource);
}

describe('examples/specs', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'specs-example-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('gives by kustomize what render prints: the same files at the same paths, run in the same way', () => {
    const made = kustomize(join(root, folder));
    const { e2eSpec, configMaps } = objectsOf(readFolder(join(root, folder, 'specs')).files, runner, {
      name: 'my-app',
      serviceAccountName: 'e2e-specs',
    });
    const [program, specs] = specOf(made).configMaps ?? [];
    assert.deepEqual(specOf(made), {
      ...e2eSpec.spec,
      configMaps: [
        { ...program, mountPath: '/e2e' },
        { ...specs, mountPath: '/specs' },
      ],
    });
    assert.deepEqual(
      [program, specs].map((mount) => dataOf(made, mount?.name)),
      configMaps.map(({ data }) => data),
    );
  });

  it('names another ConfigMap when a file has changed, in the E2ESpec too', () => {
    cpSync(join(root, folder), home, { recursive: true });
    const namesIn = () => specOf(kustomize(home)).configMaps?.map(({ name }) => name) ?? [];
    const [program, before] = namesIn();
    writeFileSync(join(home, 'specs/http.ts'), '// changed\n');
    const [same, after] = namesIn();
    assert.equal(same, program);
    assert.notEqual(after, before);
  });

  it('has a component that needs nothing beside it, and finds the names in a podTemplate too', () => {
    cpSync(join(root, folder, 'runtime'), join(home, 'runtime'), { recursive: true });
    const volumes = [{ name: 'runner', configMap: { name: 'e2e-specs-runner' } }];
    const spec = { image: 'node:24', podTemplate: { spec: { volumes } } };
    const e2eSpec = { apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', metadata: { name: 'shop' }, spec };
    writeFileSync(join(home, 'e2espec.yaml'), JSON.stringify(e2eSpec));
    writeFileSync(
      join(home, 'kustomization.yaml'),
      JSON.stringify({ resources: ['e2espec.yaml'], components: ['runtime'] }),
    );
    const made = kustomize(home);
    const [volume] = specOf(made).podTemplate?.spec?.volumes ?? [];
    assert.equal(dataOf(made, volume?.configMap?.name)['specs.mjs'], read(`${folder}/runtime/specs.mjs`));
  });

  it('is read by kubectl as it was rendered, whatever is in the files', () => {
    const contents = ['', 'a', 'a\n\n\n', '   a\nb\n', '\ta\n', 'a  \nb\t\n', 'a\r\nb\r\n', 'yes', '1_000', '0o7', '~'];
    const more = [
      `a: b # c "d" 'e'`,
      '---\na\n...\n',
      'Grüße, 世界 🌍\n',
      '\ufeffa',
      'a\u0085b\u2028c\n',
      'a\u0000b',
      '\n',
      ' \n',
    ];
    const files = [...contents, ...more].map((text, n) => ({ path: `${n}.spec.js`, content: Buffer.from(text) }));
    const objects = objectsOf(files, runner, { name: 'shop' });
    writeFileSync(join(home, 'rendered.yaml'), toYaml(objects));
    writeFileSync(join(home, 'kustomization.yaml'), JSON.stringify({ resources: ['rendered.yaml'] }));
    const asRead = kustomize(home);
    for (const each of [...objects.configMaps, objects.e2eSpec])
      assert.deepEqual(
        asRead.find(({ kind, metadata }) => kind === each.kind && metadata.name === each.metadata.name),
        each,
      );
  });

  it('has every spec and helper in its kustomization', () => {
    const [{ files }] = at(parse(read(`${folder}/kustomization.yaml`))[0], 'configMapGenerator') as [
      { files: string[] },
    ];
    assert.deepEqual(
      files,
      readdirSync(join(root, folder, 'specs')).map((name) => `specs/${name}`),
    );
  });

  it('fits a screen with its README', () => {
    assert.ok(read(`${folder}/README.md`).split('\n').length <= 60);
  });

  it('has a Dockerfile in which packages are found from /specs, and files that are there', () => {
    const copied = [...read(`${folder}/Dockerfile`).matchAll(/^COPY (.*) \S+$/gm)].flatMap(([, from = '']) =>
      from.split(' '),
    );
    const own = ['package.json', 'package-lock.json'];
    for (const name of copied.filter((each) => !own.includes(each)))
      assert.ok(readdirSync(join(root, folder)).includes(name.split('/')[0] ?? ''), name);
    assert.deepEqual(copied.slice(0, 2), own);
    assert.match(read(`${folder}/Dockerfile`), /npm ci --prefix \/ /);
    assert.match(read(`${folder}/Dockerfile`), /^CMD \["node", "\/e2e\/specs\.mjs", "\/specs"\]$/m);
  });

  describe('on an address', () => {
    let server: Server;
    before(() => {
      server = createServer(({ url }, response) => {
        response.statusCode = url === '/' ? 200 : 404;
        response.end(url === '/' ? 'version good' : '');
      });
      return new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    after(() => server.close());

    function run(url: string | undefined): Promise<{ status: number | null; output: string }> {
      mkdirSync(join(home, 'specs'), { recursive: true });
      for (const name of ['http.spec.ts', 'http.ts'])
        cpSync(join(root, folder, 'specs', name), join(home, 'specs', name));
      const args = [join(root, folder, 'runtime/specs.mjs'), join(home, 'specs')];
      const env = { PATH: process.env['PATH'], TERMINATION_LOG: join(home, 'result'), ...(url && { CANARY_URL: url }) };
      return new Promise((resolve) => {
        const child = spawn(process.execPath, args, { env });
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (part) => {
            output += String(part);
          });
        child.on('close', (status) => resolve({ status, output }));
      });
    }

    it('passes its HTTP checks', async () => {
      const { port } = server.address() as AddressInfo;
      const { status, output } = await run(`http://127.0.0.1:${port}`);
      assert.equal(status, 0, output);
    });

    it('says what to do without one', async () => {
      const { status, output } = await run(undefined);
      assert.equal(status, 1);
      assert.match(output, /CANARY_URL is not set: kubectl e2e test specs --canary NAME, or --url URL/);
    });
  });
});
