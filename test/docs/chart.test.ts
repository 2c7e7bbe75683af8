// The Helm chart: what stands in it twice is the same, and what it renders to, where Helm is on this machine.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readConfig } from '../../function/config.ts';
import { valuesOf } from '../../knative/build/chart.ts';
import { build, isBuilt } from '../cluster/build.ts';
import { components } from '../cluster/components.ts';
import { at, parse, read } from '../support/documents.ts';
import { chartSuite, type Programs } from './chart-suite.ts';
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

/** The one on the path, or the one that `npm run cluster tools` has built. */
async function helmOfThisMachine(): Promise<string | undefined> {
  if (runs('helm', 'version')) return 'helm';
  const isThere = runs('go', 'version') && (await isBuilt(components.helm));
  return isThere ? join(await build(components.helm), 'helm') : undefined;
}

describe('The Helm chart, rendered,', function () {
  this.timeout(60_000);
  let programs: Programs;
  before(async function () {
    const helm = await helmOfThisMachine();
    if (helm !== undefined && runs('kubectl', 'version', '--client')) {
      programs = { helm, kubectl: 'kubectl' };
      return;
    }
    console.log('      no helm or no kubectl on this machine: what the chart renders to is not tested');
    this.skip();
  });
  chartSuite(() => programs);
});
