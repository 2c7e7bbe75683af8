/**
 * knative/monitoring/ and docs/monitoring.md: each alert says what to do, and every series that is named is one that there is.
 * promtool.test.ts tries the rules.
 */
import assert from 'node:assert/strict';
import { at, parse, read, resources } from '../support/documents.ts';
import {
  alerts,
  folder,
  kinds,
  queries,
  type ResourceState,
  recorded,
  rules,
  rulesDocument,
  states,
} from './monitoring.ts';
import { customResources, type Schema } from './schema.ts';

const page = read('docs/monitoring.md');

const seriesOf = ({ metricNamePrefix, metrics }: ResourceState) =>
  metrics.map(({ name }) => `${metricNamePrefix}_${name}`);

function table(name: string): string[][] {
  const [, text = ''] = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(page) ?? [];
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) => row.split('|').map((cell) => cell.trim().replaceAll('`', '')));
}

/** Words of a query that begin as series do. */
const seriesIn = (expr: string) => [...expr.matchAll(/\b(?:e2e|flagger|kube)_\w+|\bassertions_failed\b/g)].map(String);

describe('The rules', () => {
  it('are those of the PrometheusRule', () => {
    const [rule] = resources(read(`${folder}/prometheusrule.yaml`));
    assert.equal(`${rule?.apiVersion} ${rule?.kind}`, 'monitoring.coreos.com/v1 PrometheusRule');
    assert.deepEqual(rule?.['spec'], rulesDocument);
  });

  for (const { alert = '', labels = {}, annotations = {} } of alerts)
    it(`${alert} (${labels['source'] ?? 'alone'}) says what it is, what to do, and where more stands`, () => {
      // What is about the cluster has no test's page to lead to.
      const isOfCluster = labels['source'] !== undefined || alert === 'E2EVerifierDown';
      const known = ['summary', 'description', ...(isOfCluster ? [] : ['page']), 'runbook_url'];
      assert.deepEqual(Object.keys(annotations), known);
      assert.ok(labels['severity']);
      const url = 'https://github.com/OWNER/k8s-e2e-verifier/blob/main/docs/monitoring.md';
      assert.equal(annotations['runbook_url'], `${url}#${alert.toLowerCase()}`);
      assert.ok(page.includes(`\n### ${alert}\n`));
    });

  it('have a heading on the page for each alert, with its severity and how long it waits, and for no other', () => {
    const headings = [...page.matchAll(/^### (E2E\w+)\n\n`(\w+)`/gm)].map(
      ([, name, severity]) => `${name} ${severity}`,
    );
    const word = (label = '') => /else \}\}(\w+)\{\{/.exec(label)?.[1] ?? label;
    const said = alerts.map(({ alert, labels }) => `${alert} ${word(labels?.['severity'])}`);
    assert.deepEqual(headings.sort(), [...new Set(said)].sort());
  });

  it('and the dashboard name series that there are', () => {
    const known = new Set([
      ...kinds.flatMap(seriesOf),
      ...recorded,
      ...['flagger_canary_status', 'flagger_canary_weight', 'flagger_info'],
      ...['kube_deployment_status_replicas_available', 'kube_deployment_spec_replicas'],
    ]);
    const named = [...rules, ...queries].flatMap(({ expr }) => seriesIn(expr));
    assert.ok(named.length > 30);
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
  });
});

describe('The series', () => {
  const own = customResources('crds/e2especs.yaml');
  const ofFlagger = customResources('test/fixtures/crds/flagger.yaml');

  function schemaOf({ groupVersionKind: { group, version, kind } }: ResourceState): Schema | undefined {
    return [...own, ...ofFlagger].find((each) => each.kind === kind && each.apiVersion === `${group}/${version}`)
      ?.schema;
  }

  const inside = (schema: Schema | undefined, path: string[]): Schema | undefined =>
    path.reduce((inner, key) => (inner?.items ?? inner)?.properties?.[key], schema);

  for (const kind of kinds) {
    const { kind: name } = kind.groupVersionKind;
    it(`of ${name} are made of fields that it has`, () => {
      const schema = schemaOf(kind);
      const fields = kind.metrics.flatMap(({ each }) => {
        const type = String(each['type']);
        const of = each[`${type.charAt(0).toLowerCase()}${type.slice(1)}`] as Record<string, unknown>;
        const path = of['path'] as string[];
        const labels = Object.values((of['labelsFromPath'] ?? {}) as Record<string, string[]>);
        return [...labels, (of['valueFrom'] ?? []) as string[]].map((more) => [...path, ...more]);
      });
      const all = [...fields, ...Object.values(kind.labelsFromPath)].filter(([first]) => first !== 'metadata');
      assert.ok(all.length > 2);
      const unknown = all.filter((path) => inside(schema, path) === undefined).map((path) => path.join('.'));
      assert.deepEqual(unknown, []);
    });
  }

  it('have every verdict and every phase', () => {
    const listOf = (name: string) =>
      at(
        kinds.flatMap(({ metrics }) => metrics).find((each) => each.name === name),
        'each',
        'stateSet',
        'list',
      );
    const [spec, canary] = kinds.map(schemaOf);
    assert.deepEqual(listOf('run_verdict'), inside(spec, ['status', 'latest', 'verdict'])?.enum);
    const phases = inside(canary, ['status', 'phase'])?.enum?.filter((phase) => phase !== '');
    assert.deepEqual([...(listOf('canary_phase') as string[])].sort(), phases?.sort());
  });

  it('are those of the page, with their labels', () => {
    const [specs, canaries] = kinds;
    assert.ok(specs && canaries);
    const expected = ({ metricNamePrefix, metrics }: ResourceState) =>
      metrics.map(({ name, each, labelsFromPath = {} }) => {
        const ofType = Object.values(each).find((value) => typeof value === 'object');
        const own = Object.keys((at(ofType, 'labelsFromPath') ?? {}) as object);
        const value = at(ofType, 'labelName') ?? [];
        return [`${metricNamePrefix}_${name}`, [...Object.keys(labelsFromPath), ...own, value].flat().join(', ')];
      });
    const rows = (name: string) => table(name).map(([, series, labels]) => [series, labels]);
    assert.deepEqual(rows('series'), expected(specs));
    assert.deepEqual(rows('canaries'), expected(canaries));
    assert.deepEqual(
      table('recorded').map(([, series]) => series),
      recorded,
    );
  });

  it('come with the values of kube-prometheus-stack too, and with the rights to them', () => {
    const [values] = parse(read(`${folder}/kube-prometheus-stack.values.yaml`));
    const stack = at(values, 'kube-state-metrics');
    assert.deepEqual(at(stack, 'customResourceState'), { enabled: true, config: states });
    const allowed = (at(stack, 'rbac', 'extraRules') as { apiGroups: string[] }[]).flatMap(
      ({ apiGroups }) => apiGroups,
    );
    for (const { groupVersionKind } of kinds) assert.ok(allowed.includes(groupVersionKind.group));
  });
});
