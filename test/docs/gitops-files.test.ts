// examples/gitops/: each file is what Flux and Argo CD take, and fits the folder and the chart that it names.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { evaluate } from '@marcbachmann/cel-js';
import { Ajv } from 'ajv';
import { at, parse, type Resource, read, resources, root, yamlFiles } from '../support/documents.ts';
import { coreProblems } from './core.ts';
import { name, renderedText, skipWithoutKubectl } from './fleet.ts';
import { checker, customResources } from './schema.ts';

const checkers = new Map(
  ['test/fixtures/crds/flux.yaml', 'test/fixtures/crds/argo-cd.yaml']
    .flatMap(customResources)
    .map((resource) => [`${resource.apiVersion}/${resource.kind}`, checker(resource)]),
);
const files = yamlFiles('examples/gitops');
const only = (file: string, kind: string, named?: string): Resource => {
  const found = resources(read(`examples/gitops/${file}`)).filter(
    (each) => each.kind === kind && (named === undefined || each.metadata.name === named),
  );
  assert.equal(found.length, 1, `one ${kind} in ${file}`);
  return found[0] as Resource;
};

describe('examples/gitops', () => {
  it('has Flux and Argo CD, each with the verifier and a fleet', () => {
    const ofArgo = ['argocd-cm', 'fleet', 'fleet-by-namespace', 'verifier'].map((each) => `argo-cd/${each}`);
    const all = [...ofArgo, 'flux/fleet', 'flux/verifier'].map((each) => `examples/gitops/${each}.yaml`).sort();
    assert.deepEqual(files, all);
  });

  for (const file of files)
    it(`${file} is what the API server takes, with no unknown field`, () => {
      for (const document of resources(read(file))) {
        const check = checkers.get(`${document.apiVersion}/${document.kind}`);
        const problems = check ? check(document).map(({ message }) => message) : coreProblems(document);
        assert.deepEqual(problems, [], name(document));
      }
    });

  it('is refused where a field is misspelt', () => {
    const document = only('flux/fleet.yaml', 'Kustomization', 'fleet');
    const misspelt = { ...document, spec: { ...(document['spec'] as object), pathh: './fleet' } };
    const check = checkers.get(`${document.apiVersion}/Kustomization`) ?? assert.fail();
    assert.match(
      check(misspelt)
        .map(({ message }) => message)
        .join(),
      /spec\.pathh/,
    );
  });
});

describe('The verifier by GitOps', () => {
  const release = () => only('flux/verifier.yaml', 'HelmRelease');
  const application = () => only('argo-cd/verifier.yaml', 'Application');
  const chart = () => parse(read('knative/chart/Chart.yaml'))[0];

  it('is the chart of this repository, at this version', () => {
    assert.equal(normalize(String(at(release(), 'spec', 'chart', 'spec', 'chart'))), 'knative/chart');
    assert.equal(at(application(), 'spec', 'source', 'path'), 'knative/chart');
    const tag = `v${at(chart(), 'version')}`;
    assert.equal(at(only('flux/verifier.yaml', 'GitRepository'), 'spec', 'ref', 'tag'), tag);
    assert.equal(at(application(), 'spec', 'source', 'targetRevision'), tag);
  });

  it('has the address that all webhooks of the examples call', () => {
    assert.deepEqual(
      [at(release(), 'spec', 'releaseName'), at(release(), 'spec', 'targetNamespace')],
      ['e2e-verifier', 'default'],
    );
    const { spec } = application();
    assert.deepEqual(
      [at(spec, 'source', 'helm', 'releaseName'), at(spec, 'destination', 'namespace')],
      ['e2e-verifier', 'default'],
    );
  });

  it('has values that the chart takes, and a mode, which nothing can find out where Git is rendered', () => {
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(
      JSON.parse(read('knative/chart/values.schema.json')),
    );
    for (const values of [
      at(release(), 'spec', 'values'),
      at(application(), 'spec', 'source', 'helm', 'valuesObject'),
    ]) {
      assert.ok(validate(values), JSON.stringify(validate.errors));
      assert.equal(at(values, 'mode'), 'deployment');
    }
    assert.ok(!validate({ mod: 'deployment' }), 'what is no value is refused');
  });
});

describe('A fleet by GitOps', () => {
  const folders = readdirSync(join(root, 'examples/fleet'), { withFileTypes: true })
    .filter((each) => each.isDirectory())
    .map((each) => each.name);

  it('is an Application for each folder that is a namespace, and for no other', () => {
    const set = only('argo-cd/fleet-by-namespace.yaml', 'ApplicationSet');
    const directories = at(set, 'spec', 'generators', 0, 'git', 'directories') as { path: string; exclude?: boolean }[];
    assert.deepEqual(directories[0], { path: 'fleet/*' });
    const excluded = directories.filter(({ exclude }) => exclude).map(({ path }) => path.replace('fleet/', ''));
    assert.deepEqual(
      folders.filter((each) => !excluded.includes(each)),
      ['shop'],
    );
    for (const each of excluded) assert.ok(folders.includes(each), each);
  });

  it('renders to the same where each namespace is rendered by itself, with the component', function () {
    skipWithoutKubectl(this);
    const set = only('argo-cd/fleet-by-namespace.yaml', 'ApplicationSet');
    const [component = ''] = at(set, 'spec', 'template', 'spec', 'source', 'kustomize', 'components') as string[];
    const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
    try {
      cpSync(join(root, 'examples/fleet'), folder, { recursive: true });
      const whole = renderedText(folder);
      // As Argo CD does it: into the kustomization of the folder.
      const file = join(folder, 'shop/kustomization.yaml');
      writeFileSync(file, `${read('examples/fleet/shop/kustomization.yaml')}components: [${component}]\n`);
      assert.equal(renderedText(join(folder, 'shop')), whole);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('may have the component added by a Kustomization of Flux, too', () => {
    const document = only('flux/fleet.yaml', 'Kustomization', 'fleet');
    const spec = { ...(document['spec'] as object), path: './fleet/shop', components: ['../wiring'] };
    assert.deepEqual(checkers.get(`${document.apiVersion}/Kustomization`)?.({ ...document, spec }), []);
  });

  const fleet = () => only('flux/fleet.yaml', 'Kustomization', 'my-app');
  const phases: [phase: string, status: string][] = [
    ['Initializing', 'inProgress'],
    ['Initialized', 'current'],
    ['Waiting', 'inProgress'],
    ['Progressing', 'inProgress'],
    ['WaitingPromotion', 'inProgress'],
    ['Promoting', 'inProgress'],
    ['Finalising', 'inProgress'],
    ['Succeeded', 'current'],
    ['Failed', 'failed'],
    ['Terminating', 'inProgress'],
  ];
  for (const [phase, status] of phases)
    it(`takes a Canary that is ${phase} for ${status}, and for nothing else`, () => {
      const [rules] = (at(fleet(), 'spec', 'healthCheckExprs') as Record<string, string>[]).filter(
        ({ kind }) => kind === 'Canary',
      );
      const holding = ['current', 'inProgress', 'failed'].filter(
        (each) => evaluate(rules?.[each] ?? '', { status: { phase } }) === true,
      );
      assert.deepEqual(holding, [status]);
    });
});
