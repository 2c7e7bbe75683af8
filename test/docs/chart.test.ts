// The Helm chart: what stands in it twice is the same, and what it renders to, where Helm is on this machine.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readConfig } from '../../function/config.ts';
import { valuesOf } from '../../knative/build/chart.ts';
import { findingsOn, type Webhook, webhooksIn } from '../support/chart/notes.ts';
import { chartSuite, type Programs } from '../support/chart/suite.ts';
import { at, parse, read, resources, root } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import type { Schema } from './schema.ts';

const [chart] = parse(read('knative/chart/Chart.yaml'));
const [values] = parse(read('knative/chart/values.yaml'));
const schema = JSON.parse(read('knative/chart/values.schema.json')) as Schema;
const { version, config } = JSON.parse(read('package.json')) as { version: string; config: { image: string } };

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where the schema and the values differ in their keys. */
function strangers(node: Schema, value: unknown, path = ''): string[] {
  if (!node.properties || !isMap(value)) return [];
  const { global: _, ...properties } = node.properties;
  const keys = new Set([...Object.keys(properties), ...Object.keys(value)]);
  return [...keys].flatMap((key) => {
    const inner = properties[key];
    if (!inner) return [`${path}${key} is in values.yaml alone`];
    return key in value ? strangers(inner, value[key], `${path}${key}.`) : [`${path}${key} is in the schema alone`];
  });
}

describe('The Helm chart', () => {
  it('has the version of package.json', () => {
    assert.equal(at(chart, 'version'), version);
    assert.equal(at(chart, 'appVersion'), version);
  });

  it('names the image of package.json', () => {
    assert.equal(at(values, 'image', 'repository'), config.image);
  });

  it('has the defaults of the function, which it therefore need not say to it', () => {
    const { logLevel, retryAfterSeconds, callBudget } = readConfig({ USE_IN_CLUSTER: 'false' });
    assert.deepEqual(
      { logLevel, retryAfterSeconds, callBudgetMs: callBudget },
      {
        logLevel: at(values, 'logLevel'),
        retryAfterSeconds: at(values, 'retryAfterSeconds'),
        callBudgetMs: at(values, 'callBudgetMs'),
      },
    );
  });

  it('has bounds and choices that the function takes', () => {
    const bounds = [
      ['retryAfterSeconds', 'RETRY_AFTER_SECONDS'],
      ['callBudgetMs', 'CALL_BUDGET_MS'],
    ] as const;
    const takes = (name: string, value: unknown) => readConfig({ USE_IN_CLUSTER: 'false', [name]: String(value) });
    for (const [value, name] of bounds) {
      const { minimum, maximum } = schema.properties?.[value] ?? {};
      for (const bound of [minimum, maximum]) assert.doesNotThrow(() => takes(name, bound), `${name}=${bound}`);
      assert.throws(() => takes(name, Number(minimum) - 1), `${name} below ${minimum}`);
      assert.throws(() => takes(name, Number(maximum) + 1), `${name} above ${maximum}`);
    }
    for (const level of schema.properties?.['logLevel']?.enum ?? [])
      assert.doesNotThrow(() => takes('LOG_LEVEL', level));
  });

  it('has a schema with the keys of its values, and no other', () => {
    assert.deepEqual(strangers(schema, values), []);
  });

  it('says of every value what it is for', () => {
    const silent = valuesOf(read('knative/chart/values.yaml')).filter(({ comment }) => comment === '');
    assert.deepEqual(silent, []);
  });
});

const runs = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;

describe('The Helm chart, rendered,', function () {
  this.timeout(60_000);
  let programs: Programs;
  before(function () {
    if (runs('helm', 'version') && runs('kubectl', 'version', '--client')) {
      programs = { helm: 'helm', kubectl: 'kubectl' };
      return;
    }
    console.log('      no helm or no kubectl on this machine: what the chart renders to is not tested');
    this.skip();
  });
  chartSuite(() => programs);

  describe('prints webhooks for a Canary', () => {
    let kubernetes: EmbeddedKubernetes;
    before(async () => {
      kubernetes = await startEmbeddedKubernetes();
    });
    after(() => kubernetes?.stop());

    async function notes(...args: string[]): Promise<string> {
      const install = ['install', '--dry-run=client', '--kubeconfig', kubernetes.kubeconfig];
      // The embedded API has no OpenAPI document, and knows no definitions of resources.
      const less = ['--disable-openapi-validation', '--set', 'mode=deployment,crds.enabled=false'];
      const { stdout } = await promisify(execFile)('helm', [...install, ...less, ...args, join(root, 'knative/chart')]);
      return stdout;
    }

    it('which are those of the quick start, but for a test with the default deadline', async () => {
      const block = [...read('README.md').matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
        resources(text),
      );
      const canary = block.find(({ kind }) => kind === 'Canary');
      const expected = (at(canary, 'spec', 'analysis', 'webhooks') as Webhook[]).map((webhook) =>
        webhook.type === 'pre-rollout' ? { ...webhook, retries: 218 } : webhook,
      );
      const webhooks = webhooksIn(await notes('e2e-verifier', '--namespace=default'));
      assert.deepEqual(webhooks, expected);
      assert.deepEqual(findingsOn(webhooks, 10), []);
      const impatient = webhooks.map((each) => (each.retries === undefined ? each : { ...each, retries: 217 }));
      assert.match(findingsOn(impatient, 10).join(), /retries: 217 .* Use 218/);
    });

    it('which lead to this release, and wait for as long as its settings say', async () => {
      const settings = ['--set', 'retryAfterSeconds=20,callBudgetMs=40000'];
      const webhooks = webhooksIn(await notes('next', '--namespace=shop', ...settings));
      assert.deepEqual([...new Set(webhooks.map(({ url }) => new URL(url).host))], ['next-e2e-verifier.shop']);
      assert.deepEqual([...new Set(webhooks.map(({ timeout }) => timeout))], ['42s']);
      assert.deepEqual(findingsOn(webhooks, 20), []);
    });

    it('and says which canaries are served', async () => {
      const served = async (values: string) =>
        /It serves the canaries of (.*)\./.exec(await notes('e2e-verifier', '--namespace=shop', '--set', values))?.[1];
      assert.equal(await served('namespaces=null'), 'shop');
      assert.equal(await served('namespaces={staging,orders}'), 'staging, orders');
      assert.equal(await served('rbac.clusterWide=true,rbac.create=false'), 'every namespace');
    });
  });
});
