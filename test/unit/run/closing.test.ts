/**
 * What becomes of the records when Flagger says that a rollout is over. The whole of it: test/function/behaviour/closing.ts.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Canary, CanaryPhase } from '../../../function/api/canary.ts';
import type { RecordedVerdict, RunRecord, Status } from '../../../function/api/e2espec.ts';
import { checksumOf } from '../../../function/flagger/checksum.ts';
import {
  cancelledRecord,
  closeRecords,
  type EndedRollout,
  formerRollouts,
  isNewestOnRecord,
  rolloutLeftOpen,
  rolloutOnRecord,
  settledRecords,
} from '../../../function/run/closing.ts';
import { ago, recordOf, run, specOf } from '../run-fixture.ts';

const canaryAt = (end: string): Canary => ({
  metadata: { name: run.canary, namespace: run.namespace, uid: run.canaryUid },
  spec: { targetRef: { kind: 'Deployment', name: 'podinfo' } },
  status: { phase: 'Succeeded', conditions: [{ type: 'Promoted', status: 'True', lastTransitionTime: end }] },
});
const canary = canaryAt(ago(5));
const { rollout, checksum } = run;
const ended: EndedRollout = { canary, checksum, rollout, outcome: 'Succeeded', end: ago(5), at: ago(0) };
const closed = { closedAt: ago(4), rolloutEnd: ago(5) };

describe('The rollout on record that is over', () => {
  const earlier = recordOf({ rollout: ago(9000), startedAt: ago(9000), verdict: 'Passed' });
  const own = recordOf({ startedAt: ago(100), verdict: 'Failed' });
  const rows: { title: string; specs: (RunRecord[] | undefined)[]; found: string | undefined }[] = [
    { title: 'is the newest in which the checksum was tested', specs: [[own, earlier]], found: rollout },
    {
      title: 'is the newest, although an earlier one of the checksum has ended',
      specs: [[own, { ...earlier, closedAt: ago(8000), rolloutEnd: ago(8001) }]],
      found: rollout,
    },
    { title: 'is the newest in any E2ESpec, whichever is read first', specs: [[earlier], [own]], found: rollout },
    { title: 'is the one that another hook has closed already', specs: [[{ ...own, ...closed }]], found: rollout },
    {
      title: 'is none where the newest has ended before',
      specs: [[{ ...own, closedAt: ago(50), rolloutEnd: ago(51) }]],
      found: undefined,
    },
    {
      title: 'is none where the newest has ended before and an earlier one is open',
      specs: [[{ ...own, closedAt: ago(50), rolloutEnd: ago(51) }, earlier]],
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
    { title: 'is none of an E2ESpec that has no status yet', specs: [undefined], found: undefined },
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
    {
      title: 'is the first in the list, where two began in the same second',
      records: [recordOf({ startedAt: ago(100) }), recordOf({ rollout: ago(9000), startedAt: ago(100) })],
      found: rollout,
    },
    {
      title: 'is the newest, whatever has no time',
      records: [recordOf({ rollout: ago(9000) }), recordOf({ startedAt: ago(100) })],
      found: rollout,
    },
    {
      title: 'is one that began and ended in the same second',
      records: [recordOf({ rollout: ago(5) })],
      found: ago(5),
    },
    { title: 'is none that is closed', records: [recordOf({ verdict: 'Failed', ...closed })], found: undefined },
    { title: 'is none that began after this end', records: [recordOf({ rollout: ago(4) })], found: undefined },
    { title: 'is none of another Canary', records: [recordOf({ canaryUID: 'c2' })], found: undefined },
  ];
  for (const { title, records, found } of rows) {
    it(title, () => assert.equal(rolloutLeftOpen([specOf({}, records)], canary), found));
  }
});

describe('A rollout of a canary is the newest on record', () => {
  const own = recordOf({ startedAt: ago(100) });
  const rows: { when: string; specs: (RunRecord[] | undefined)[]; is: boolean }[] = [
    { when: 'an earlier one is on record too', specs: [[recordOf({ rollout: ago(9000) }), own]], is: true },
    {
      when: 'a later one is of another canary',
      specs: [[recordOf({ canary: 'backend', rollout: ago(9) }), own]],
      is: true,
    },
    {
      when: 'a later one is in another E2ESpec',
      specs: [[own], [recordOf({ rollout: ago(9), startedAt: ago(8) })]],
      is: false,
    },
    { when: 'nothing is on record', specs: [[], undefined], is: false },
  ];
  for (const { when, specs, is } of rows) {
    it(`${is ? '' : 'not '}when ${when}`, () => {
      const read = specs.map((runs) => specOf({}, runs));
      assert.equal(isNewestOnRecord(read, canary, rollout), is);
    });
  }
});

describe('The record of a run that had no verdict when its rollout ended', () => {
  const outcomes: { outcome: EndedRollout['outcome']; reason: string }[] = [
    { outcome: 'Failed', reason: 'RolloutFailed' },
    { outcome: 'Succeeded', reason: 'RolloutOver' },
    { outcome: 'earlier', reason: 'RolloutOver' },
  ];
  for (const { outcome, reason } of outcomes) {
    it(`says ${reason} where the outcome is ${outcome}`, () => {
      const running = recordOf({ reason: 'Started', message: 'the Job was created' });
      const cancelled = { verdict: 'Cancelled', reason, message: 'its Job was stopped', finishedAt: ago(0) };
      assert.deepEqual(cancelledRecord(running, { ...ended, outcome }, 'its Job was stopped'), {
        ...running,
        ...cancelled,
      });
    });
  }
});

describe('The records of a rollout as they will be', () => {
  const settled = recordOf({ verdict: 'Cancelled', reason: 'RolloutOver', message: 'stopped' });
  const rows: { title: string; before: RunRecord; after: RunRecord[] }[] = [
    { title: 'say what an open run has come to', before: recordOf(), after: [settled] },
    {
      title: 'leave a verdict as it is',
      before: recordOf({ verdict: 'Failed' }),
      after: [recordOf({ verdict: 'Failed' })],
    },
    {
      title: 'leave the run of another Job as it is',
      before: recordOf({ jobUID: 'j2' }),
      after: [recordOf({ jobUID: 'j2' })],
    },
    {
      title: 'leave the run of another hook as it is',
      before: recordOf({ hook: 'a1b2' }),
      after: [recordOf({ hook: 'a1b2' })],
    },
    { title: 'are without those of another rollout', before: recordOf({ rollout: ago(9000) }), after: [] },
    { title: 'are without those of another canary', before: recordOf({ canary: 'backend' }), after: [] },
  ];
  for (const { title, before, after } of rows) {
    it(title, () => assert.deepEqual(settledRecords(specOf({}, [before]), ended, [settled]), after));
  }

  it('are none where the E2ESpec has no status yet', () =>
    assert.deepEqual(settledRecords(specOf(), ended, [settled]), []));
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
      if (unverified !== undefined) assert.equal(after.runs?.[0]?.verdict, 'PromotedUnverified');
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

  const doubt = 'none of its webhooks starts a test';
  const unverified: RunRecord = {
    canary: 'podinfo',
    canaryUID: 'c1',
    checksum,
    rollout,
    hook: '',
    verdict: 'PromotedUnverified',
    reason: 'NoPassedRun',
    message: doubt,
    finishedAt: ago(0),
    closedAt: ago(0),
    rolloutEnd: ago(5),
  };

  it('writes an unverified promotion where nothing was on record before', () => {
    const status = closeRecords(undefined, { ended, settled: [], unverified: doubt });
    assert.deepEqual(status, { runs: [unverified] });
  });

  it('writes an unverified promotion again at another end of a rollout', () => {
    const before = { ...unverified, rollout: ago(9000), rolloutEnd: ago(8000) };
    const status = closeRecords({ runs: [before] }, { ended, settled: [], unverified: doubt });
    assert.deepEqual(status?.runs, [unverified, before]);
  });

  it('takes the mark away of an unverified promotion of which no run is on record, once it is told', () => {
    const closing = { ended: { ...ended, rollout: undefined }, settled: [], unverified: doubt };
    const marked = closeRecords(undefined, closing, { eventPending: true });
    assert.deepEqual(marked?.runs, [{ ...unverified, rollout: ago(5), eventPending: true }]);
    assert.deepEqual(closeRecords(marked, closing)?.runs, [{ ...unverified, rollout: ago(5) }]);
  });

  it('says which end it was only where that is known, and puts what it adds behind what has begun since', () => {
    const present = recordOf({ rollout: ago(1), jobUID: 'j2' });
    const failed = recordOf({ verdict: 'Failed' });
    const former = { ...ended, end: undefined };
    const status = closeRecords({ runs: [present, failed] }, { ended: former, settled: [], unverified: doubt });
    const { rolloutEnd: _, ...added } = unverified;
    assert.deepEqual(status?.runs, [present, added, { ...failed, closedAt: ago(0) }]);
    assert.equal(closeRecords(status, { ended: former, settled: [], unverified: doubt }), undefined);
  });
});

describe('The rollouts that were left open, as whoever comes later finds them,', () => {
  const revision = (lastAppliedSpec: string, trackedConfigs = {}) => ({ lastAppliedSpec, trackedConfigs });
  const [one, two] = [checksumOf(revision('one')), checksumOf(revision('two'))];
  const statusAt = (phase: CanaryPhase, time: string, more: Canary['status'] = {}): Canary => ({
    ...canary,
    status: {
      ...revision('two'),
      phase,
      conditions: [{ type: 'Promoted', status: 'Unknown', lastTransitionTime: time }],
      ...more,
    },
  });
  const open = recordOf({ checksum: one, startedAt: ago(1000), verdict: 'Failed' });
  const isClosed = { closedAt: ago(900), rolloutEnd: ago(901) };
  type Found = [rollout: string, outcome: string, checksum: string, end: string | undefined];
  const rows: { what: string; at: Canary; runs: RunRecord[]; found: Found[] }[] = [
    {
      what: 'are closed with what was promoted, at the confirm-rollout of the next one',
      at: statusAt('Succeeded', ago(500), revision('one')),
      runs: [open],
      found: [[rollout, 'Succeeded', one, ago(500)]],
    },
    {
      what: 'are known to have failed, whatever the target has become since',
      at: statusAt('Failed', ago(500)),
      runs: [open],
      found: [[rollout, 'Failed', one, ago(500)]],
    },
    {
      what: 'are known as promoted by the spec that was, at a gate of the next one',
      at: statusAt('Progressing', ago(100), { lastPromotedSpec: 'one' }),
      runs: [open],
      found: [[rollout, 'Succeeded', one, undefined]],
    },
    {
      what: 'are not known as promoted where another spec was, or its configs have changed since',
      at: statusAt('Progressing', ago(100), { lastPromotedSpec: 'one', trackedConfigs: { 'configmap/a': '1' } }),
      runs: [open],
      found: [[rollout, 'earlier', one, undefined]],
    },
    {
      what: 'are not known as promoted where nothing was promoted yet',
      at: statusAt('WaitingPromotion', ago(100)),
      runs: [open],
      found: [[rollout, 'earlier', one, undefined]],
    },
    {
      what: 'are the newest first, and only that one can be what was promoted',
      at: statusAt('Waiting', ago(100), { lastPromotedSpec: 'one' }),
      runs: [open, recordOf({ checksum: one, rollout: ago(9000), startedAt: ago(8999), verdict: 'Passed' })],
      found: [
        [rollout, 'Succeeded', one, undefined],
        [ago(9000), 'earlier', one, undefined],
      ],
    },
    {
      what: 'have ended nobody knows how, where a later one is on record',
      at: statusAt('Succeeded', ago(500), revision('one')),
      runs: [recordOf({ checksum: two, rollout: ago(800), startedAt: ago(790), ...isClosed }), open],
      found: [[rollout, 'earlier', one, undefined]],
    },
    {
      what: 'are none that is closed',
      at: statusAt('Progressing', ago(100)),
      runs: [{ ...open, ...isClosed }],
      found: [],
    },
    {
      what: 'are not the one that is going on',
      at: statusAt('Progressing', ago(100)),
      runs: [recordOf({ checksum: two, rollout: ago(100) })],
      found: [],
    },
    {
      what: 'are none that has begun since the Canary was read',
      at: statusAt('Progressing', ago(100)),
      runs: [recordOf({ checksum: two, rollout: ago(50) })],
      found: [],
    },
    {
      what: 'are none that has begun since the end was read',
      at: statusAt('Succeeded', ago(100)),
      runs: [recordOf({ checksum: two, rollout: ago(50) })],
      found: [],
    },
    {
      what: 'are none of a Canary that was deleted and created again',
      at: statusAt('Progressing', ago(100)),
      runs: [{ ...open, canaryUID: 'c0' }],
      found: [],
    },
    {
      what: 'are none of another canary',
      at: statusAt('Progressing', ago(100)),
      runs: [{ ...open, canary: 'b' }],
      found: [],
    },
    {
      what: 'are none without a Canary',
      at: statusAt('Progressing', ago(100)),
      runs: [{ ...open, rollout: '-' }],
      found: [],
    },
    { what: 'are none while the Canary is being made', at: statusAt('Initialized', ago(100)), runs: [open], found: [] },
    { what: 'are none while Flagger promotes', at: statusAt('Promoting', ago(100)), runs: [open], found: [] },
  ];
  for (const { what, at, runs, found } of rows) {
    it(what, () => {
      const seen = formerRollouts(at, [specOf({}, runs)], ago(0));
      assert.deepEqual(
        seen.map(({ rollout, outcome, checksum, end }) => [rollout, outcome, checksum, end]),
        found,
      );
    });
  }
});
