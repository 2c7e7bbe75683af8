/**
 * What is done about a run whose canary is no longer what it tests.
 */
import assert from 'node:assert/strict';
import type { Target } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import { revisionHash } from '../../../function/flagger/target.ts';
import { nextStep } from '../../../function/run/next-step.ts';
import type { RunState } from '../../../function/run/state.ts';
import { ago, conditions, endedPod, jobOf, now, recordOf, run, specOf } from '../run-fixture.ts';
import { inShort } from './describe-step.ts';

describe('The next step for a canary that changed', () => {
  const target: Target = { spec: { template: { spec: {} } } };
  const changed: Target = { spec: { template: { spec: { nodeSelector: { disk: 'ssd' } } } } };
  const noted = { [annotation.target]: revisionHash(target) };
  const step = (state: RunState, seen: Target | undefined) =>
    nextStep(state, { run, spec: specOf(), target: seen, evidence: { pods: [endedPod()], events: [] }, now });
  const passedJob = jobOf(conditions('Complete'), noted);
  const states: [string, RunState][] = [
    ['Job', { kind: 'present', job: passedJob }],
    [
      'record',
      { kind: 'decided', record: recordOf({ verdict: 'Passed', target: revisionHash(target) }), job: undefined },
    ],
  ];

  for (const [what, state] of states) {
    it(`is no verdict of its ${what}`, () => {
      assert.equal(inShort(step(state, changed)), 'targetChanged');
      assert.match(inShort(step(state, target)), /^answer passed/);
    });

    it(`is no verdict of its ${what} either when the target is gone`, () => {
      assert.equal(inShort(step(state, undefined)), 'targetChanged');
    });
  }

  it('tells since when, once it was noted', () => {
    const first = step({ kind: 'present', job: passedJob }, changed);
    assert.ok(first.do === 'targetChanged' && first.changedSince === undefined);
    const later = jobOf(conditions('Complete'), { ...noted, [annotation.targetChangedAt]: ago(30) });
    const second = step({ kind: 'present', job: later }, changed);
    assert.ok(second.do === 'targetChanged' && second.changedSince?.getTime() === now.getTime() - 30_000);
  });
});
