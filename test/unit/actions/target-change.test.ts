/**
 * A target that changed while its run goes on: when that was first seen is noted once, and forgotten when it is over.
 */
import assert from 'node:assert/strict';
import type { Context, RunSnapshot } from '../../../function/actions/context.ts';
import {
  forgetTargetChange,
  isReverted,
  noteTargetChanged,
  targetChanged,
  targetReverted,
} from '../../../function/actions/target-change.ts';
import type { Canary } from '../../../function/api/canary.ts';
import type { RunRecord, Status } from '../../../function/api/e2espec.ts';
import type { Job } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import { HookError } from '../../../function/errors.ts';
import type { Kube } from '../../../function/kube/client.ts';
import type { Step } from '../../../function/run/step.ts';
import { ago, jobOf, now, recordOf, run, specOf } from '../run-fixture.ts';

const payload = { name: run.canary, namespace: run.namespace, phase: '', checksum: run.checksum, metadata: {} };
const origin = { hosts: ['e2e-verifier.default'], path: '/pre-rollout' };

const canary: Canary = {
  metadata: { name: run.canary, namespace: run.namespace, uid: run.canaryUid },
  spec: { targetRef: { kind: 'Deployment', name: run.canary }, analysis: { interval: '30s' } },
};

/** What is written, and what is logged. */
function kubernetes(more: Partial<Kube> = {}) {
  const annotated: unknown[] = [];
  const records: (RunRecord | undefined)[] = [];
  const warnings: unknown[] = [];
  const kube: Partial<Kube> = {
    annotateJob: async ({ metadata }, annotations) => void annotated.push([metadata?.uid, annotations]),
    patchStatus: async (_, { runs }: Status) => {
      records.push(runs?.[0]);
      return 'patched';
    },
    ...more,
  };
  const warn = (...warning: unknown[]) => void warnings.push(warning);
  const context = {
    kube,
    payload,
    origin,
    log: { info: () => undefined, warn, error: () => undefined },
  } as unknown as Context;
  return { context, annotated, records, warnings };
}

const snapshotOf = (job: Job | undefined, runs: RunRecord[] = []): RunSnapshot => {
  return { run, canary, target: undefined, spec: specOf({}, runs), job, now };
};

type TargetChanged = Extract<Step, { do: 'targetChanged' }>;
const changedTo = (more: Partial<TargetChanged>): TargetChanged => {
  return { do: 'targetChanged', job: undefined, seen: 'a1b2', changedSince: undefined, ...more };
};

describe('A target that changed', () => {
  it('is noted on the Job that is judged, with the time', async () => {
    const { context, annotated, records } = kubernetes();
    await noteTargetChanged(changedTo({ job: jobOf() }), snapshotOf(jobOf(), [recordOf()]), context);
    const note = { [annotation.targetChangedAt]: ago(0), [annotation.targetChangedTo]: 'a1b2' };
    assert.deepEqual([annotated, records], [[['j1', note]], []]);
  });

  it('is noted on the record where no Job is judged', async () => {
    const { context, annotated, records } = kubernetes();
    const passed = recordOf({ verdict: 'Passed' });
    await noteTargetChanged(changedTo({}), snapshotOf(undefined, [passed]), context);
    assert.deepEqual([annotated, records], [[], [{ ...passed, targetChangedAt: ago(0), targetChangedTo: 'a1b2' }]]);
  });

  const nothing: [string, Partial<TargetChanged>][] = [
    ['that was noted before keeps its time', { changedSince: new Date(ago(20)) }],
    ['that is gone has become nothing that could be noted', { seen: undefined }],
  ];
  for (const [what, more] of nothing) {
    it(what, async () => {
      const { context, annotated, records } = kubernetes();
      const snapshot = snapshotOf(jobOf(), [recordOf()]);
      await noteTargetChanged(changedTo({ job: jobOf(), ...more }), snapshot, context);
      await noteTargetChanged(changedTo(more), snapshot, context);
      assert.deepEqual([annotated, records], [[], []]);
    });
  }

  it('that cannot be noted now is left to the next call', async () => {
    const annotateJob = () => Promise.reject(new HookError('ServiceUnavailable', 'no room in etcd'));
    const { context, warnings } = kubernetes({ annotateJob });
    await noteTargetChanged(changedTo({ job: jobOf() }), snapshotOf(jobOf()), context);
    assert.deepEqual(warnings, [['not written', { error: 'no room in etcd' }]]);
  });

  it('is told as that, and not as a verdict', () => {
    const { kind, message } = targetChanged();
    assert.equal(kind, 'TargetChanged');
    assert.match(message, /^the canary changed since this run began/);
  });
});

describe('A target that is back', () => {
  const noted = { [annotation.targetChangedAt]: ago(20), [annotation.targetChangedTo]: 'a1b2' };
  const taken = { [annotation.targetChangedAt]: null, [annotation.targetChangedTo]: null };
  const stale = { ...noted, [annotation.rollout]: ago(9000) };
  const passed = recordOf({ verdict: 'Passed' });
  const notedRecord: RunRecord = { ...passed, targetChangedAt: ago(20), targetChangedTo: 'a1b2' };
  const rows: { what: string; job?: Job; runs?: RunRecord[]; annotated?: unknown[]; records?: RunRecord[] }[] = [
    { what: 'is forgotten on the Job', job: jobOf({}, noted), annotated: [['j1', taken]] },
    { what: 'is forgotten on the record', runs: [notedRecord], records: [passed] },
    { what: 'writes nothing on a Job without a note', job: jobOf() },
    { what: 'writes nothing on the Job of another rollout', job: jobOf({}, stale) },
    { what: 'writes nothing on a record without a note', runs: [passed] },
  ];
  for (const { what, job, runs, annotated = [], records = [] } of rows) {
    it(what, async () => {
      const written = kubernetes();
      await forgetTargetChange(snapshotOf(job, runs), written.context);
      assert.deepEqual([written.annotated, written.records], [annotated, records]);
    });
  }
});

describe('A canary that was changed back', () => {
  const rows: { seconds: number | undefined; is: boolean; of?: Canary | undefined }[] = [
    { seconds: undefined, is: false },
    { seconds: 0, is: false },
    { seconds: 29, is: false },
    { seconds: 30, is: true },
    { seconds: 31, is: true },
    { seconds: 31, is: false, of: undefined },
  ];
  for (const { seconds, is, ...more } of rows) {
    const of = 'of' in more ? more.of : canary;
    const what = of === undefined ? 'without a Canary' : 'with an interval of 30 s';
    const when = seconds === undefined ? 'at the first look' : `${seconds} s after the first look`;
    it(`${is ? 'is' : 'is not'} known as that ${when}, ${what}`, () => {
      const changedSince = seconds === undefined ? undefined : new Date(ago(seconds));
      assert.equal(isReverted(changedTo({ changedSince }), { ...snapshotOf(undefined), canary: of }), is);
    });
  }

  it('has failed, and what was tested with it', () => {
    const { kind, reason, message } = targetReverted();
    assert.deepEqual([kind, reason], ['failed', 'TargetReverted']);
    assert.match(message, /^the canary was changed back to what was promoted last/);
  });
});
