/**
 * The tables of examples/platform/README.md are what is there: suites and their rights, errors, settings, metrics.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { at, parse, read } from '../support/documents.ts';
import { type Right, rightsOf } from '../support/platform/rights.ts';
import { folder, kustomized, type SuiteName, suiteNames } from '../support/platform/suites.ts';
import { platformSuites } from '../support/status/platform.ts';

const readme = read('examples/platform/README.md').replaceAll(/```[\s\S]*?```/g, '');

function rowsOf(name: string): string[][] {
  const [, text = ''] = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(readme) ?? [];
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/** Such as `deployments create, get; pods list`, without the one that all have. */
function inWords(rights: Right[]): string {
  const kinds = new Map<string, string[]>();
  for (const { resource, verb } of rights) kinds.set(resource, [...(kinds.get(resource) ?? []), verb]);
  return [...kinds].map(([resource, verbs]) => `${resource} ${verbs.join(', ')}`).join('; ');
}

describe('examples/platform/README.md', () => {
  const rights = rightsOf(kustomized());

  it('has each suite with its rights', () => {
    const exists = ({ suite, resource }: Right) => resource === 'namespaces' && suite !== 'namespace';
    const expected = suiteNames.map((suite: SuiteName) => {
      const own = rights.filter((right) => right.suite === suite && !exists(right));
      return [`\`${suite}\``, own.length === 0 ? 'none' : inWords(own)];
    });
    const kinds = (text: string) => text.split('; ').sort().join('; ');
    assert.deepEqual(
      rowsOf('suites').map(([suite = '', , own = '']) => [suite, kinds(own)]),
      expected.map(([suite = '', own = '']) => [suite, kinds(own)]),
    );
    const others = rights.filter((right) => exists(right)).map(({ suite, verb }) => `${suite} ${verb}`);
    const makers = suiteNames.filter((suite) => suite !== 'namespace' && suite !== 'dns');
    assert.deepEqual(
      others,
      makers.map((suite) => `${suite} get`),
    );
  });

  it('has each error that a step fails with', () => {
    const specs = readdirSync(join(folder, 'specs')).filter((name) => name.endsWith('.ts'));
    const sources = specs.map((name) => read(`examples/platform/specs/${name}`)).join('\n');
    const areas = "'(api|timeout|k8s)'";
    const found = [
      ...sources.matchAll(new RegExp(`new Problem\\(\\s*[^,]+,\\s*${areas},\\s*'(\\w+)'`, 'g')),
      ...sources.matchAll(new RegExp(`area: ${areas}, error: '(\\w+)'`, 'g')),
      ...[...sources.matchAll(/untilNoneIs\('[^']+', '(\w+)'/g)].map(([, error]) => ['', 'k8s', error]),
    ].map(([, area, error]) => `${area}.${error}`);
    const said = rowsOf('errors').flatMap(([area = '', errors = '']) =>
      // Those of HTTP and of DNS are theirs.
      errors.endsWith('...') ? [] : quoted(errors).map((error) => `${quoted(area)[0]}.${error}`),
    );
    assert.ok(found.length > 10);
    assert.deepEqual([...new Set(found)].sort(), said.sort());
  });

  it('says what became of each setting of kube-e2etestapp, and names all that there are', () => {
    const theirs = [
      'TIME_TO_REPORT_PROBLEM',
      'SECONDS_BETWEEN_RUNS',
      'TEST_NAMESPACE',
      'TEST_DEPLOYMENT',
      'TEST_SERVICE',
      'FLASK_PORT',
      'STATSD_PORT',
      'LOG_LEVEL',
      'DOCKER_REGISTRY_HOST',
      'CUSTOM_TEST_DEPLOYMENT_LABELS',
    ];
    assert.deepEqual(
      rowsOf('settings')
        .flatMap(([name = '']) => quoted(name))
        .sort(),
      theirs.sort(),
    );
    const own = [...read('examples/platform/specs/settings.env').matchAll(/^([A-Z_]+)=/gm)].map(
      ([, name = '']) => name,
    );
    assert.ok(own.length > 10);
    assert.deepEqual(
      own.filter((name) => !readme.includes(`\`${name}\``)),
      [],
    );
  });

  it('has a picture of the ten suites as they were on record, of which one has failed', () => {
    const { specs } = platformSuites(new Date());
    assert.deepEqual(
      specs.map(({ metadata }) => metadata.name),
      suiteNames,
    );
    const verdicts = specs.map((spec) => at(spec, 'status', 'latest', 0, 'verdict'));
    const expected = suiteNames.map((suite) => (suite === 'deployment' ? 'Failed' : 'Passed'));
    assert.deepEqual(verdicts, expected);
    const message = String(at(specs[suiteNames.indexOf('deployment')], 'status', 'latest', 0, 'message'));
    const [, step = ''] = /!\[.*deployment has failed at the step "(.*?)"/.exec(readme) ?? [];
    assert.ok(message.includes(`deployment › ${step || 'no step'}`), message);
  });

  it('has the series of the mapping, with their labels', () => {
    const [mapping] = parse(read('examples/platform/statsd/mapping.yml'));
    const kept = (at(mapping, 'mappings') as { name: string; labels?: object }[]).filter(({ labels }) => labels);
    const series = kept.map(({ name, labels = {} }) => `${name}{${Object.keys(labels).join(',')}}`);
    const said = quoted(readme).filter((name) => name.startsWith('e2etest_'));
    assert.deepEqual(said.sort(), [...new Set(series)].sort());
  });
});
