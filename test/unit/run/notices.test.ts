import assert from 'node:assert/strict';
import type { RunRecord, Status } from '../../../function/api/e2espec.ts';
import { unsentRecords, withNotices, withSent } from '../../../function/run/notices.ts';
import { ago, now, recordOf } from '../run-fixture.ts';

const finishedAt = ago(5);
const running = recordOf();
const passed = recordOf({ verdict: 'Passed', message: 'the test passed', finishedAt });
const pending: RunRecord = { ...passed, notificationPending: 'Passed' };
const unverified = recordOf({ verdict: 'PromotedUnverified', finishedAt });
const statusOf = (...runs: RunRecord[]): Status => ({ runs });

describe('A status that is written', () => {
  const rows: { what: string; before?: RunRecord[]; after: RunRecord[]; marks: (string | undefined)[] }[] = [
    { what: 'a run that goes on', after: [running], marks: [undefined] },
    { what: 'a verdict', before: [running], after: [passed], marks: ['Passed'] },
    { what: 'a verdict that came with the first record', after: [passed], marks: ['Passed'] },
    { what: 'a verdict that is there already, and was sent', before: [passed], after: [passed], marks: [undefined] },
    {
      what: 'a verdict that is there already, and was not sent',
      before: [pending],
      after: [pending],
      marks: ['Passed'],
    },
    { what: 'the same verdict in other words, not sent', before: [pending], after: [passed], marks: ['Passed'] },
    {
      what: 'another verdict of the same Job',
      before: [passed],
      after: [{ ...passed, verdict: 'Failed' }],
      marks: ['Failed'],
    },
    {
      what: 'the verdict of the next Job',
      before: [passed],
      after: [{ ...passed, jobUID: 'j2' }, passed],
      marks: ['Passed', undefined],
    },
    { what: 'a skip', after: [recordOf({ verdict: 'Skipped', finishedAt })], marks: ['Skipped'] },
    {
      what: 'an unverified promotion',
      before: [passed],
      after: [unverified, passed],
      marks: ['PromotedUnverified', undefined],
    },
    {
      what: 'a verdict that was superseded before it was sent',
      before: [pending],
      after: [{ ...pending, verdict: 'Superseded' }],
      marks: ['Passed'],
    },
    { what: 'what was stopped', before: [running], after: [{ ...running, verdict: 'Cancelled' }], marks: [undefined] },
    {
      what: 'a verdict that nobody has taken for a day',
      before: [{ ...pending, finishedAt: ago(86_401) }],
      after: [{ ...pending, finishedAt: ago(86_401) }],
      marks: [undefined],
    },
    {
      what: 'a verdict that does not say which Canary it is of',
      after: [{ ...passed, canaryUID: '' }],
      marks: [undefined],
    },
  ];
  for (const { what, before, after, marks } of rows) {
    it(`marks ${what} as ${marks.join(' and ')}`, () => {
      const { runs = [] } = withNotices(before && statusOf(...before), statusOf(...after), now);
      assert.deepEqual(
        runs.map(({ notificationPending }) => notificationPending),
        marks,
      );
    });
  }

  it('is otherwise as it was', () => {
    const status = { ...statusOf(passed), lastRun: { canary: 'podinfo' } };
    assert.deepEqual(withNotices(undefined, status, now), { ...status, runs: [pending] });
    assert.deepEqual(withNotices(undefined, {}, now), {});
  });
});

describe('What is still to be sent', () => {
  it('is what is marked and no older than a day', () => {
    const old = { ...pending, finishedAt: ago(86_401) };
    const closed = { ...old, closedAt: ago(60) };
    assert.deepEqual(unsentRecords(statusOf(pending, passed, old, closed, running), now), [pending, closed]);
    assert.deepEqual(unsentRecords(undefined, now), []);
  });

  it('is sent as what it was, whatever has become of it', () => {
    const superseded: RunRecord = { ...pending, verdict: 'Superseded' };
    assert.deepEqual(unsentRecords(statusOf(superseded), now), [pending]);
  });

  it('has its mark until it was sent, and then no more', () => {
    const other: RunRecord = { ...pending, hook: 'smoke' };
    const isTaken = ({ hook, verdict }: RunRecord) => hook === '' && verdict === 'Passed';
    assert.deepEqual(withSent(statusOf(other, pending), isTaken), statusOf(other, passed));
    const superseded: RunRecord = { ...pending, verdict: 'Superseded' };
    assert.deepEqual(withSent(statusOf(superseded), isTaken), statusOf({ ...passed, verdict: 'Superseded' }));
    assert.equal(withSent(statusOf(other, passed), isTaken), undefined);
    assert.equal(withSent(undefined, isTaken), undefined);
  });
});
