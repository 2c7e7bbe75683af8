/**
 * A Job that has to go before the next test starts: how long that may take, and what keeps it.
 */
import assert from 'node:assert/strict';
import type { Job, Pod } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
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
      says: /300 s, held by pod e2e-podinfo-x on node worker-1; see whether its node is there/,
    },
    {
      what: 'a finalizer of its pod',
      job: deletedJob(300, [foreground]),
      pods: [pod({ finalizers: ['example.com/log'] })],
      says: /held by pod e2e-podinfo-x on node worker-1 \(finalizer example.com\/log\)/,
    },
    { what: 'nothing to be seen', job: deletedJob(300, [foreground]), says: /held by finalizer foregroundDeletion/ },
  ];
  for (const { what, job, pods = [], says } of holders) {
    it(`and is held by ${what} says so`, () => {
      assert.match(told(stepWith({ kind: 'terminating', job }, pods)), says);
    });
  }
});
