/**
 * Where in a file a part of an object is written, in every way in which YAML lets people write it.
 */
import assert from 'node:assert/strict';
import { type Path, readManifests, SyntaxProblem } from '../../../../function/cli/manifests/manifests.ts';

const canary = `apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: podinfo
  namespace: shop
spec:
  targetRef: {kind: Deployment, name: podinfo}
  analysis:
    webhooks:
      - name: load
        url: http://loadtester/
      - url: http://e2e-verifier.default/pre-rollout
        name: e2e
        metadata:
          "suite": smoke
`;
const e2eSpec = 'apiVersion: remarkable.com/v1\nkind: E2ESpec\nmetadata: {name: podinfo}\nspec:\n  image: busybox\n';
const webhook = (index: number, ...more: Path): Path => ['spec', 'analysis', 'webhooks', index, ...more];

const indented = (text: string, by: string) => text.replaceAll(/^(?=.)/gm, by);
const flow = '{"kind": "Canary", "metadata": {"name": "a"}, "spec": {"targetRef": {"kind": "D", "name": "a"},';

const places: { what: string; text: string; path: Path; at: string }[] = [
  { what: 'the whole', text: canary, path: [], at: '1:1' },
  { what: 'a key with a block', text: canary, path: ['spec', 'analysis'], at: '8:3' },
  { what: 'an item of a list', text: canary, path: webhook(1), at: '12:9' },
  { what: 'a key in an item, which is not the first', text: canary, path: webhook(1, 'name'), at: '13:9' },
  { what: 'a key in quotes', text: canary, path: webhook(1, 'metadata', 'suite'), at: '15:11' },
  { what: 'a key in braces', text: canary, path: ['spec', 'targetRef', 'name'], at: '7:33' },
  { what: 'a key that is missing: what it is missing in', text: canary, path: webhook(0, 'type'), at: '10:9' },
  { what: 'what is missing further up', text: canary, path: ['spec', 'service', 'port'], at: '6:1' },
  { what: 'an item that is missing', text: canary, path: webhook(7, 'url'), at: '9:5' },
  { what: 'the second document', text: `${e2eSpec}---\n${canary}`, path: webhook(1), at: '18:9' },
  { what: 'lines that end as on Windows', text: canary.replaceAll('\n', '\r\n'), path: webhook(1, 'name'), at: '13:9' },
  {
    what: 'an item of a List',
    text: `kind: List\nitems:\n- ${indented(canary, '  ').trimStart()}`,
    path: webhook(1, 'url'),
    at: '14:11',
  },
  {
    what: 'JSON',
    text: `${flow}\n  "analysis": {"webhooks": [{"name": "e2e",\n    "url": "http://v/pre-rollout"}]}}}`,
    path: webhook(0, 'url'),
    at: '3:5',
  },
  {
    what: 'an alias: where its anchor is',
    text: canary
      .replace('spec:', 'spec:\n  unused: &more\n    interval: 1m')
      .replace(/analysis:.*/s, 'analysis: *more\n'),
    path: ['spec', 'analysis', 'interval'],
    at: '8:5',
  },
];

describe('A manifest', () => {
  for (const { what, text, path, at } of places) {
    it(`knows where ${what} is written`, () => {
      const [manifest] = readManifests(text).canaries;
      const { line, column } = manifest?.positionOf(path) ?? assert.fail('no Canary');
      assert.equal(`${line}:${column}`, at);
    });
  }

  it('has the namespace that is written, and none where none is', () => {
    const { canaries, e2eSpecs } = readManifests(`${canary}---\n${e2eSpec}`);
    assert.deepEqual(
      [canaries, e2eSpecs].map(([one]) => one?.namespace),
      ['shop', undefined],
    );
  });

  it('may take keys from an anchor, as kubectl has it', () => {
    const merged = canary.replace(
      'targetRef: {',
      'targetRef:\n    <<: &app {kind: Deployment}\n    name: podinfo\n  x: {',
    );
    assert.deepEqual(readManifests(merged).misshapen, []);
  });

  const passedOver = {
    'an empty document': '---\n',
    'a text': 'just words\n',
    'a list': '- op: replace\n  path: /kind\n',
    'another kind': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    'a Canary of somebody else': 'apiVersion: example.com/v1\nkind: Canary\nmetadata: {name: a}\nspec: 1\n',
    'a definition of Canaries': 'kind: CustomResourceDefinition\nspec: {names: {kind: Canary}}\n',
    'a List without items': 'kind: List\n',
  };
  for (const [what, text] of Object.entries(passedOver)) {
    it(`is not ${what}`, () => {
      const none = { canaries: [], e2eSpecs: [], namespaces: [], misshapen: [], templates: [] };
      assert.deepEqual(readManifests(text), none);
      assert.equal(readManifests(`${text}\n---\n${canary}`).canaries.length, 1);
    });
  }

  it('has no field that is null, as the API server has it', () => {
    const { canaries, misshapen } = readManifests(canary.replace('"suite": smoke', 'suite: smoke\n          note:'));
    assert.deepEqual(misshapen, []);
    assert.deepEqual(canaries[0]?.object.spec.analysis?.webhooks?.[1]?.metadata, { suite: 'smoke' });
  });

  const misshapen = [
    { spec: 'spec: 1', at: '3:1', says: 'spec must be an object', isPart: true },
    { spec: 'spec: {}', at: '3:1', says: 'spec.targetRef must be an object', isPart: true },
    {
      spec: 'spec: {targetRef: {kind: 1}}',
      at: '3:20',
      says: 'spec.targetRef.kind must be a string, which 1 is not without quotes. Write "1"',
      isPart: false,
    },
    {
      spec: 'spec:\n  targetRef: {kind: D, name: a}\n  analysis: {webhooks: [{name: b, url: 1}]}',
      at: '5:35',
      says: 'spec.analysis.webhooks[0].url must be a string, which 1 is not without quotes. Write "1"',
      isPart: false,
    },
  ];
  for (const { spec, at, says, isPart } of misshapen) {
    it(`is none where ${says}, and says where`, () => {
      const { misshapen: found, canaries } = readManifests(`kind: Canary\nmetadata: {name: a}\n${spec}\n`);
      const [line, column] = at.split(':').map(Number);
      assert.deepEqual(canaries, []);
      assert.deepEqual(found, [{ position: { line, column }, message: `Canary a: ${says}`, isPart }]);
    });
  }

  const flux = (variable: string) => `$\{${variable}}`;
  const host = 'http://e2e-verifier.default';
  const templates: { what: string; text: string; at: string; of: string; isNamed: boolean }[] = [
    {
      what: 'an action of Helm in quotes',
      text: canary.replace(host, '"http://{{ .Values.host }}').replace('/pre-rollout', '/pre-rollout"'),
      at: '12:9',
      of: 'Helm',
      isNamed: true,
    },
    {
      what: 'a key that is an action of Helm',
      text: canary.replace('interval', 'x').replace('webhooks:', 'interval: {{ .Values.interval }}\n    webhooks:'),
      at: '9:5',
      of: 'Helm',
      isNamed: true,
    },
    { what: 'a variable of Flux', text: canary.replace(host, flux('E2E')), at: '12:9', of: 'Flux', isNamed: true },
    {
      what: 'a variable of Flux for a number',
      text: canary.replace('        name: e2e', `        name: e2e\n        retries: ${flux('RETRIES:=218')}`),
      at: '14:9',
      of: 'Flux',
      isNamed: true,
    },
    {
      what: 'a variable for its name',
      text: canary.replace('podinfo', flux('APP')),
      at: '4:3',
      of: 'Flux',
      isNamed: false,
    },
    {
      what: 'a variable for its namespace',
      text: canary.replace('shop', flux('NS')),
      at: '5:3',
      of: 'Flux',
      isNamed: true,
    },
    {
      what: 'a variable for the E2ESpec',
      text: canary.replace('"suite": smoke', `e2espec: ${flux('APP')}`),
      at: '15:11',
      of: 'Flux',
      isNamed: true,
    },
    {
      what: 'a variable for an image',
      text: e2eSpec.replace('busybox', flux('IMAGE')),
      at: '5:3',
      of: 'Flux',
      isNamed: true,
    },
  ];
  for (const { what, text, at, of, isNamed } of templates) {
    it(`is a template of ${of} with ${what}`, () => {
      const { canaries, e2eSpecs, misshapen, templates: found } = readManifests(text);
      assert.deepEqual([canaries, e2eSpecs, misshapen], [[], [], []]);
      assert.deepEqual(
        found.map(({ position: { line, column }, ...rest }) => ({ at: `${line}:${column}`, ...rest })),
        [{ at, of, kind: text.includes('Canary') ? 'Canary' : 'E2ESpec', ...(isNamed && { name: 'podinfo' }) }],
      );
    });
  }

  const noTemplates = {
    'what a hook hands to others': canary.replace('smoke', `"curl -o {{ .x }} ${flux('HOME')}"`),
    'what a test runs': `${e2eSpec}  args: ["echo {{ .x }} \${HOME}"]\n  env: [{name: A, value: "\${B}"}]\n`,
    'what is in its pod': `${e2eSpec}  podTemplate: {metadata: {annotations: {a: "{{ .x }}"}}}\n`,
    'an annotation': canary.replace('  name: podinfo', '  annotations: {a: "{{ .x }}"}\n  name: podinfo'),
    'a status': `${canary}status: {phase: "\${x}"}\n`,
  };
  for (const [what, text] of Object.entries(noTemplates)) {
    it(`is no template for ${what}`, () => {
      const { canaries, e2eSpecs, templates: found } = readManifests(text);
      assert.deepEqual([canaries.length + e2eSpecs.length, found], [1, []]);
    });
  }

  // kubectl reads YAML 1.1: https://yaml.org/type/bool.html
  for (const word of ['yes', 'No', 'ON', 'off', 'y', 'n', 'true']) {
    it(`is none with ${word} for a text, which kubectl takes for a boolean`, () => {
      const { canaries, misshapen: found } = readManifests(canary.replace('smoke', word));
      assert.deepEqual(canaries, []);
      assert.deepEqual(found, [
        {
          position: { line: 15, column: 11 },
          message: `Canary podinfo: spec.analysis.webhooks[1].metadata.suite must be a string, which ${word} is not without quotes. Write "${word}"`,
          isPart: false,
        },
      ]);
      assert.equal(readManifests(canary.replace('smoke', `"${word}"`)).canaries.length, 1);
    });
  }

  it('says the same of a number, as it is written', () => {
    const [found] = readManifests(canary.replace('smoke', '1.10')).misshapen;
    assert.match(found?.message ?? '', /suite must be a string, which 1\.10 is not without quotes\. Write "1\.10"$/);
  });

  it('keeps as text what only looks like a boolean, and finds a key that is one', () => {
    const [{ object } = assert.fail()] = readManifests(canary.replace('smoke', 'yEs')).canaries;
    assert.deepEqual(object.spec.analysis?.webhooks?.[1]?.metadata, { suite: 'yEs' });
    const [manifest] = readManifests(canary.replace('"suite"', 'on')).canaries;
    const { line, column } = manifest?.positionOf(webhook(1, 'metadata', 'true')) ?? assert.fail();
    assert.deepEqual([line, column], [15, 11]);
  });

  const broken: { what: string; text: string; at: string; says: RegExp }[] = [
    { what: 'a bracket that is not closed', text: 'kind: Canary\nspec: [1,\n', at: '3:1', says: /flow/i },
    { what: 'a key that is there twice', text: 'kind: Canary\nkind: Canary\n', at: '2:1', says: /unique/ },
    { what: 'an anchor that is not there', text: '---\nkind: *what\n', at: '2:1', says: /what/ },
    { what: 'aliases that grow without end', text: billionLaughs(), at: '1:1', says: /alias/ },
  ];
  for (const { what, text, at, says } of broken) {
    it(`cannot be read with ${what}`, () => {
      assert.throws(
        () => readManifests(text),
        (error) => {
          assert.ok(error instanceof SyntaxProblem, String(error));
          assert.match(error.message, says);
          assert.equal(`${error.position.line}:${error.position.column}`, at);
          return true;
        },
      );
    });
  }
});

function billionLaughs(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level++) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`);
  }
  return lines.join('\n');
}
