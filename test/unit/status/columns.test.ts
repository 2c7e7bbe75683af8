/**
 * `kubectl get e2e`, the page and `kubectl e2e list` say the same of the newest run: which one it is, and who asked for it.
 */
import assert from 'node:assert/strict';
import type { Canary, CanaryPhase } from '../../../function/api/canary.ts';
import type { E2ESpec, RunRecord, Status } from '../../../function/api/e2espec.ts';
import { listed } from '../../../function/cli/list/lines.ts';
import { overviewOf } from '../../../function/cli/overview/rows.ts';
import { checksumOf } from '../../../function/flagger/checksum.ts';
import { withSummary } from '../../../function/run/summary.ts';
import { rowsOf } from '../../../function/status/rows.ts';
import { rolloutOf, testOf } from '../../../function/status/subject.ts';
import { at, read, resources } from '../../support/documents.ts';
import { minutesAgo, now, rollout } from './stage.ts';

const url = 'http://e2e-verifier.default/pre-rollout';
const checksum = checksumOf({ lastAppliedSpec: 'one' });

function canaryIn(phase: CanaryPhase): Canary {
  return {
    metadata: { name: 'cart', namespace: 'shop', uid: 'u1' },
    spec: {
      targetRef: { kind: 'Deployment', name: 'cart' },
      analysis: { webhooks: [{ name: 'e2e', type: 'pre-rollout', url }] },
    },
    status: {
      phase,
      lastAppliedSpec: 'one',
      conditions: [{ type: 'Promoted', status: 'Unknown', lastTransitionTime: rollout }],
    },
  };
}

const of = (verdict: RunRecord['verdict'], minutes: number, more: Partial<RunRecord> = {}): RunRecord => {
  const time = minutesAgo(minutes);
  const ended = verdict === 'Running' ? {} : { finishedAt: time };
  const own = { canary: 'cart', canaryUID: 'u1', checksum, rollout, hook: '', job: 'e2e-cart', jobUID: `j${minutes}` };
  return { ...own, verdict, startedAt: time, ...ended, ...more };
};
const requested = (verdict: RunRecord['verdict'], minutes: number, id = 'nightly-7'): RunRecord =>
  of(verdict, minutes, { canary: '-', canaryUID: '-', checksum: id, rollout: id, trigger: 'request', id });

const unverified = of('PromotedUnverified', 1, { reason: 'NoPassedRun', closedAt: minutesAgo(1) });
const cases: [what: string, phase: CanaryPhase, runs: RunRecord[]][] = [
  ['passed', 'Progressing', [of('Passed', 5)]],
  ['failed', 'Failed', [of('Failed', 5, { reason: 'Error' }), of('Passed', 90, { rollout: 'former' })]],
  ['runs', 'Progressing', [of('Running', 2, { reason: 'Started' })]],
  ['was skipped', 'Succeeded', [of('Skipped', 5), of('Superseded', 9)]],
  ['was superseded', 'Progressing', [of('Superseded', 5)]],
  ['was superseded in a rollout that is over', 'Failed', [of('Superseded', 5, { closedAt: minutesAgo(1) })]],
  ['was promoted unverified', 'Succeeded', [unverified, of('Failed', 9, { reason: 'Error', closedAt: minutesAgo(1) })]],
];

const definition = resources(read('crds/e2especs.yaml')).find(({ kind }) => kind === 'CustomResourceDefinition');
const columns = at(definition, 'spec', 'versions', 0, 'additionalPrinterColumns') as Record<string, string>[];

/** As kubectl prints it. */
function columnsOf(spec: E2ESpec, ...names: string[]): unknown[] {
  const paths = names.map((name) => columns.find((each) => each['name'] === name)?.['jsonPath'] ?? '');
  return paths.map((path) => at(spec, ...path.split('.').slice(1)));
}

function specWith(runs: RunRecord[]): E2ESpec {
  const spec: E2ESpec = {
    apiVersion: 'remarkable.com/v1',
    kind: 'E2ESpec',
    metadata: { name: 'cart', namespace: 'shop', uid: 's1', resourceVersion: '1', generation: 1 },
    spec: { image: 'x' },
  };
  const own = { canary: 'cart', canaryUID: 'u1', names: new Map([['', 'e2e']]) };
  return { ...spec, status: withSummary({ runs } satisfies Status, spec, own, now) };
}

/** What the page says of the run that is the newest there. */
function newestOnPage(spec: E2ESpec, canary: Canary) {
  const rows = rowsOf([testOf(spec)], [rolloutOf(canary)], { now, silence: 1200 });
  const [newest] = rows.toSorted((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1));
  assert.ok(newest);
  const { verdict, reason, canary: of = '', checksum: revision = '', trigger, time } = newest;
  return [verdict, reason, of, revision, trigger, time];
}

const names = ['Verdict', 'Reason', 'Canary', 'Checksum', 'Trigger', 'Last Run'];

describe('Of a test whose newest run', () => {
  for (const [what, phase, runs] of cases) {
    it(`${what}, kubectl get, the page and list say the same`, () => {
      const [spec, canary] = [specWith(runs), canaryIn(phase)];
      const told = columnsOf(spec, ...names);
      assert.deepEqual(newestOnPage(spec, canary), told);
      const [row] = overviewOf([canary], [spec]).rows;
      assert.ok(row);
      const { verdict, reason, time } = listed(row) as Record<string, unknown>;
      assert.deepEqual([verdict, reason, time], columnsOf(spec, 'Verdict', 'Reason', 'Last Run'));
    });
  }

  const beside: [what: string, runs: RunRecord[], trigger: string][] = [
    ['a request outside of a rollout, after one of its rollout', [requested('Passed', 2), of('Failed', 5)], 'request'],
    ['of its rollout, after a request outside of one', [of('Failed', 2), requested('Passed', 5)], 'rollout'],
  ];
  for (const [what, runs, trigger] of beside) {
    it(`was ${what}, kubectl get and the page name it and its trigger`, () => {
      const spec = specWith(runs.map((each) => (each.verdict === 'Failed' ? { ...each, reason: 'Error' } : each)));
      const told = columnsOf(spec, ...names);
      assert.deepEqual(newestOnPage(spec, canaryIn('Failed')), told);
      assert.equal(told[4], trigger);
    });
  }
});
