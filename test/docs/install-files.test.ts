// What `npm run install-files` writes: the objects of the manifests, with the image named in them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { imageReference, installFiles, releasedImage, textOf } from '../../knative/build/install-files.ts';
import { at, parse, type Resource, read, resources, root } from '../support/documents.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const { version, config } = JSON.parse(read('package.json'));

const keyOf = ({ kind, metadata }: Resource): string =>
  [kind, metadata.namespace, metadata.name].filter(Boolean).join(' ');
const sorted = (objects: Resource[]): Resource[] => objects.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
const imagesOf = (objects: Resource[]): unknown[] =>
  objects.flatMap((object) => at(object, 'spec', 'template', 'spec', 'containers', 0, 'image') ?? []);

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['knative/build/install-files.ts', ...args], { cwd: root, encoding: 'utf8' });
}

describe('npm run install-files', function () {
  this.timeout(30_000);
  let folder: string;
  const written = (name: string): Resource[] => resources(readFileSync(join(folder, name), 'utf8'));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'e2e-verifier-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const own = ['rbac', 'service'].flatMap((name) => resources(read(`knative/base/${name}.yaml`)));
  const plain = resources(read('examples/deployment.yaml')).filter(({ metadata }) => metadata.name === 'e2e-verifier');
  const crds = resources(read('crds/e2especs.yaml'));

  it('writes the verifier without Knative and with it, the E2ESpec alone, and the page in both ways', () => {
    const { status, stderr } = run('--output', join(folder, 'new/folder'));
    assert.equal(`${status} ${stderr}`, '0 ');
    const names = readdirSync(join(folder, 'new/folder'));
    assert.deepEqual(names.sort(), [
      'crds.yaml',
      'install-knative.yaml',
      'install.yaml',
      'status-knative.yaml',
      'status.yaml',
    ]);
    assert.deepEqual(written('new/folder/crds.yaml'), crds);
  });

  it('writes into install.yaml the E2ESpec and examples/deployment.yaml, without the account for tests', () => {
    assert.equal(run('--output', folder).status, 0);
    const objects = written('install.yaml');
    const forPeople = ['e2especs-edit', 'e2especs-view', 'canary-gatekeeper'];
    const expected = [
      ...crds,
      ...resources(read('examples/deployment.yaml')).filter(({ metadata: { name } }) =>
        ['e2e-verifier', ...forPeople].includes(name),
      ),
    ];
    assert.equal(expected.length, crds.length + plain.length + forPeople.length);
    assert.deepEqual(objects, expected);
    assert.doesNotMatch(JSON.stringify(objects), /e2e-test-runner/);
  });

  it('writes into install-knative.yaml the E2ESpec and each object of knative/base', () => {
    assert.equal(run('--output', folder).status, 0);
    const said = written('install-knative.yaml').map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    assert.deepEqual(
      said,
      [...crds, ...own].map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    );
  });

  it('writes into status.yaml and status-knative.yaml the objects of the overlays', () => {
    assert.equal(run('--output', folder).status, 0);
    const files = [
      ['status.yaml', 'status-published/deployment.yaml'],
      ['status-knative.yaml', 'status/service.yaml'],
    ] as const;
    for (const [name, running] of files) {
      const expected = ['status/rbac.yaml', running].flatMap((file) => resources(read(`knative/overlays/${file}`)));
      assert.deepEqual(
        written(name).map(({ kind, metadata }) => `${kind} ${metadata.name}`),
        expected.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      );
    }
  });

  const images: [args: string[], image: string][] = [
    [[], `${config.image}:${version}`],
    [['--image', 'registry.example.com/e2e-verifier:7'], 'registry.example.com/e2e-verifier:7'],
    [['--image', 'localhost:5000/e2e-verifier'], `localhost:5000/e2e-verifier:${version}`],
    [['--digest', digest], `${config.image}:${version}@${digest}`],
    [['--image', 'registry.example.com/x:7', '--digest', digest], `registry.example.com/x:7@${digest}`],
  ];
  for (const [args, image] of images)
    it(`names ${image} wherever an image is named${args.length > 0 ? `, with ${args.join(' ')}` : ''}`, () => {
      assert.equal(run('--output', folder, ...args).status, 0);
      for (const name of ['install.yaml', 'install-knative.yaml', 'status.yaml', 'status-knative.yaml']) {
        assert.deepEqual(imagesOf(written(name)), [image], name);
        assert.deepEqual(readFileSync(join(folder, name), 'utf8').match(/image: .*/g), [`image: ${image}`], name);
      }
    });

  const refused: [args: string[], word: RegExp][] = [
    [[], /^--output FOLDER is missing/],
    [['--output', 'x', '--digest', 'sha256:abc'], /^--digest sha256:abc: no sha256/],
    [['--output', 'x', '--image', `x@${digest}`], /the digest is told by --digest/],
    [['--output', 'x', '--image', ''], /^--image : no image has that name/],
    [['--output', 'x', '--image', 'registry.example.com/'], /^--image registry\S+: no image has that name/],
    [['--output', 'x', '--image', 'e2e verifier:7'], /^--image e2e verifier:7: no image has that name/],
    [['--output', 'x', '--tag', '7'], /Unknown option '--tag'/],
  ];
  for (const [args, word] of refused)
    it(`refuses "${args.join(' ').slice(0, 40)}", and says how it is used`, () => {
      const { status, stderr } = run(...args);
      assert.equal(status, 2);
      assert.match(stderr, word);
      assert.match(stderr, /usage: npm run install-files -- --output FOLDER/);
    });

  it('says at the top of each file what it brings, and the command that takes it', () => {
    assert.equal(run('--output', folder).status, 0);
    for (const { name, what } of installFiles(releasedImage)) {
      const [first, second] = readFileSync(join(folder, name), 'utf8').split('\n');
      assert.equal(first, `# k8s-e2e-verifier ${version}: ${what}.`);
      assert.equal(second, `# kubectl apply --server-side -f ${name}`);
    }
  });

  for (const document of ['README.md', 'docs/install.md'])
    it(`writes, as ${document} calls it, the file that is applied next, with the image in it`, () => {
      const [, options = '', output = '', applied = ''] =
        /^npm run install-files -- (--image \S+) --output (\S+)\nkubectl apply --server-side -f (\S+)$/m.exec(
          read(document),
        ) ?? [];
      const [, image = ''] = options.split(' ');
      assert.equal(run('--output', folder, ...options.split(' ')).status, 0);
      assert.deepEqual(imagesOf(written(relative(output, applied))), [image]);
    });

  describe('as kubectl has it', () => {
    before(function () {
      if (spawnSync('kubectl', ['version', '--client']).status === 0) return;
      console.log('      no kubectl on this machine: what it makes of the same manifests is not compared');
      this.skip();
    });

    function kustomize(kustomization: Record<string, unknown>): Resource[] {
      writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
      const { stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
      assert.equal(stderr, '');
      return resources(stdout);
    }

    for (const tag of [{ newTag: '7' }, { newTag: '7', digest }])
      it(`gives in install-knative.yaml what kubectl kustomize knative gives for ${JSON.stringify(tag)}`, () => {
        const [{ name }] = at(parse(read('knative/base/kustomization.yaml'))[0], 'images') as [{ name: string }];
        const images = [{ name: 'dev.local/e2e-verifier', newName: 'registry.example.com/x', ...tag }];
        assert.equal(name, 'e2e-verifier');
        const rendered = kustomize({ resources: [relative(folder, join(root, 'knative'))], images });
        const image = imageReference('registry.example.com/x:7', tag.digest);
        const [, file] = installFiles(image);
        assert.equal(file?.name, 'install-knative.yaml');
        assert.deepEqual(sorted(file?.objects ?? []), sorted([...crds, ...rendered]));
      });

    /** The objects of a file as `kubectl apply` reads them, without a cluster. */
    function readByKubectl(file: string): Resource[] {
      const args = ['patch', '--local', '-f', file, '--type=merge', '-p', '{}', '-o', 'json'];
      const { stdout, stderr } = spawnSync('kubectl', args, { cwd: folder, encoding: 'utf8' });
      assert.equal(stderr, '');
      return stdout.split(/(?<=^\})\n(?=\{)/m).map((object) => JSON.parse(object));
    }

    it('is read by kubectl as it was meant', () => {
      assert.equal(run('--output', folder).status, 0);
      for (const { name, objects } of installFiles(releasedImage)) assert.deepEqual(readByKubectl(name), objects, name);
    });

    it('is read by kubectl as text where YAML 1.1 has another meaning for it', () => {
      const data = { switch: 'on', answer: 'no', letter: 'y' };
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'words' }, data };
      writeFileSync(join(folder, 'words.yaml'), textOf({ name: 'words.yaml', what: 'words', objects: [object] }));
      assert.deepEqual(readByKubectl('words.yaml'), [object]);
    });
  });
});
