/**
 * What is done about a run whose canary is no longer what it tests.
 */
import assert from 'node:assert/strict';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import type { Target } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import { revisionHash } from '../../../function/flagger/target.ts';
import { nextStep } from '../../../function/run/next-step.ts';
import type { RunState } from '../../../function/run/state.ts';
import { notedIn, withTargetChange } from '../../../function/run/target-note.ts';
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

  const since = ago(30);
  const to = revisionHash(changed);
  const notedJob = (at: string, hash: string): RunState => ({
    kind: 'present',
    job: jobOf(conditions('Complete'), {
      ...noted,
      [annotation.targetChangedAt]: at,
      [annotation.targetChangedTo]: hash,
    }),
  });
  const notedRecord = (kind: 'decided' | 'jobDeleted' | 'jobAwaited', at: string, hash: string): RunState => {
    const record = recordOf({ target: revisionHash(target), targetChangedAt: at, targetChangedTo: hash });
    return { kind, record, job: undefined };
  };
  const changedSince = (state: RunState, seen: Target | undefined) => {
    const found = step(state, seen);
    assert.ok(found.do === 'targetChanged', inShort(found));
    return found.changedSince;
  };
  const notes: [string, (at: string, hash: string) => RunState][] = [
    ['on its Job', notedJob],
    ...(['decided', 'jobDeleted', 'jobAwaited'] as const).map(
      (kind): [string, (at: string, hash: string) => RunState] => [
        `in its record, ${kind}`,
        (at, hash) => notedRecord(kind, at, hash),
      ],
    ),
  ];
  for (const [where, stateWith] of notes) {
    it(`tells since when, once it was noted ${where}`, () => {
      assert.deepEqual(changedSince(stateWith(since, to), changed), new Date(since));
    });

    it(`tells nothing for another change than the one that was noted ${where}`, () => {
      assert.equal(changedSince(stateWith(since, 'another'), changed), undefined);
    });

    it(`tells nothing for a target that is gone, whatever was noted ${where}`, () => {
      assert.equal(changedSince(stateWith(since, to), undefined), undefined);
    });

    for (const at of ['yesterday', '', ago(-3600)]) {
      it(`tells nothing where "${at}" was noted ${where}: it would never have lasted`, () => {
        assert.equal(changedSince(stateWith(at, to), changed), undefined);
      });
    }
  }

  it('tells since when, where that was noted in this very second', () => {
    assert.deepEqual(changedSince(notedJob(ago(0), to), changed), now);
  });

  it('tells nothing for a target that is gone, where only the time was noted', () => {
    const job = jobOf(conditions('Complete'), { ...noted, [annotation.targetChangedAt]: since });
    assert.equal(changedSince({ kind: 'present', job }, undefined), undefined);
  });

  it('is no verdict of a Job that was removed either: a run is not begun again with another target', () => {
    const record = recordOf({ target: revisionHash(target) });
    assert.equal(inShort(step({ kind: 'jobDeleted', record }, changed)), 'targetChanged');
    assert.equal(inShort(step({ kind: 'jobDeleted', record }, target)), 'start 1/1');
  });

  it('comes before an edit of the E2ESpec', () => {
    const record = recordOf({ verdict: 'Inconclusive', specGeneration: 0, target: revisionHash(target) });
    assert.equal(inShort(step({ kind: 'decided', record, job: undefined }, changed)), 'targetChanged');
    assert.equal(inShort(step({ kind: 'decided', record, job: undefined }, target)), 'start 1/0');
  });
});

describe('The note on the record of a run whose canary changed', () => {
  const change = { since: ago(30), to: 'b2' };
  const passed = recordOf({ verdict: 'Passed', target: 'a1' });
  const noted: RunRecord = { ...passed, targetChangedAt: ago(30), targetChangedTo: 'b2' };
  const other = recordOf({ checksum: '5c95544979', jobUID: 'j2', targetChangedAt: ago(9000), targetChangedTo: 'c3' });
  const lastRun = { verdict: 'Passed', checksum: run.checksum } as const;
  const statusOf = (...runs: RunRecord[]) => ({ lastRun, runs });

  it('says since when it has become what, and leaves the others as they are', () => {
    assert.deepEqual(withTargetChange(statusOf(other, passed), run, change), statusOf(other, noted));
    assert.deepEqual(notedIn(noted), change);
  });

  it('is written anew for another change', () => {
    const again = { since: ago(10), to: 'c3' };
    const after = { ...passed, targetChangedAt: ago(10), targetChangedTo: 'c3' };
    assert.deepEqual(withTargetChange(statusOf(noted), run, again), statusOf(after));
  });

  it('is taken back when the canary is again what it was', () => {
    assert.deepEqual(withTargetChange(statusOf(other, noted), run), statusOf(other, passed));
    assert.deepEqual(notedIn(passed), {});
  });

  it('is not taken back where there is none', () =>
    assert.equal(withTargetChange(statusOf(other, passed), run), undefined));

  it('is none where the run is not on record', () => {
    for (const status of [undefined, {}, statusOf(other)])
      assert.equal(withTargetChange(status, run, change), undefined);
  });
});
