// docs/status-page.md: its tables are what the page reads and hands out, and its manifests are what it says of them.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readStatusConfig } from '../../function/status/config.ts';
import { states } from '../../function/status/row.ts';
import { matterWords, stateWords } from '../../function/status/words.ts';
import { at, parse, read, resources, root } from '../support/documents.ts';
import { coreProblems } from './core.ts';

const document = read('docs/status-page.md');
const rowsAfter = (heading: string): string[][] => {
  const [, table = ''] = new RegExp(`\\| ${heading} \\|.*\\n\\| ---.*\\n((?:\\|.*\\n)+)`).exec(document) ?? [];
  return table
    .trim()
    .split('\n')
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
};
const names = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
const overlay = (file: string) => resources(read(`knative/overlays/${file}`));

describe('docs/status-page.md', () => {
  it('names exactly the variables that are read, with their defaults', () => {
    const said = rowsAfter('variable').map(([name, fallback]) => [names(name)[0], fallback?.replaceAll('`', '')]);
    const source = read('function/status/config.ts');
    const readThere = [
      ...source.matchAll(/\b([A-Z]+(?:_[A-Z]+)*)(?:: place)? = ''|CLUSTER_NAME: clusterName|integer\('(\w+)'/g),
    ];
    const variables = readThere.map(
      ([all, plain, number]) => plain ?? number ?? (all.startsWith('CLUSTER') ? 'CLUSTER_NAME' : all),
    );
    assert.deepEqual(said.map(([name]) => name).sort(), [...new Set(variables)].sort());
    const { port, silence, namespaces, clusterName, verifierUrl } = readStatusConfig({ USE_IN_CLUSTER: 'false' });
    const defaults = { NAMESPACES: namespaces[0], CLUSTER_NAME: clusterName, VERIFIER_URL: verifierUrl };
    const expected = Object.entries(defaults).map(([name, value]) => [name, value || 'none']);
    const numbers = { TIME_TO_REPORT_PROBLEM: silence / 60, PORT: port };
    const all = [
      ...expected,
      ...Object.entries(numbers).map(([name, value]) => [name, String(value)]),
      ['USE_IN_CLUSTER', 'true'],
    ];
    assert.deepEqual(said.sort(), all.sort());
  });

  it('names each field of a row, and none that there is not', () => {
    const [, body = ''] = /export interface Row \{\n([\s\S]*?)\n\}/.exec(read('function/status/row.ts')) ?? [];
    const fields = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, field = '']) => field);
    const said = rowsAfter('field').flatMap(([cell]) =>
      names(cell).flatMap((name) => /^rows\[\]\.(\w+)$/.exec(name)?.[1] ?? []),
    );
    assert.ok(fields.length > 20);
    assert.deepEqual(said.sort(), fields.sort());
  });

  it('names each state and each matter as the page does', () => {
    const titles = rowsAfter('state').map(([title]) => title);
    assert.deepEqual(
      titles,
      states.map((state) => stateWords[state].title),
    );
    const matters = Object.values(matterWords).filter(({ short }) => short !== '');
    assert.deepEqual(
      rowsAfter('for').map(([short, long]) => ({ short, long })),
      matters,
    );
  });

  it('shows pictures that are there, and small', () => {
    const pictures = [...document.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = '']) => path);
    assert.equal(pictures.length, 3);
    for (const path of pictures) assert.ok(existsSync(join(root, 'docs', path)), path);
  });

  it('patches with its login what the overlay has', () => {
    const [, text = ''] =
      /<!-- fragment: part of a kustomization over [\w/-]+ -->\n```yaml\n([\s\S]*?)```/.exec(document) ?? [];
    const patches = at(parse(text)[0], 'patches') as { target: { kind: string; name: string } }[];
    const [ingress] = overlay('status-published/ingress.yaml');
    assert.deepEqual(
      patches.map(({ target }) => target),
      [{ kind: ingress?.kind, name: ingress?.metadata.name }],
    );
    assert.ok(at(ingress, 'metadata', 'annotations'));
  });
});

describe('The manifests of the page', () => {
  const running = ['status/service.yaml', 'status-published/deployment.yaml'].map((file) => {
    const [object] = overlay(file);
    return { file, pod: at(object, 'spec', 'template', 'spec') };
  });

  it('grant its account two lists, and nothing else', () => {
    const role = overlay('status/rbac.yaml').find(({ kind }) => kind === 'ClusterRole');
    assert.deepEqual(at(role, 'rules'), [
      { apiGroups: ['remarkable.com'], resources: ['e2especs'], verbs: ['list'] },
      { apiGroups: ['flagger.app'], resources: ['canaries'], verbs: ['list'] },
    ]);
  });

  it('run the same in both ways, with variables that the page takes', () => {
    const containers = running.map(({ pod }) => at(pod, 'containers', 0) as Record<string, unknown>);
    const [knative = {}, plain = {}] = containers;
    for (const field of ['image', 'args', 'env', 'resources', 'securityContext']) {
      assert.deepEqual(knative[field], plain[field], field);
    }
    const env = (knative['env'] as { name: string; value: string }[]).map(({ name, value }) => [name, value]);
    assert.equal(
      readStatusConfig({ ...Object.fromEntries(env), USE_IN_CLUSTER: 'false' }).verifierUrl,
      'http://e2e-verifier.default',
    );
    for (const { pod } of running) assert.equal(at(pod, 'serviceAccountName'), 'e2e-status');
  });

  it('have no field that Kubernetes does not know', () => {
    for (const file of ['status/rbac.yaml', 'status-published/deployment.yaml'])
      for (const object of overlay(file)) assert.deepEqual(coreProblems(object), [], `${object.kind}`);
  });

  it('name the host in one place', () => {
    const files = ['kustomization', 'deployment', 'ingress', 'httproute', 'host'];
    const naming = files.filter((file) =>
      read(`knative/overlays/status-published/${file}.yaml`).includes('status.example.com'),
    );
    assert.deepEqual(naming, ['host']);
  });
});
