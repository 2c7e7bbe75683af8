/**
 * What becomes of the records when Flagger says that a rollout is over. The whole of it: test/function/behaviour/closing.ts.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Canary } from '../../../function/api/canary.ts';
import type { RecordedVerdict, RunRecord, Status } from '../../../function/api/e2espec.ts';
import {
  cancelledRecord,
  closeRecords,
  type EndedRollout,
  rolloutLeftOpen,
  rolloutOnRecord,
} from '../../../function/run/closing.ts';
import { ago, recordOf, run, specOf } from '../run-fixture.ts';

const canaryAt = (end: string): Canary => ({
  metadata: { name: run.canary, namespace: run.namespace, uid: run.canaryUid },
  spec: { targetRef: { kind: 'Deployment', name: 'podinfo' } },
  status: { phase: 'Succeeded', conditions: [{ type: 'Promoted', status: 'True', lastTransitionTime: end }] },
});
const canary = canaryAt(ago(5));
const { rollout, checksum } = run;
const ended: EndedRollout = { canary, checksum, rollout, outcome: 'Succeeded', at: ago(0) };
const closed = { closedAt: ago(4), rolloutEnd: ago(5) };

describe('The rollout on record that is over', () => {
  const earlier = recordOf({ rollout: ago(9000), startedAt: ago(9000), verdict: 'Passed' });
  const own = recordOf({ startedAt: ago(100), verdict: 'Failed' });
  const rows: { title: string; specs: RunRecord[][]; found: string | undefined }[] = [
    { title: 'is the newest in which the checksum was tested', specs: [[own, earlier]], found: rollout },
    { title: 'is the newest in any E2ESpec, whichever is read first', specs: [[earlier], [own]], found: rollout },
    { title: 'is the one that another hook has closed already', specs: [[{ ...own, ...closed }]], found: rollout },
    {
      title: 'is none where the newest has ended before',
      specs: [[{ ...own, closedAt: ago(50), rolloutEnd: ago(51) }]],
      found: undefined,
    },
    {
      title: 'is none where an older verifier closed the newest',
      specs: [[{ ...own, closedAt: ago(50) }]],
      found: undefined,
    },
    { title: 'is none of another checksum', specs: [[recordOf({ checksum: '5c95544979' })]], found: undefined },
    {
      title: 'is none of a Canary of the same name that was created again',
      specs: [[recordOf({ canaryUID: 'c2' })]],
      found: undefined,
    },
    {
      title: 'is none that is only known as promoted',
      specs: [[recordOf({ verdict: 'PromotedUnverified' })]],
      found: undefined,
    },
  ];
  for (const { title, specs, found } of rows) {
    it(title, () => {
      const read = specs.map((runs) => specOf({}, runs));
      assert.equal(rolloutOnRecord(read, canary, checksum), found);
    });
  }
});

describe('A rollout that was left open', () => {
  const rows: { title: string; records: RunRecord[]; found: string | undefined }[] = [
    { title: 'is one of another checksum', records: [recordOf({ checksum: '5c95544979' })], found: rollout },
    {
      title: 'is the newest of them',
      records: [recordOf({ rollout: ago(9000), startedAt: ago(9000) }), recordOf({ startedAt: ago(100) })],
      found: rollout,
    },
    { title: 'is none that is closed', records: [recordOf({ verdict: 'Failed', ...closed })], found: undefined },
    { title: 'is none that began after this end', records: [recordOf({ rollout: ago(4) })], found: undefined },
    { title: 'is none of another Canary', records: [recordOf({ canaryUID: 'c2' })], found: undefined },
  ];
  for (const { title, records, found } of rows) {
    it(title, () => assert.equal(rolloutLeftOpen([specOf({}, records)], canary), found));
  }
});

describe('Closing', () => {
  const verdicts: RecordedVerdict[] = [
    'Running',
    'Passed',
    'Skipped',
    'Failed',
    'Inconclusive',
    'Superseded',
    'Cancelled',
  ];
  const anyRecord = fc
    .record({
      canary: fc.constantFrom(run.canary, 'backend'),
      rollout: fc.constantFrom(rollout, ago(9000)),
      checksum: fc.constantFrom(checksum, '5c95544979'),
      hook: fc.constantFrom('', 'h1'),
      verdict: fc.constantFrom(...verdicts),
      jobUID: fc.constantFrom('j1', 'j2', 'j3', 'j4'),
      isClosed: fc.boolean(),
    })
    .map(({ isClosed, ...fields }) => recordOf({ ...fields, ...(isClosed && fields.verdict !== 'Running' && closed) }));
  const isOwn = (record: RunRecord) => record.canary === run.canary && record.rollout === rollout;
  const isForeign = (record: RunRecord) => !isOwn(record);
  const lists = fc.uniqueArray(anyRecord, { maxLength: 8, selector: (record) => JSON.stringify(record) });
  const doubts = fc.option(fc.constant('podinfo: no run'), { nil: undefined });

  /** As a call does that has looked at every run. */
  function close(runs: RunRecord[], unverified: string | undefined): Status {
    const running = runs.filter((record) => isOwn(record) && record.verdict === 'Running');
    const settled = running.map((record) => cancelledRecord(record, ended, 'stopped'));
    return closeRecords({ runs }, { ended, settled, unverified }) ?? { runs };
  }

  function checks(check: (runs: RunRecord[], after: Status, unverified: string | undefined) => void): void {
    const property = fc.property(lists, doubts, (runs, unverified) => check(runs, close(runs, unverified), unverified));
    fc.assert(property, { numRuns: 300 });
  }

  it('closes every record of the rollout, and leaves none running', () =>
    checks((_, after) => {
      for (const record of after.runs?.filter(isOwn) ?? []) {
        assert.ok(record.closedAt !== undefined && record.verdict !== 'Running', JSON.stringify(record));
      }
    }));

  it('touches no record of another rollout or another canary', () =>
    checks((runs, after) => assert.deepEqual(after.runs?.filter(isForeign), runs.filter(isForeign))));

  it('adds one record of an unverified promotion, and none of a verified one', () =>
    checks((_, after, unverified) => {
      const added = after.runs?.filter(({ verdict }) => verdict === 'PromotedUnverified');
      assert.equal(added?.length, unverified === undefined ? 0 : 1);
      if (unverified !== undefined) assert.equal(after.lastRun?.verdict, 'PromotedUnverified');
    }));

  it('does nothing the second time', () =>
    checks((_, after, unverified) => assert.equal(closeRecords(after, { ended, settled: [], unverified }), undefined)));

  it('leaves a run alone that another call has begun since', () => {
    const status = { runs: [recordOf({ jobUID: 'later' })] };
    assert.equal(closeRecords(status, { ended, settled: [], unverified: undefined }), undefined);
  });

  it('takes the mark away of what could not be told, once it is told', () => {
    const marked = { runs: [recordOf({ verdict: 'Passed', ...closed, eventPending: true })] };
    const closing = { ended, settled: [], unverified: undefined };
    assert.equal(closeRecords(marked, closing, { eventPending: true }), undefined);
    assert.deepEqual(closeRecords(marked, closing)?.runs, [recordOf({ verdict: 'Passed', ...closed })]);
  });
});
