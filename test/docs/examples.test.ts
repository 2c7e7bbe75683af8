// Every example is a file that kubectl apply takes as it stands, and wired so that it gates.
import assert from 'node:assert/strict';
import type { Canary } from '../../function/api/canary.ts';
import type { Spec } from '../../function/api/e2espec.ts';
import { lint } from '../../function/lint/lint.ts';
import {
  appliedExamples,
  at,
  isKustomization,
  type Resource,
  read,
  resources,
  yamlFiles,
} from '../support/documents.ts';
import { coreProblems } from './core.ts';
import { checker, customResources } from './schema.ts';

const checkers = new Map(
  ['crds/e2especs.yaml', 'test/fixtures/crds/flagger.yaml', 'test/fixtures/crds/knative-service.yaml']
    .flatMap(customResources)
    .map((resource) => [`${resource.apiVersion}/${resource.kind}`, checker(resource)]),
);

function problems(document: Resource): string[] {
  const check = checkers.get(`${document.apiVersion}/${document.kind}`);
  return check ? check(document).map(({ message }) => message) : coreProblems(document);
}

interface Hook {
  type: string;
  url: string;
  timeout: string;
  retries?: number;
  muteAlert?: boolean;
}

const files = appliedExamples();
const documentsOf = (file: string): Resource[] => resources(read(file));
const only = (documents: Resource[], kind: string): Resource => {
  const found = documents.filter((document) => document.kind === kind);
  assert.equal(found.length, 1, `one ${kind}`);
  return found[0] as Resource;
};
const hooksOf = (canary: Resource): Hook[] => at(canary, 'spec', 'analysis', 'webhooks') as Hook[];
/** Of each type, in the order of the webhooks. */
const wiringOf = (canary: Resource): Record<string, string> => {
  const paths: Record<string, string> = {};
  for (const { type, url } of hooksOf(canary)) {
    const path = url.replace('http://e2e-verifier.default', '');
    paths[type] = paths[type] === undefined ? path : `${paths[type]} and ${path}`;
  }
  return paths;
};
const number = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback);

describe('the examples', () => {
  for (const file of [...files, ...yamlFiles('knative/base').filter((name) => !isKustomization(name))])
    it(`${file} is what the API server takes, with no unknown field`, () => {
      for (const document of documentsOf(file))
        assert.deepEqual(problems(document), [], `${document.kind} ${document.metadata.name}`);
    });

  it('are refused when a field is unknown or has a value outside of its bounds', () => {
    const [canary] = documentsOf('examples/canary-blue-green.yaml').filter(({ kind }) => kind === 'Canary');
    const text = JSON.stringify(canary);
    const refused = (change: (json: string) => string): string =>
      problems(JSON.parse(change(text)) as Resource).join('\n');
    assert.match(
      refused((json) => json.replace('"iterations"', '"itterations"')),
      /spec\.analysis\.itterations/,
    );
    assert.match(
      refused((json) => json.replace('"timeout":"30s"', '"timeout":"1h"')),
      /timeout.*pattern/,
    );
    assert.match(
      refused((json) => json.replace('"rollback"', '"roll-back"')),
      /webhooks\.2\.type/,
    );
    const [deployment] = documentsOf('examples/canary-blue-green.yaml');
    assert.ok(deployment);
    assert.match(coreProblems({ ...deployment, sepc: {} }).join(), /unknown fields/);
  });

  it('use every field of an E2ESpec', () => {
    const [e2e] = customResources('crds/e2especs.yaml');
    const specs = files.flatMap(documentsOf).filter(({ kind }) => kind === 'E2ESpec');
    const used = new Set(specs.flatMap((document) => Object.keys(document['spec'] as object)));
    assert.deepEqual([...used].sort(), Object.keys(e2e?.schema.properties?.['spec']?.properties ?? {}).sort());
  });
});

const confirmRollout = { 'confirm-rollout': '/confirm-rollout' };
const rollback = { rollback: '/rollback' };
const preRollout = { ...confirmRollout, 'pre-rollout': '/pre-rollout', ...rollback };
const gate = { 'confirm-traffic-increase': '/confirm-traffic-increase', ...rollback };
const wirings: [file: string, provider: string, target: string, wiring: Record<string, string>][] = [
  ['canary-blue-green.yaml', 'kubernetes', 'Deployment', preRollout],
  [
    'canary-blue-green-confirm-promotion.yaml',
    'kubernetes',
    'Deployment',
    { ...confirmRollout, 'confirm-promotion': '/confirm-promotion', ...rollback },
  ],
  ['canary-weights.yaml', 'gatewayapi:v1', 'Deployment', { ...confirmRollout, ...gate }],
  [
    'canary-weights-webhook.yaml',
    'gatewayapi:v1',
    'Deployment',
    { ...confirmRollout, 'pre-rollout': '/webhook', ...gate },
  ],
  ['canary-ab-testing.yaml', 'gatewayapi:v1', 'Deployment', preRollout],
  ['canary-external-name.yaml', 'kubernetes', 'Service', preRollout],
  ['canary-daemonset.yaml', 'kubernetes', 'DaemonSet', preRollout],
  ['canary-knative.yaml', 'knative', 'Service', preRollout],
  ['canary-webhook-alone-does-not-gate.yaml', 'kubernetes', 'Deployment', { 'pre-rollout': '/webhook' }],
  ['flagger-integration.yaml', 'kubernetes', 'Deployment', { ...preRollout, 'post-rollout': '/post-rollout' }],
  [
    'canary-every-hook.yaml',
    'gatewayapi:v1',
    'Deployment',
    {
      'confirm-rollout': '/gate/approve',
      'pre-rollout': '/pre-rollout',
      rollout: '/rollout',
      'confirm-traffic-increase': '/gate/approve',
      'confirm-promotion': '/gate/check',
      'post-rollout': '/post-rollout',
      rollback: '/rollback/check and /rollback',
      event: '/event',
    },
  ],
  ['demo/canary.yaml', 'kubernetes', 'Deployment', preRollout],
];

describe('the example canaries', () => {
  it('are all in the table of this test and in that of examples/README.md', () => {
    const canaries = files.filter((file) => documentsOf(file).some(({ kind }) => kind === 'Canary'));
    assert.deepEqual(canaries.sort(), wirings.map(([file]) => `examples/${file}`).sort());
    const readme = read('examples/README.md');
    // those have a README of their own: results.test.ts, artifacts.test.ts, specs-example.test.ts, tasks.test.ts, platform.test.ts
    for (const file of files.filter(
      (name) => !/^examples\/(results|artifacts|specs|tasks|periodic|platform)\//.test(name),
    ))
      assert.ok(readme.includes(`(${file.replace('examples/', '')})`), `${file} has a link`);
  });

  for (const [file, provider, target, wiring] of wirings)
    describe(file, () => {
      const documents = documentsOf(`examples/${file}`);
      const canary = only(documents, 'Canary');
      const specs = file.startsWith('demo/') ? yamlFiles('examples/demo').flatMap(documentsOf) : documents;
      const named = hooksOf(canary).map((hook) => at(hook, 'metadata', 'e2espec'));
      const tests = specs.filter(
        ({ kind, metadata: { name } }) => kind === 'E2ESpec' && [canary.metadata.name, ...named].includes(name),
      );

      it('has the provider, the hooks and the paths of its wiring', () => {
        assert.equal(at(canary, 'spec', 'provider'), provider);
        assert.deepEqual(wiringOf(canary), wiring);
      });

      it('brings its target and its E2ESpec along', () => {
        const reference = at(canary, 'spec', 'targetRef');
        assert.equal(at(reference, 'kind'), target);
        assert.ok(
          documents.some(
            ({ apiVersion, kind, metadata }) =>
              apiVersion === at(reference, 'apiVersion') && kind === target && metadata.name === at(reference, 'name'),
          ),
        );
        assert.ok(tests.length > 0);
      });

      it('ticks every 10 s and bears two checks that cost one', () => {
        assert.equal(at(canary, 'spec', 'analysis', 'interval'), '10s');
        assert.ok(number(at(canary, 'spec', 'analysis', 'threshold'), 0) >= 3);
      });

      it('asks often enough to outlast its test', () => {
        for (const { url, retries } of hooksOf(canary).filter(({ url }) => url.endsWith('/pre-rollout')))
          for (const { spec } of tests) {
            const runs = number(at(spec, 'inconclusiveRetries'), 2) + 1;
            const calls = (runs * (number(at(spec, 'activeDeadlineSeconds'), 600) + 60)) / 10;
            assert.ok(number(retries, 0) >= calls * 1.1, `${url} needs ${calls} retries and 10 %`);
          }
      });

      it('has a timeout long enough for a cold start, and no alert where waiting is no news', () => {
        for (const { type, timeout, muteAlert } of hooksOf(canary)) {
          // What is asked at each tick has to fit into one.
          assert.match(timeout, type === 'rollout' ? /^9s$/ : /^(30s|15m)$/);
          assert.equal(muteAlert ?? false, type === 'confirm-traffic-increase' || type === 'confirm-promotion');
        }
      });

      it('has nothing that lint finds, nor any advice, but where it shows a fault', () => {
        const specOf = (name: string) =>
          tests.find(({ metadata }) => metadata.name === name)?.['spec'] as Spec | undefined;
        const specNames = tests.map(({ metadata }) => metadata.name);
        const found = lint(canary as unknown as Canary, { specOf, specNames, retryAfterSeconds: 10 });
        const says = file.includes('does-not-gate') ? [/^no rollback hook calls/, /^\/webhook answers 202/] : [];
        assert.equal(found.length, says.length, found.map(({ message }) => message).join('\n'));
        for (const [index, pattern] of says.entries()) assert.match(found[index]?.message ?? '', pattern);
      });

      it('has two iterations at least, where iterations decide', () => {
        assert.ok(number(at(canary, 'spec', 'analysis', 'iterations'), 2) >= 2);
      });
    });
});
