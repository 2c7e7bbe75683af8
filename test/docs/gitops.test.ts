// docs/fleet.md: the health rules are copied as they stand, so they are tried as they stand, on statuses as the verifier
// writes them.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '@marcbachmann/cel-js';
import type { E2ESpec, RecordedVerdict, RunRecord, Status } from '../../function/api/e2espec.ts';
import { withSummary } from '../../function/run/summary.ts';
import { at, parse, read, root } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { runLua } from '../support/lua.ts';

const page = read('docs/fleet.md');
// shown-files.test.ts holds the page to these files.
const ofKustomization = parse(read('examples/gitops/flux/fleet.yaml')).find(
  (each) => at(each, 'spec', 'healthCheckExprs') !== undefined,
);
const [ofArgo] = parse(read('examples/gitops/argo-cd/argocd-cm.yaml'));
const expressions = at(ofKustomization, 'spec', 'healthCheckExprs', 0) as Record<string, string>;
const script = String(at(ofArgo, 'data', 'resource.customizations.health.remarkable.com_E2ESpec'));

type Resource = Record<string, unknown>;

/** In Flux's order, https://github.com/fluxcd/pkg/blob/main/runtime/cel/status_evaluator.go; each that is true. */
function flux(resource: Resource): string[] {
  const rules = { InProgress: 'inProgress', Failed: 'failed', Current: 'current' };
  return Object.entries(rules).flatMap(([status, rule]) =>
    evaluate(expressions[rule] ?? 'false', resource) === true ? status : [],
  );
}

const argo = (resource: Resource) => runLua(script, resource, 'status', 'message');

const now = new Date('2026-11-27T10:00:00Z');
const canary = { canary: 'podinfo', canaryUID: 'c1' };
const gates = { ...canary, names: new Map([['', 'e2e']]) };
const spec: E2ESpec = {
  apiVersion: 'remarkable.com/v1',
  kind: 'E2ESpec',
  metadata: { name: 'podinfo', namespace: 'test', uid: 's1', resourceVersion: '1', generation: 1 },
  spec: { image: 'busybox' },
};

/** As after a run whose newest record says so; nothing for one that was never run. */
function statusAfter(verdict: RecordedVerdict | undefined): Status {
  if (verdict === undefined) return {};
  const record: RunRecord = { ...canary, checksum: '85d557f47b', rollout: 'r1', hook: '', verdict, message: 'm' };
  return withSummary({ runs: [record] }, spec, gates, now);
}

function resource(status: Status | undefined): Resource {
  return { ...spec, ...(status && { status }) };
}

interface Row {
  passed: string;
  reason: string;
  flux: string;
  argo: string;
}

function rows(): Row[] {
  const [, table = ''] = /<!-- health -->([\s\S]*?)<!-- \/health -->/.exec(page) ?? [];
  return table
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.includes('| reason |'))
    .map((line) => {
      const [passed = '', reason = '', , flux = '', argo = ''] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return { passed: passed.replaceAll('`', ''), reason: reason.replaceAll('`', ''), flux, argo };
    });
}

const verdicts: (RecordedVerdict | undefined)[] = [
  undefined,
  'Passed',
  'Skipped',
  'Running',
  'Failed',
  'PromotedUnverified',
  'Inconclusive',
  'Cancelled',
  'Superseded',
];

describe('The health rules of docs/fleet.md', () => {
  it('are told for each verdict, once', () => {
    const told = rows().map(({ reason }) => reason);
    assert.deepEqual(
      told,
      verdicts.map((verdict) => verdict ?? ''),
    );
  });

  for (const verdict of verdicts) {
    it(`of ${verdict ?? 'what was never run'} are as the table says`, () => {
      const status = statusAfter(verdict);
      const [condition] = status.conditions ?? [];
      const row = rows().find(({ reason }) => reason === (verdict ?? ''));
      assert.ok(row);
      assert.equal(condition?.status ?? 'absent', row.passed);
      assert.deepEqual(flux(resource(status)), [row.flux], 'Flux, and by one rule alone');
      assert.equal(argo(resource(status)).status, row.argo, 'Argo CD');
      if (condition) assert.equal(argo(resource(status)).message, condition.message);
    });
  }

  it('wait for nothing where another condition is all there is', () => {
    const other = {
      type: 'Flaky',
      status: 'True' as const,
      reason: 'R',
      message: 'm',
      lastTransitionTime: now.toISOString(),
    };
    assert.deepEqual(flux(resource({ conditions: [other] })), ['Current']);
    assert.equal(argo(resource({ conditions: [other] })).status, 'Healthy');
  });

  it('of Argo CD hold for an E2ESpec without any status', () =>
    assert.equal(argo(resource(undefined)).status, 'Healthy'));

  describe('on an E2ESpec that was just created', () => {
    let kubernetes: EmbeddedKubernetes;
    before(async () => {
      kubernetes = await startEmbeddedKubernetes();
    });
    after(() => kubernetes.stop());

    it('wait for nothing: its definition gives it a status that can be asked', async () => {
      const namespace = await kubernetes.namespace();
      const { apiVersion, kind } = spec;
      const metadata = { name: 'podinfo', namespace };
      const created = await kubernetes.apply({ apiVersion, kind, metadata, spec: spec.spec });
      assert.deepEqual(created['status'], {});
      assert.deepEqual(flux({ ...created }), ['Current']);
    });
  });
});

describe('What is annotated by hand', () => {
  const files = ['README.md', ...['docs', 'examples', 'examples/demo', 'knative'].flatMap(filesIn)];

  it('is written with the field manager that Flux leaves alone, on every page and in every example', () => {
    const lines = files.flatMap((file) =>
      read(file)
        .split('\n')
        .filter((line) => /kubectl (\S+ )*annotate\b.*remarkable\.com\//.test(line))
        .map((line) => ({ file, line })),
    );
    assert.ok(lines.length >= 4, `${lines.length} lines`);
    for (const { file, line } of lines) assert.match(line, /--field-manager=e2e-verifier/, file);
  });
});

function filesIn(folder: string): string[] {
  const names = readdirSync(join(root, folder)).filter((name) => /\.(md|ts|yaml)$/.test(name));
  return names.map((name) => `${folder}/${name}`);
}
