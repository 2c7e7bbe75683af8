/**
 * What Prometheus itself says of knative/monitoring/: every alert fires and resolves, every query can be read. Where this machine
 * has promtool.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { at, parse, read, root } from '../support/documents.ts';
import { alerts, folder, queries, rulesFile } from './monitoring.ts';

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
