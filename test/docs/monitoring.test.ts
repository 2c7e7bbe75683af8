/**
 * knative/monitoring/ and docs/monitoring.md: every alert fires and resolves, every query can be read, and every series that is
 * named is one that there is. Runs promtool, where this machine has it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { at, parse, read, resources, root } from '../support/documents.ts';
import { customResources, type Schema } from './schema.ts';

const folder = 'knative/monitoring';
const rulesFile = `${folder}/prometheus/rules.yaml`;

interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

interface Family {
  name: string;
  help: string;
  each: { [type: string]: unknown };
  labelsFromPath?: Record<string, string[]>;
}

interface ResourceState {
  groupVersionKind: { group: string; version: string; kind: string };
  metricNamePrefix: string;
  labelsFromPath: Record<string, string[]>;
  metrics: Family[];
}

const [rulesDocument] = parse(read(rulesFile));
const groups = at(rulesDocument, 'groups') as { name: string; rules: Rule[] }[];
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const recorded = rules.flatMap(({ record }) => record ?? []);

const [states] = parse(read(`${folder}/custom-resource-state/config.yaml`));
const kinds = at(states, 'spec', 'resources') as ResourceState[];
const seriesOf = ({ metricNamePrefix, metrics }: ResourceState) =>
  metrics.map(({ name }) => `${metricNamePrefix}_${name}`);

const dashboard = JSON.parse(read(`${folder}/dashboard/dashboard.json`));
const queries = (dashboard.panels as { title: string; targets: { expr: string }[] }[]).flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ title, expr: expr.replaceAll('$namespace', '.*') })),
);
const page = read('docs/monitoring.md');

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
      assert.deepEqual(Object.keys(annotations), ['summary', 'description', 'runbook_url']);
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

/** Read where it is there. */
const toCome = ['spec.staleAfterSeconds'];

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
      assert.deepEqual(
        unknown.filter((path) => !toCome.includes(path)),
        [],
      );
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

describe('promtool', function () {
  this.timeout(30_000);
  let own: string;
  before(function () {
    if (spawnSync('promtool', ['--version']).status !== 0) {
      console.log('      no promtool on this machine (apt-get install prometheus): rules and queries are not tried');
      this.skip();
    }
    own = mkdtempSync(join(tmpdir(), 'e2e-verifier-'));
  });
  after(() => own && rmSync(own, { recursive: true }));

  function promtool(...args: string[]): void {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: root, encoding: 'utf8' });
    assert.equal(status, 0, `${stdout}${stderr}`);
  }

  const tests = globSync('test/docs/alerts/*.yaml', { cwd: root }).sort();

  it('takes the rules', () => promtool('check', 'rules', rulesFile));

  for (const file of tests) it(`finds that the rules do what ${file} says`, () => promtool('test', 'rules', file));

  it('has each alert fired and resolved there', () => {
    interface Expected {
      alertname: string;
      eval_time: string;
      exp_alerts: { exp_labels: Record<string, string> }[];
    }
    const cases = tests
      .flatMap((file) => at(parse(read(file))[0], 'tests') as { alert_rule_test?: Expected[] }[])
      .map(({ alert_rule_test = [] }) => alert_rule_test);
    const minutes = ({ eval_time }: Expected) => Number.parseInt(eval_time, 10);
    for (const { alert, labels } of alerts) {
      const isOf = ({ exp_labels }: Expected['exp_alerts'][number]) => exp_labels['source'] === labels?.['source'];
      const seen = cases.some((expected) => {
        const of = expected.filter(({ alertname }) => alertname === alert);
        const fired = of.find(({ exp_alerts }) => exp_alerts.some(isOf));
        return fired && of.some((each) => minutes(each) > minutes(fired) && !each.exp_alerts.some(isOf));
      });
      assert.ok(seen, `${alert} ${labels?.['source'] ?? ''}`);
    }
  });

  it('can read every query of the dashboard', () => {
    assert.ok(queries.length >= 9);
    const file = join(own, 'queries.yaml');
    const asRules = queries.map(({ expr }, index) => ({ record: `query_${index}`, expr }));
    writeFileSync(file, stringify({ groups: [{ name: 'dashboard', rules: asRules }] }));
    promtool('check', 'rules', file);
  });

  it("takes the small Prometheus' configuration", () => {
    // Debian's was built without Kubernetes' service discovery: that job has an address instead.
    const [config] = parse(read(`${folder}/prometheus/prometheus.yml`)) as [
      { scrape_configs: Record<string, unknown>[] },
    ];
    const scrape_configs = config.scrape_configs.map(({ kubernetes_sd_configs: discovered, ...job }) =>
      discovered === undefined ? job : { ...job, static_configs: [{ targets: ['127.0.0.1:8080'] }] },
    );
    const file = join(own, 'prometheus.yml');
    writeFileSync(file, stringify({ ...config, scrape_configs, rule_files: [join(root, rulesFile)] }));
    promtool('check', 'config', file);
  });
});
