// The documents say what is so: their YAML is taken by the API server, and their links and commands lead somewhere.
// Their tables: tables.test.ts.
import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Canary } from '../../function/api/canary.ts';
import type { Spec } from '../../function/api/e2espec.ts';
import { lint } from '../../function/lint/lint.ts';
import { appliedExamples, parse, type Resource, read, resources, root } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { anchorOf } from './anchors.ts';
import { coreProblems } from './core.ts';
import { checker, customResources } from './schema.ts';

/** Every page that people read, and what else there is in Markdown outside of test/. */
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'RELEASING.md',
  'knative/README.md',
  'knative/chart/README.md',
  ...globSync(['docs/*.md', 'examples/README.md', 'examples/*/README.md'], { cwd: root }).sort(),
];
const testDocuments = ['test/cluster/README.md', 'test/bench/README.md', 'test/support/embedded/README.md'];

interface Block {
  title: string;
  text: string;
  /** Marked with `<!-- fragment: why -->`: no object of a cluster. */
  isFragment: boolean;
}

const blocks: Block[] = documents.flatMap((file) =>
  [...read(file).matchAll(/(<!-- fragment: .+ -->\s+)?```yaml\n([\s\S]*?)```/g)].map(
    ([, fragment, text = ''], index) => ({
      title: `${file}, YAML block ${index + 1}`,
      text,
      isFragment: fragment !== undefined,
    }),
  ),
);
const objects = blocks.filter(({ isFragment }) => !isFragment);

const checkers = new Map(
  ['crds/e2especs.yaml', 'test/fixtures/crds/flagger.yaml', 'test/fixtures/crds/knative-service.yaml']
    .flatMap(customResources)
    .map((resource) => [`${resource.apiVersion}/${resource.kind}`, checker(resource)]),
);

function problems(document: Resource): string[] {
  const check = checkers.get(`${document.apiVersion}/${document.kind}`);
  return check ? check(document).map(({ message }) => message) : coreProblems(document);
}

describe('the YAML of the documents', () => {
  it('is there, and can be parsed', () => {
    assert.ok(objects.length >= 3);
    for (const { text, title } of blocks) assert.ok(parse(text).length > 0, title);
  });

  for (const { title, text } of objects)
    it(`${title} is what the API server takes, with no unknown field`, () => {
      for (const document of resources(text)) assert.deepEqual(problems(document), [], document.kind);
    });

  it("has a quick start whose Canary's webhooks gate, and wait just long enough", () => {
    const found = objects.filter(({ title }) => title.startsWith('README.md')).flatMap(({ text }) => resources(text));
    const only = (kind: string): Resource => {
      const [one, ...more] = found.filter((document) => document.kind === kind);
      assert.ok(one !== undefined && more.length === 0, `one ${kind}`);
      return one;
    };
    const spec = only('E2ESpec')['spec'] as Spec;
    const check = (canary: object): string[] =>
      lint(canary as Canary, { specOf: () => spec, retryAfterSeconds: 10 }).map(({ message }) => message);
    const canary = only('Canary');
    assert.deepEqual(check(canary), []);
    const impatient = JSON.stringify(canary).replace(/"retries":(\d+)/, (_, retries) => `"retries":${retries - 1}`);
    assert.match(check(JSON.parse(impatient)).join(), /retries: 59 .* Use 60/);
  });

  describe('on the embedded API', () => {
    let kubernetes: EmbeddedKubernetes;
    before(async () => {
      kubernetes = await startEmbeddedKubernetes();
    });
    after(() => kubernetes.stop());

    const files = appliedExamples().map((file) => ({ title: file, text: read(file) }));
    for (const { title, text } of [...objects, ...files])
      it(`${title} is applied`, async () => {
        for (const document of resources(text)) {
          const { namespace = 'default' } = document.metadata;
          const home = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
          await kubernetes.apply(home);
          const { metadata } = await kubernetes.apply(document);
          assert.ok(metadata.uid, `${document.kind} ${document.metadata.name}`);
        }
      });
  });
});

const anchors = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('the documents', () => {
  for (const file of [...documents, ...testDocuments, 'CHANGELOG.md'])
    it(`${file} has no relative link that leads nowhere`, () => {
      const links = [...read(file).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
      for (const link of links) {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? file : join(dirname(file), path);
        assert.ok(existsSync(join(root, target)), `${link} in ${file}`);
        if (anchor) assert.ok(anchors(read(target)).includes(anchor), `${link} in ${file}`);
      }
    });

  it('are short: README.md has 200 lines at most', () => {
    assert.ok(read('README.md').trimEnd().split('\n').length <= 200);
  });

  it('are found: README.md leads to every page of docs/', () => {
    const pages = globSync('docs/*.md', { cwd: root }).sort();
    assert.ok(pages.length > 10);
    const readme = read('README.md');
    assert.deepEqual(
      pages.filter((page) => !readme.includes(`](${page}`)),
      [],
    );
  });

  it('name only scripts that package.json has, and files that can be run', () => {
    const { scripts, bin } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    for (const file of [...documents, ...testDocuments]) {
      for (const [, name = ''] of read(file).matchAll(/npm run ([\w:-]+)/g))
        assert.ok(scripts?.[name], `npm run ${name}`);
      for (const [, path = ''] of read(file).matchAll(/\bnode ([\w/]+\.ts)/g))
        assert.ok(existsSync(join(root, path)), path);
      for (const [, name = ''] of read(file).matchAll(/npx (k8s[\w-]+)/g)) assert.ok(bin?.[name], `npx ${name}`);
    }
  });

  it('say of every room of function/, and of every file beside them, what it is', () => {
    const entries = readdirSync(join(root, 'function'), { withFileTypes: true });
    const said = read('docs/architecture.md');
    const missing = entries
      .map((entry) => (entry.isDirectory() ? `\`${entry.name}/\`` : `\`${entry.name}\``))
      .filter((name) => !said.includes(name));
    assert.deepEqual(missing, []);
  });
});
