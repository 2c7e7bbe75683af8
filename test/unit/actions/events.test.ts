/**
 * What records tell, and under which names: told twice, by whichever call, it is one Event; said otherwise, it is another.
 */
import assert from 'node:assert/strict';
import { eventsOn, recordEvent } from '../../../function/actions/events.ts';
import type { RunRecord } from '../../../function/api/e2espec.ts';
import { ago, now, recordOf, specOf } from '../run-fixture.ts';

const told = (record: Partial<RunRecord>, at = now) => {
  const [event] = eventsOn(recordEvent(recordOf(record)), undefined, specOf(), at);
  return event ?? assert.fail('no Event');
};
const nameOf = (record: Partial<RunRecord>, at?: Date) => told(record, at).metadata.name;

describe('The Event of a record', () => {
  const rows: { record: Partial<RunRecord>; says: [string, string, string] }[] = [
    {
      record: { verdict: 'Running', reason: 'Started', message: 'the Job was created' },
      says: ['Normal', 'E2ETestStarted', 'Job e2e-podinfo-85d557f47b: Started: the Job was created'],
    },
    {
      record: { verdict: 'Passed', message: 'the test passed' },
      says: ['Normal', 'E2ETestPassed', 'Job e2e-podinfo-85d557f47b: the test passed'],
    },
    {
      record: { verdict: 'Failed', reason: 'Error', message: 'no checkout' },
      says: ['Warning', 'E2ETestFailed', 'Job e2e-podinfo-85d557f47b: Error: no checkout'],
    },
    {
      record: { verdict: 'Inconclusive', reason: 'ErrImagePull', message: 'no image' },
      says: ['Warning', 'E2ETestInconclusive', 'Job e2e-podinfo-85d557f47b: ErrImagePull: no image'],
    },
    {
      record: { verdict: 'Skipped', message: 'skipped by hand: known flake' },
      says: ['Warning', 'E2ETestSkipped', 'checksum 85d557f47b: skipped by hand: known flake'],
    },
    {
      record: { verdict: 'PromotedUnverified', reason: 'NoPassedRun', message: 'nobody looked' },
      says: ['Warning', 'PromotedUnverified', 'nobody looked'],
    },
    {
      record: { verdict: 'Superseded', reason: 'Error', message: 'was Failed; run again by hand. no checkout' },
      says: [
        'Normal',
        'E2ETestClosed',
        'Job e2e-podinfo-85d557f47b: Error: was Failed; run again by hand. no checkout',
      ],
    },
  ];
  for (const { record, says } of rows) {
    it(`${record.verdict} is ${says[1]}`, () => {
      const { type, reason, message } = told(record);
      assert.deepEqual([type, reason, message], says);
    });

    it(`${record.verdict} has the same name whenever it is told, and another for another run`, () => {
      const later = new Date(now.getTime() + 60_000);
      assert.equal(nameOf({ ...record, eventPending: true }, later), nameOf(record));
      assert.notEqual(nameOf({ ...record, canaryUID: 'c2' }), nameOf(record));
      assert.match(nameOf(record) ?? '', /^[a-z0-9.-]{1,253}$/);
    });
  }

  for (const { record } of rows.slice(1, 3)) {
    it(`${record.verdict} is one for each Job, in whatever words`, () => {
      assert.equal(nameOf({ ...record, message: 'other words' }), nameOf(record));
      assert.notEqual(nameOf({ ...record, jobUID: 'j2' }), nameOf(record));
    });
  }

  for (const { record } of rows.slice(3)) {
    it(`${record.verdict} has another name when it says something else`, () =>
      assert.notEqual(nameOf({ ...record, message: 'other words' }), nameOf(record)));
  }

  it('of a run that was superseded is one for each Job, so that none of several is left out', () => {
    const superseded = { verdict: 'Superseded', message: 'was Failed; run again by hand' } as const;
    assert.notEqual(nameOf({ ...superseded, jobUID: 'j2' }), nameOf(superseded));
  });

  it('of a run that goes on is one, however much time passes in its words', () => {
    const running = { verdict: 'Running', reason: 'Started' } as const;
    assert.equal(nameOf({ ...running, message: '5 s' }), nameOf({ ...running, message: '15 s' }));
  });

  it('of a run that waits for its target says that no Job is there', () => {
    const { job: _, jobUID: __, ...waiting } = recordOf({ reason: 'TargetNotReady', message: 'm', startedAt: ago(9) });
    const { reason, message } = recordEvent(waiting);
    assert.deepEqual([reason, message], ['E2ETestWaiting', 'TargetNotReady: m']);
  });
});
