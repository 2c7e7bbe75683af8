/**
 * What the specs of examples/platform send, as the real statsd_exporter has it by examples/platform/statsd. It needs no cluster.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../support/documents.ts';
import { until } from '../support/until.ts';
import { run } from './command.ts';
import { patience } from './patience.ts';
import { type Exporter, type Sample, startExporter } from './statsd-exporter.ts';

const helper = pathToFileURL(join(root, 'examples/platform/specs/statsd.ts')).href;
const test = 'e2e-http';

describe('examples/platform/statsd', function () {
  this.timeout(120_000);
  let exporter: Exporter;
  before(async function () {
    if (spawnSync('go', ['version']).status !== 0) {
      console.log('      no Go on this machine to build statsd_exporter: what it makes of the metrics is not tried');
      this.skip();
    }
    exporter = await startExporter();
  });
  after(() => exporter?.stop());

  /** Resolves to what it prints. */
  async function script(lines: string): Promise<string> {
    const settings = {
      STATSD_HOST: '127.0.0.1',
      STATSD_PORT: `${exporter.port}`,
      TEST_NAMESPACE: test,
      LOG_LEVEL: 'DEBUG',
    };
    return run(process.execPath, ['-e', `(async () => { ${lines} })()`], { env: { ...process.env, ...settings } });
  }
  const withHelper = (calls: string) =>
    script(`const { statsd, timed } = await import('${helper}'); ${calls}; await statsd.flush()`);
  const raw = (metric: string) =>
    script(`require('node:dgram').createSocket('udp4').unref().send('${metric}', process.env.STATSD_PORT)`);

  const hasLabels = (sample: Sample, labels: Record<string, string>) =>
    Object.entries(labels).every(([key, value]) => sample.labels[key] === value);

  /** As soon as it is there: the exporter takes in what has come a moment later. */
  async function seen(name: string, labels: Record<string, string>): Promise<number> {
    let found: Sample | undefined;
    const missing = async () => {
      const samples = await exporter.samples();
      found = samples.find((sample) => sample.name === name && hasLabels(sample, labels));
      return found === undefined ? [JSON.stringify(samples)] : [];
    };
    await until(`statsd_exporter has ${name} ${JSON.stringify(labels)}`, missing, patience.ms);
    return found?.value ?? Number.NaN;
  }

  it('has a timer in seconds, equal to what was measured', async () => {
    const wait = '() => new Promise((done) => setTimeout(done, 300))';
    const told = await withHelper(`await timed('deployment', 'create', ${wait})`);
    const [, ms] = /^statsd e2etest\.action\.e2e-http\.deployment\.create:([\d.]+)\|ms$/m.exec(told) ?? [];
    assert.ok(Number(ms) >= 299, told);
    const labels = { test, resource: 'deployment', action: 'create' };
    assert.equal(await seen('e2etest_action_seconds_sum', labels), Number(ms) / 1000);
    assert.equal(await seen('e2etest_action_seconds_count', labels), 1);
    assert.equal(await seen('e2etest_action_seconds_bucket', { ...labels, le: '0.1' }), 0);
    assert.equal(await seen('e2etest_action_seconds_bucket', { ...labels, le: '+Inf' }), 1);
  });

  const counters: [calls: string, name: string, labels: Record<string, string>, value: number][] = [
    [
      `for (const _ of [1, 2, 3]) statsd.http('service', '200')`,
      'e2etest_http_requests_total',
      { test, resource: 'service', result: '200' },
      3,
    ],
    [
      `statsd.http('pod', 'wrong_response')`,
      'e2etest_http_requests_total',
      { test, resource: 'pod', result: 'wrong_response' },
      1,
    ],
    [
      `statsd.error('pod', 'timeout', 'waiting_on_phase')`,
      'e2etest_errors_total',
      { test, resource: 'pod', type: 'timeout', error: 'waiting_on_phase' },
      1,
    ],
    [`statsd.dns('healthy')`, 'e2etest_dns_requests_total', { result: 'healthy' }, 1],
  ];
  for (const [calls, name, labels, value] of counters)
    it(`counts ${Object.values(labels).join(' ')} in ${name}`, async () => {
      await withHelper(calls);
      assert.equal(await seen(name, labels), value);
    });

  it("has errors under the original's name as well, which is in the singular", async () => {
    await raw('e2etest.error.old.Pod.api.not_found:1|c');
    const labels = { test: 'old', resource: 'Pod', type: 'api', error: 'not_found' };
    assert.equal(await seen('e2etest_errors_total', labels), 1);
  });

  it('makes no series of what is none of theirs', async () => {
    const before = await exporter.samples();
    await raw('e2etest.unheard_of:1|c');
    await raw('e2etest.http.last.service.200:1|c');
    await seen('e2etest_http_requests_total', { test: 'last' });
    assert.equal((await exporter.samples()).length, before.length + 1);
  });

  it('fails no test and holds none up where it is away', async () => {
    await exporter.stop();
    const began = performance.now();
    assert.match(await withHelper(`statsd.http('service', '200'); console.log('goes on')`), /goes on/);
    assert.ok(performance.now() - began < 5000);
  });
});
