import assert from 'node:assert/strict';
import type { LatestRun, RunRecord } from '../../../function/api/e2espec.ts';
import { othersOpen, withoutOrphans } from '../../../function/run/orphans.ts';
import { ago, now, recordOf, run } from '../run-fixture.ts';

const own = run.canaryUid;
const of = (uid: string, more: Partial<RunRecord> = {}) =>
  recordOf({ canary: `canary-${uid}`, canaryUID: uid, startedAt: ago(60), ...more });
const entry = (uid: string, more: Partial<LatestRun> = {}): LatestRun => ({
  ...{ canary: `canary-${uid}`, canaryUID: uid, hook: 'e2e', verdict: 'Running', reason: 'Started', checksum: 'c' },
  ...{ trigger: 'rollout', time: ago(60), ...more },
});

describe('The other Canaries with an open run in an E2ESpec', () => {
  const { canaryUID: _, ...unknown } = of('c9');
  const rows: { what: string; runs?: RunRecord[]; latest?: LatestRun[]; uids: string[] }[] = [
    { what: 'are none where nothing is on record', uids: [] },
    { what: 'are not the one that calls', runs: [of(own)], uids: [] },
    { what: 'are those whose run has no verdict', runs: [of('c2'), of('c3', { verdict: 'Failed' })], uids: ['c2'] },
    { what: 'are one that had the name of the caller before', runs: [of('c2', { canary: run.canary })], uids: ['c2'] },
    {
      what: 'are those whose gate says so where the run is not on record any more',
      latest: [entry('c2')],
      uids: ['c2'],
    },
    { what: 'are each named once', runs: [of('c2'), of('c2', { hook: 'h' })], latest: [entry('c2')], uids: ['c2'] },
    { what: 'are none that no rollout asked for', runs: [of('-', { trigger: 'request' })], uids: [] },
    { what: 'are none that were not looked up', runs: [unknown], uids: [] },
    {
      what: 'are the three whose runs are open for longest',
      runs: [1, 4, 3, 2].map((minutes) => of(`c${minutes}0`, { startedAt: ago(minutes * 60) })),
      uids: ['c40', 'c30', 'c20'],
    },
  ];
  for (const { what, runs, latest, uids } of rows) {
    it(what, () => {
      const found = othersOpen({ ...(runs && { runs }), ...(latest && { latest }) }, own);
      assert.deepEqual(
        found.map(({ uid }) => uid),
        uids,
      );
    });
  }
});

describe('A Canary that is gone', () => {
  const gone = [{ name: 'canary-c2', uid: 'c2' }];

  it('leaves its open run as cancelled, and no entry of its gates; nothing else is changed', () => {
    const others = [of(own), of('c2', { verdict: 'Passed', hook: 'h' }), of('c3')];
    const status = {
      runs: [of('c2'), ...others],
      latest: [entry(own), entry('c2'), entry('c2', { hook: 'h', verdict: 'Passed' }), entry('c3')],
    };
    const message = 'its Canary was deleted before the test had a verdict';
    const end = { finishedAt: ago(0), closedAt: ago(0) };
    assert.deepEqual(withoutOrphans(status, gone, now), {
      runs: [{ ...of('c2'), verdict: 'Cancelled', reason: 'CanaryDeleted', message, ...end }, ...others],
      latest: [entry(own), entry('c3')],
    });
  });

  it('changes nothing where none is', () => {
    const status = { runs: [of('c2')] };
    assert.equal(withoutOrphans(status, [], now), status);
  });
});
