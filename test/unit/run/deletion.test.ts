/**
 * A Job that has to go before the next test starts: how long that may take, and what keeps it.
 */
import assert from 'node:assert/strict';
import type { Job, Pod } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import { isStuck } from '../../../function/run/deletion.ts';
import type { RunState } from '../../../function/run/state.ts';
import { ago, conditions, endedPod, jobOf, now, recordOf, run, specOf } from '../run-fixture.ts';
import { inShort, stepIn, told } from './describe-step.ts';

const foreground = 'foregroundDeletion';

function deletedJob(seconds: number, finalizers: string[], terminationGracePeriodSeconds?: number, job = jobOf()): Job {
  const podSpec = {
    containers: [],
    ...(terminationGracePeriodSeconds !== undefined && { terminationGracePeriodSeconds }),
  };
  return {
    ...job,
    metadata: { ...job.metadata, deletionTimestamp: ago(seconds), deletionGracePeriodSeconds: 0, finalizers },
    spec: { template: { spec: podSpec } },
  };
}

const without = (deleted: Job, what: 'spec' | 'finalizers'): Job => {
  if (what === 'spec') {
    const { spec: _, ...rest } = deleted;
    return rest;
  }
  const { finalizers: _, ...metadata } = deleted.metadata ?? {};
  return { ...deleted, metadata };
};

const pod = (more: Partial<NonNullable<Pod['metadata']>> = {}, nodeName = 'worker-1'): Pod => ({
  metadata: { name: 'e2e-podinfo-x', ...more },
  spec: { nodeName, containers: [] },
});

const stepWith = (state: RunState, pods: Pod[] = []) =>
  stepIn(state, { run, spec: specOf(), target: undefined, evidence: { pods, events: [] }, now });

const patience: { job: Job; is: string }[] = [
  { job: deletedJob(60, ['example.com/hold']), is: 'answer running' },
  { job: deletedJob(61, ['example.com/hold']), is: 'stuck j1' },
  { job: deletedJob(61, []), is: 'stuck j1' },
  { job: deletedJob(90, [foreground]), is: 'answer running' },
  { job: deletedJob(91, [foreground]), is: 'stuck j1' },
  { job: deletedJob(360, [foreground], 300), is: 'answer running' },
  { job: deletedJob(361, [foreground], 300), is: 'stuck j1' },
  { job: deletedJob(61, [foreground], 0), is: 'stuck j1' },
];

describe('A Job that is being deleted', () => {
  for (const { job, is } of patience) {
    const { deletionTimestamp = '', finalizers = [] } = job.metadata ?? {};
    const seconds = (now.getTime() - Date.parse(deletionTimestamp)) / 1000;
    const grace = job.spec?.template.spec?.terminationGracePeriodSeconds ?? 'the default';
    it(`for ${seconds} s, with ${finalizers[0] ?? 'no finalizer'} and ${grace} as the grace of its pods: ${is}`, () => {
      assert.equal(inShort(stepWith({ kind: 'terminating', job })), is);
      assert.equal(inShort(stepWith({ kind: 'stale', job })), is);
    });
  }

  it('whose pods are not described has the default grace', () => {
    for (const [seconds, is] of [
      [90, 'answer running'],
      [91, 'stuck j1'],
    ] as const) {
      const job = deletedJob(seconds, [foreground]);
      for (const undescribed of [without(job, 'spec'), { ...job, spec: { template: {} } }]) {
        assert.equal(inShort(stepWith({ kind: 'stale', job: undescribed })), is);
      }
    }
  });

  it('is not stuck before somebody has deleted it', () => assert.ok(!isStuck(jobOf(), now)));

  const held = deletedJob(300, [foreground, 'example.com/hold']);
  const waiting: [string, RunState][] = [
    ['of another rollout', { kind: 'stale', job: held }],
    ['of the former try', { kind: 'jobAwaited', record: recordOf({ attempt: 2 }), job: held }],
    [
      'of a run that is edited',
      { kind: 'decided', record: recordOf({ verdict: 'Inconclusive', specGeneration: 0 }), job: held },
    ],
    ['that could not run', { kind: 'present', job: deletedJob(300, ['x'], 0, jobOf(conditions('Complete'))) }],
  ];
  for (const [which, state] of waiting) {
    it(`${which} is never deleted again, nor is the next one made beside it`, () => {
      assert.equal(inShort(stepWith(state)), 'stuck j1');
    });
  }

  it('for less than a minute says whose it is', () => {
    const step = stepWith({ kind: 'stale', job: deletedJob(5, []) });
    assert.equal(told(step), 'Deleting: Job e2e-podinfo-85d557f47b of a former run is being deleted');
  });

  it('is no inconclusive run, at its last try either: with its pods goes what would prove it', () => {
    const last = jobOf(conditions('Complete'), { [annotation.attempt]: '3' });
    const state: RunState = { kind: 'present', job: deletedJob(5, [foreground], 30, last) };
    assert.equal(inShort(stepWith(state)), 'answer running');
    assert.equal(inShort(stepWith({ kind: 'present', job: last })), 'answer inconclusive and write');
  });

  it('is still a pass, while its pod proves it', () => {
    const state: RunState = { kind: 'present', job: deletedJob(5, [foreground], 30, jobOf(conditions('Complete'))) };
    assert.equal(inShort(stepWith(state, [endedPod()])), 'answer passed and write');
  });

  it('is waited for by who asks to run again as well', () => {
    const spec = specOf();
    spec.metadata.annotations = { [annotation.requestedAt]: 'now' };
    const state: RunState = { kind: 'decided', record: recordOf({ verdict: 'Failed' }), job: held };
    const step = stepIn(state, { run, spec, target: undefined, evidence: { pods: [], events: [] }, now });
    assert.equal(inShort(step), 'stuck j1');
  });

  const holders: { what: string; job: Job; pods?: Pod[]; says: RegExp }[] = [
    { what: 'a finalizer', job: held, says: /held by finalizer example.com\/hold; find out who has to take/ },
    {
      what: 'its pod',
      job: deletedJob(300, [foreground]),
      pods: [pod()],
      says: /300 s ago and is still there, held by pod e2e-podinfo-x on node worker-1; see whether its node is there/,
    },
    {
      what: 'a finalizer of its pod',
      job: deletedJob(300, [foreground]),
      pods: [pod({ finalizers: ['example.com/log'] })],
      says: /held by pod e2e-podinfo-x on node worker-1 \(finalizer example.com\/log\)/,
    },
    {
      what: 'a finalizer and its pod',
      job: held,
      pods: [pod()],
      says: /held by finalizer example.com\/hold, pod e2e-podinfo-x on node worker-1; find out/,
    },
    {
      what: 'a pod that has two finalizers and no node',
      job: deletedJob(300, [foreground]),
      pods: [pod({ finalizers: ['example.com/log', 'example.com/hold'] }, '')],
      says: /held by pod e2e-podinfo-x on no node \(finalizer example.com\/log, example.com\/hold\)/,
    },
    { what: 'nothing to be seen', job: deletedJob(300, [foreground]), says: /held by finalizer foregroundDeletion/ },
    {
      what: 'nothing at all',
      job: without(deletedJob(300, []), 'finalizers'),
      says: /Job e2e-podinfo-85d557f47b of a former run was deleted 300 s ago and is still there, held by nothing that can be seen/,
    },
  ];
  for (const { what, job, pods = [], says } of holders) {
    it(`and is held by ${what} says so`, () => {
      assert.match(told(stepWith({ kind: 'terminating', job }, pods)), says);
    });
  }
});

describe('A Job that is gone, whose pods are not', () => {
  const state = (record = recordOf()): RunState => ({ kind: 'jobDeleted', record });
  const inPhase = (phase: string | undefined, seconds = 5): Pod => ({
    ...pod({ deletionTimestamp: ago(seconds) }),
    ...(phase !== undefined && { status: { phase } }),
  });
  const rows: { what: string; pods: Pod[]; is: string; says: RegExp }[] = [
    { what: 'none is left', pods: [], is: 'start 1/1', says: /started again$/ },
    { what: 'all have passed', pods: [inPhase('Succeeded')], is: 'start 1/1', says: /started again$/ },
    { what: 'all have failed', pods: [inPhase('Failed')], is: 'start 1/1', says: /started again$/ },
    {
      what: 'one still runs',
      pods: [inPhase('Succeeded'), inPhase('Running')],
      is: 'answer running',
      says: /^Deleting: the Job was removed, and its test is still ending: pod e2e-podinfo-x on node worker-1$/,
    },
    { what: 'one is pending', pods: [inPhase('Pending')], is: 'answer running', says: /^Deleting/ },
    { what: 'one has no status', pods: [inPhase(undefined)], is: 'answer running', says: /^Deleting/ },
    { what: 'one has been ending for 60 s', pods: [inPhase('Running', 60)], is: 'answer running', says: /^Deleting/ },
    {
      what: 'one has been ending for 61 s',
      pods: [inPhase('Running', 61)],
      is: 'stuck j1',
      says: /^JobStuck: the Job was removed, and its test has been ending for 61 s, held by pod e2e-podinfo-x on node worker-1/,
    },
    {
      what: 'the first of two has been ending for 61 s',
      pods: [inPhase('Running', 61), inPhase('Running')],
      is: 'stuck j1',
      says: /for 61 s, held by pod e2e-podinfo-x on node worker-1, pod e2e-podinfo-x on node worker-1/,
    },
    { what: 'one is not deleted yet', pods: [{ ...pod(), status: {} }], is: 'answer running', says: /^Deleting/ },
    {
      what: 'one is not deleted yet, and another has been ending for 61 s',
      pods: [{ ...pod(), status: {} }, inPhase('Running', 61)],
      is: 'stuck j1',
      says: /^JobStuck/,
    },
  ];
  for (const { what, pods, is, says } of rows) {
    it(`is ${is} where ${what}`, () => {
      const step = stepWith(state(), pods);
      assert.equal(inShort(step), is, told(step));
      assert.match(told(step), says);
    });
  }

  it('is named as it is on record', () => {
    const step = stepWith(state(), [inPhase('Running', 61)]);
    assert.ok(!(step instanceof Error) && step.do === 'stuck');
    assert.deepEqual(step.job, { metadata: { name: run.jobName, uid: 'j1' } });
  });

  it('is inconclusive at the second loss, whatever still ends: no other test begins beside it', () => {
    assert.equal(
      inShort(stepWith(state(recordOf({ removed: 1 })), [inPhase('Running')])),
      'answer inconclusive and write',
    );
  });

  it('holds up who asks to run again as well', () => {
    const spec = specOf();
    spec.metadata.annotations = { [annotation.requestedAt]: 'now' };
    const evidence = { pods: [inPhase('Running')], events: [] };
    assert.equal(inShort(stepIn(state(), { run, spec, target: undefined, evidence, now })), 'answer running');
  });
});
