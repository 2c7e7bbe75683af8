/**
 * What is done about a run whose canary is no longer what it tests.
 */
import assert from 'node:assert/strict';
import type { Standing } from '../../function/run/standing.ts';
import { nextStep } from '../../function/run/step.ts';
import { annotation } from '../../function/run.ts';
import { revisionHash, type Target } from '../../function/target.ts';
import { ago, conditions, endedPod, jobOf, now, recordOf, run, specOf } from './a-run.ts';
import { inShort } from './in-short.ts';

describe('The next step for a canary that changed', () => {
  const target: Target = { spec: { template: { spec: {} } } };
  const changed: Target = { spec: { template: { spec: { nodeSelector: { disk: 'ssd' } } } } };
  const noted = { [annotation.target]: revisionHash(target) };
  const step = (standing: Standing, seen: Target | undefined) =>
    nextStep(standing, { run, spec: specOf(), target: seen, evidence: { pods: [endedPod()], events: [] }, now });
  const passedJob = jobOf(conditions('Complete'), noted);
  const standings: [string, Standing][] = [
    ['Job', { kind: 'present', job: passedJob }],
    [
      'record',
      { kind: 'recorded', record: recordOf({ verdict: 'Passed', target: revisionHash(target) }), job: undefined },
    ],
  ];

  for (const [what, standing] of standings) {
    it(`is no verdict of its ${what}`, () => {
      assert.equal(inShort(step(standing, changed)), 'disown targetChanged');
      assert.match(inShort(step(standing, target)), /^answer passed/);
    });

    it(`is no verdict of its ${what} either when the target is gone`, () => {
      assert.equal(inShort(step(standing, undefined)), 'disown targetChanged');
    });
  }

  it('tells since when, once it was noted', () => {
    const first = step({ kind: 'present', job: passedJob }, changed);
    assert.ok(first.do === 'disown' && first.since === undefined);
    const later = jobOf(conditions('Complete'), { ...noted, [annotation.targetChangedAt]: ago(30) });
    const second = step({ kind: 'present', job: later }, changed);
    assert.ok(second.do === 'disown' && second.since?.getTime() === now.getTime() - 30_000);
  });
});
