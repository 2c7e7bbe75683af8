/**
 * What a gate answers next, and for whom its rollout waits: by what is on record of its run.
 */
import assert from 'node:assert/strict';
import type { Canary } from '../../../../function/api/canary.ts';
import type { RunRecord, Spec } from '../../../../function/api/e2espec.ts';
import { annotation } from '../../../../function/api/labels.ts';
import { overviewOf } from '../../../../function/cli/overview/rows.ts';
import { answerOf, awaitedBy } from '../../../../function/cli/overview/standing.ts';
import { byPerson, hook, increase, preRollout, promotion, rollback, webhook } from '../../lint/canary-fixture.ts';
import { rolling, spec } from '../rollout-fixture.ts';

const waiting = [preRollout, rollback];

const cases: {
  what: string;
  canary?: Canary;
  record?: Partial<RunRecord>;
  spec?: Partial<Spec>;
  answers: string | undefined;
  waits: string | undefined;
}[] = [
  { what: 'nothing has begun', answers: 'starts it', waits: 'Flagger' },
  { what: 'it runs', record: { verdict: 'Running', reason: 'Started' }, answers: 'holds', waits: 'its test' },
  {
    what: 'its image is not there',
    record: { verdict: 'Running', reason: 'ErrImagePull' },
    answers: 'holds',
    waits: 'test',
  },
  {
    what: 'no node takes it',
    record: { verdict: 'Running', reason: 'Unschedulable' },
    answers: 'holds',
    waits: 'cluster',
  },
  { what: 'it passed', record: { verdict: 'Passed' }, answers: 'lets go', waits: undefined },
  { what: 'it is skipped', record: { verdict: 'Skipped' }, answers: 'lets go', waits: undefined },
  { what: 'it failed', record: { verdict: 'Failed' }, answers: 'rolls back', waits: 'Flagger' },
  {
    what: 'it failed without a rollback hook',
    canary: rolling([preRollout]),
    record: { verdict: 'Failed' },
    answers: 'refuses',
    waits: 'Flagger',
  },
  {
    what: 'it failed at a confirm gate without a rollback hook',
    canary: rolling([promotion]),
    record: { verdict: 'Failed' },
    answers: 'holds',
    waits: 'person',
  },
  {
    what: 'it could not run, and is to hold',
    canary: rolling([increase, rollback]),
    record: { verdict: 'Inconclusive' },
    spec: { onInconclusive: 'Hold' },
    answers: 'holds',
    waits: 'person',
  },
  {
    what: 'its result is lost, which never rolls back by itself',
    record: { verdict: 'Inconclusive', reason: 'ResultLost' },
    answers: 'refuses',
    waits: 'Flagger',
  },
  { what: 'it could not run', record: { verdict: 'Inconclusive' }, answers: 'rolls back', waits: 'Flagger' },
  {
    what: '/webhook runs it',
    canary: rolling([webhook, rollback]),
    record: { verdict: 'Running', reason: 'Started' },
    answers: 'lets go',
    waits: undefined,
  },
  {
    what: 'it is only observed',
    record: { verdict: 'Failed', mode: 'Observe' },
    answers: 'lets go',
    waits: undefined,
  },
  {
    what: 'another rollout of this revision has passed',
    record: { verdict: 'Passed', rollout: '2026-11-27T11:00:00Z' },
    answers: 'starts it',
    waits: 'Flagger',
  },
  {
    what: 'a former run was superseded',
    record: { verdict: 'Superseded' },
    answers: 'starts it',
    waits: 'Flagger',
  },
  {
    what: 'the rollout has not begun',
    canary: rolling(waiting, 'Waiting'),
    answers: undefined,
    waits: 'confirm-rollout',
  },
  {
    what: 'the rollout has not begun, and a person is to let it',
    canary: rolling([byPerson('confirm-rollout'), ...waiting], 'Waiting'),
    answers: undefined,
    waits: 'person',
  },
  {
    what: 'it passed, and a person is to let the rollout go on',
    canary: rolling([...waiting, byPerson('confirm-promotion', 'promote')], 'WaitingPromotion'),
    record: { verdict: 'Passed' },
    answers: 'lets go',
    waits: 'person',
  },
  {
    what: 'it runs before a gate that a person opens',
    canary: rolling([promotion, byPerson('confirm-promotion'), rollback], 'WaitingPromotion'),
    record: { verdict: 'Running', reason: 'Started' },
    answers: 'holds',
    waits: 'its test',
  },
  {
    what: 'it passed, and the gate of another phase is closed',
    canary: rolling([...waiting, byPerson('confirm-promotion')]),
    record: { verdict: 'Passed' },
    answers: 'lets go',
    waits: undefined,
  },
  {
    what: 'no rollout is going on',
    canary: rolling(waiting, 'Succeeded'),
    record: { verdict: 'Passed' },
    answers: undefined,
    waits: undefined,
  },
];

describe('A gate', () => {
  for (const { what, canary: subject = rolling(waiting), record, spec: more, answers, waits } of cases) {
    it(`${answers ?? 'is not asked'}, and its rollout waits for ${waits ?? 'nobody'}, where ${what}`, () => {
      const [row, ...others] = overviewOf([subject], [spec(record, more)]).rows;
      assert.ok(row);
      assert.deepEqual([others.length, answerOf(row), awaitedBy(row)], [0, answers, waits]);
    });
  }

  const begun = { attempt: 1, job: 'e2e-podinfo' } as const;
  const byHand: { what: string; record?: Partial<RunRecord>; annotations: Record<string, string>; answers: string }[] =
    [
      {
        what: 'a skip is pending while it runs',
        record: { verdict: 'Running', ...begun },
        annotations: { [annotation.skip]: 'podinfo/one: it is down' },
        answers: 'lets go',
      },
      {
        what: 'a skip is pending before it has begun',
        annotations: { [annotation.skip]: 'podinfo/one: it is down' },
        answers: 'lets go',
      },
      {
        what: 'a skip is pending of another revision',
        record: { verdict: 'Running', ...begun },
        annotations: { [annotation.skip]: 'podinfo/two: it is down' },
        answers: 'holds',
      },
      {
        what: 'it is to be run again while it runs',
        record: { verdict: 'Running', ...begun },
        annotations: { [annotation.requestedAt]: 'now' },
        answers: 'starts it',
      },
      {
        what: 'it is to be run again after it has failed',
        record: { verdict: 'Failed', ...begun, requestedAt: 'before' },
        annotations: { [annotation.requestedAt]: 'now' },
        answers: 'starts it',
      },
      {
        what: 'it was skipped, and is to be run',
        record: { verdict: 'Skipped', skip: 'podinfo/one: it is down' },
        annotations: { [annotation.skip]: 'podinfo/one: it is down', [annotation.requestedAt]: 'now' },
        answers: 'starts it',
      },
      {
        what: 'it was run again as asked',
        record: { verdict: 'Running', ...begun, requestedAt: 'now' },
        annotations: { [annotation.requestedAt]: 'now' },
        answers: 'holds',
      },
      {
        what: 'it waits for its target, and has no Job to begin anew',
        record: { verdict: 'Running' },
        annotations: { [annotation.requestedAt]: 'now' },
        answers: 'holds',
      },
    ];
  for (const { what, record, annotations, answers } of byHand) {
    it(`${answers}, where ${what}`, () => {
      const one = spec(record);
      const subject = { ...one, metadata: { ...one.metadata, annotations } };
      const [row] = overviewOf([rolling(waiting)], [subject]).rows;
      assert.ok(row);
      assert.equal(answerOf(row), answers);
    });
  }

  it('refuses where its E2ESpec is missing, which is a matter of the wiring', () => {
    const [row] = overviewOf([rolling(waiting)], []).rows;
    assert.ok(row);
    assert.deepEqual([answerOf(row), awaitedBy(row)], ['refuses', 'wiring']);
  });

  it('of a Canary that a person alone lets go on holds, until that one is open', () => {
    const subject = rolling([byPerson('confirm-promotion', 'promote')], 'WaitingPromotion');
    const standing = (annotations: Record<string, string>) => {
      const [row] = overviewOf([{ ...subject, metadata: { ...subject.metadata, annotations } }], []).rows;
      assert.ok(row);
      return [answerOf(row), awaitedBy(row)];
    };
    assert.deepEqual(standing({}), ['holds', 'person']);
    assert.deepEqual(standing({ 'remarkable.com/gate.promote': 'open' }), [undefined, undefined]);
  });

  it('waits for no person where opening a gate would not do', () => {
    const before = rolling([byPerson('confirm-rollout'), ...waiting], 'Waiting');
    const [missing] = overviewOf([before], []).rows;
    const later = rolling([...waiting, byPerson('confirm-promotion')], 'WaitingPromotion');
    const [row] = overviewOf([later], [spec({ verdict: 'Passed' })]).rows;
    assert.ok(missing && row);
    const account = { name: 'e2e-verifier', namespace: 'default' };
    assert.equal(awaitedBy(missing), 'confirm-rollout');
    assert.equal(awaitedBy(row), 'person');
    assert.equal(awaitedBy({ ...row, unserved: { namespace: 'test', account, role: 'e2e-verifier' } }), 'cluster');
  });

  it('is one for each run that is asked for, by the name that the status has for it', () => {
    const again = hook('confirm-promotion', '/confirm-promotion', { name: 'again' });
    const full = { ...preRollout, name: 'full', metadata: { suite: 'full' } };
    const { rows } = overviewOf([rolling([preRollout, again, full, rollback])], [spec(undefined)]);
    assert.deepEqual(
      rows.map(({ gate }) => gate?.name),
      ['pre-rollout', 'full'],
    );
  });
});
