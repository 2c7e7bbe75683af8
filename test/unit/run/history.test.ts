/**
 * What E2ESpec.status keeps of the runs, and for how long.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RecordedVerdict, RunRecord, Status } from '../../../function/api/e2espec.ts';
import type { Job } from '../../../function/api/kubernetes.ts';
import { isChangeForTheWorse, untoldRecords, withRecord, withTold } from '../../../function/run/history.ts';
import { recordOf as answering, isSameRollout, jobRecord } from '../../../function/run/record.ts';
import { ago, conditions, jobOf, now, recordOf, run } from '../run-fixture.ts';

const write = (status: Status | undefined, ...records: RunRecord[]): Status =>
  records.reduce<Status>((before, record) => withRecord(before, record) ?? before, status ?? {});
const verdictsOf = (status: Status): string[] =>
  (status.runs ?? []).map(({ checksum, verdict }) => `${checksum} ${verdict}`);
const other = '5c95544979';

/** A Job's conditions, and when each came. */
const at = (times: Record<string, string>): NonNullable<Job['status']> => ({
  conditions: Object.entries(times).map(([type, lastTransitionTime]) => ({ type, status: 'True', lastTransitionTime })),
});

describe('The record of runs', () => {
  const running = recordOf();
  const passed = recordOf({ verdict: 'Passed', finishedAt: ago(10) });

  it('takes a run up when it begins and replaces it by its verdict', () => {
    assert.deepEqual(verdictsOf(write({}, running)), ['85d557f47b Running']);
    assert.deepEqual(verdictsOf(write({}, running, passed)), ['85d557f47b Passed']);
  });

  it('is not written again for what it says already, nor is a verdict by a late look at the running Job', () => {
    for (const record of [running, passed]) assert.equal(withRecord(write({}, record), record), undefined);
    assert.equal(withRecord(write({}, passed), running), undefined);
  });

  it('is written for another Job of the same run: the next attempt', () => {
    const second = recordOf({ jobUID: 'j2', attempt: 2 });
    assert.deepEqual(write({}, running, second).runs, [second]);
  });

  const { job: _, jobUID: _uid, ...awaited } = recordOf({ startedAt: ago(30), attempt: 2 });
  const { attempt: _attempt, ...first } = awaited;
  const failed = recordOf({ verdict: 'Failed', reason: 'Error' });
  const skipped = recordOf({ verdict: 'Skipped', skip: 'podinfo/85d557f47b: known flake' });
  const writes: { what: string; before: RunRecord; next: RunRecord; isWritten: boolean }[] = [
    {
      what: 'another verdict on the same Job',
      before: recordOf({ verdict: 'Inconclusive' }),
      next: failed,
      isWritten: true,
    },
    {
      what: 'the same verdict with another reason',
      before: failed,
      next: { ...failed, reason: 'OOMKilled' },
      isWritten: false,
    },
    {
      what: 'a Job that the Job controller has begun meanwhile',
      before: recordOf({ startedAt: ago(30) }),
      next: recordOf({ startedAt: ago(29) }),
      isWritten: false,
    },
    { what: 'a wait that goes on', before: awaited, next: awaited, isWritten: false },
    { what: 'a first wait that goes on', before: first, next: first, isWritten: false },
    { what: 'a first wait that is counted now', before: first, next: { ...first, attempt: 1 }, isWritten: false },
    { what: 'a wait from another time', before: awaited, next: { ...awaited, startedAt: ago(5) }, isWritten: true },
    { what: 'a wait for another try', before: awaited, next: { ...awaited, attempt: 3 }, isWritten: true },
    { what: 'a wait for a second try', before: first, next: awaited, isWritten: true },
    {
      what: 'a wait with an edited E2ESpec',
      before: awaited,
      next: { ...awaited, specGeneration: 2 },
      isWritten: true,
    },
    { what: 'the same skip', before: skipped, next: skipped, isWritten: false },
    {
      what: 'the same skip by a call that has read an edited E2ESpec',
      before: skipped,
      next: { ...skipped, specGeneration: 2 },
      isWritten: false,
    },
    {
      what: 'a request to run again after a skip',
      before: skipped,
      next: recordOf({ jobUID: 'j2', requestedAt: 'first' }),
      isWritten: true,
    },
  ];
  for (const { what, before, next, isWritten } of writes) {
    it(`is ${isWritten ? '' : 'not '}written for ${what}`, () => {
      assert.deepEqual(withRecord({ runs: [before] }, next)?.runs?.[0], isWritten ? next : undefined);
    });
  }

  it('says in a superseded one what it was, and nothing more where it had no message', () => {
    const { runs } = write({}, failed, recordOf({ checksum: other, jobUID: 'j2' }));
    assert.equal(runs?.[1]?.message, `was Failed; superseded by checksum ${other}.`);
  });

  it('keeps the newest first', () => {
    const later = recordOf({ rollout: ago(1), jobUID: 'j2' });
    assert.deepEqual(write({}, passed, later).runs, [later, passed]);
  });

  it('marks what another revision of the same rollout has overtaken, and keeps what it was', () => {
    const next = recordOf({ checksum: other, jobUID: 'j2' });
    const { runs } = write({}, recordOf({ verdict: 'Failed', message: 'no checkout' }), next);
    assert.deepEqual(verdictsOf({ runs: runs ?? [] }), [`${other} Running`, '85d557f47b Superseded']);
    assert.match(runs?.[1]?.message ?? '', new RegExp(`was Failed; superseded by checksum ${other}. no checkout`));
  });

  const untouched: { title: string; by: Partial<RunRecord> }[] = [
    { title: 'another rollout', by: { checksum: other, rollout: ago(1) } },
    { title: 'another canary', by: { checksum: other, canary: 'backend' } },
    { title: 'a canary of the same name that was created again', by: { checksum: other, canaryUID: 'c2' } },
    { title: 'another hook of the same revision', by: { hook: 'a1b2' } },
  ];
  for (const { title, by } of untouched) {
    it(`leaves a run alone that is of ${title}`, () => {
      const status = write({}, passed, recordOf({ jobUID: 'j2', ...by }));
      assert.deepEqual(status.runs?.[1], passed);
      assert.equal(answering(status, run), passed);
    });
  }

  it('A to B to C to B inside one rollout: the former B does not answer, the new one does', () => {
    const b = recordOf({ verdict: 'Failed' });
    const c = recordOf({ checksum: other, jobUID: 'j2' });
    assert.equal(answering(write({}, b, c), run), undefined);
    const again = recordOf({ jobUID: 'j3' });
    assert.equal(answering(write({}, b, c, again), run), again);
  });

  it('of no known Canary or rollout is never the same as another such', () => {
    const { canaryUID: _, ...noCanary } = recordOf();
    for (const record of [noCanary, recordOf({ rollout: '' }), recordOf({ canaryUID: '' })]) {
      assert.ok(!isSameRollout(record, { ...record }), JSON.stringify(record));
    }
    assert.ok(isSameRollout(recordOf(), recordOf()));
  });

  for (const verdict of ['Superseded', 'Cancelled', 'PromotedUnverified'] satisfies RecordedVerdict[]) {
    it(`${verdict} never answers`, () => assert.equal(answering({ runs: [recordOf({ verdict })] }, run), undefined));
  }

  const followed: { from: string; to: string; isWritten: boolean }[] = [
    { from: 'Started', to: 'ErrImagePull', isWritten: true },
    { from: 'ErrImagePull', to: 'ImagePullBackOff', isWritten: false },
    { from: 'ImagePullBackOff', to: 'ErrImagePull', isWritten: false },
    { from: 'ErrImagePull', to: 'Unschedulable', isWritten: true },
    { from: 'Unschedulable', to: 'FailedScheduling', isWritten: false },
    { from: 'ImagePullBackOff', to: 'Running', isWritten: true },
    { from: 'Started', to: 'Starting', isWritten: false },
    { from: 'Started', to: 'Running', isWritten: false },
    { from: 'Running', to: 'Suspended', isWritten: true },
    { from: 'Suspended', to: 'Suspended', isWritten: false },
  ];
  for (const { from, to, isWritten } of followed) {
    it(`of a run that goes on is ${isWritten ? '' : 'not '}written again for ${to} after ${from}`, () => {
      const before = recordOf({ reason: from, message: '5 s since its Job began' });
      const later = recordOf({ reason: to, message: '15 s since its Job began' });
      const status = withRecord(write({}, before), later);
      assert.deepEqual(status?.runs, isWritten ? [later] : undefined);
    });
  }

  const endings: { title: string; status: Job['status']; finishedAt: string }[] = [
    { title: 'a complete Job', status: { ...conditions('Complete'), completionTime: ago(40) }, finishedAt: ago(40) },
    { title: 'a failed Job', status: at({ Failed: ago(50) }), finishedAt: ago(50) },
    {
      title: 'a Job whose pods still stopped',
      status: at({ FailureTarget: ago(55), Failed: ago(50) }),
      finishedAt: ago(55),
    },
    { title: 'a Job that is about to be complete', status: at({ SuccessCriteriaMet: ago(30) }), finishedAt: ago(30) },
    { title: 'a Job that has no end yet', status: {}, finishedAt: ago(0) },
  ];
  for (const { title, status, finishedAt } of endings) {
    it(`says when the test ended, not when that was seen, of ${title}`, () => {
      const record = jobRecord(run, jobOf(status), { kind: 'failed', reason: 'Error', message: 'm' }, now);
      assert.equal(record.finishedAt, finishedAt);
    });
  }

  it('says when and how long the test itself ran, where its container tells', () => {
    const job = jobOf({ ...conditions('Complete'), completionTime: ago(40) });
    const ran = { startedAt: ago(60), finishedAt: ago(43) };
    const record = jobRecord(run, job, { kind: 'passed', reason: 'Passed', message: 'm', ran }, now);
    assert.deepEqual([record.startedAt, record.finishedAt, record.durationSeconds], [ago(100), ago(43), 17]);
    const open = jobRecord(run, job, { kind: 'running', reason: 'Running', message: 'm', ran }, now);
    assert.deepEqual([open.finishedAt, open.durationSeconds], [undefined, undefined]);
  });

  const worse: { from: Partial<RunRecord> | undefined; to: Partial<RunRecord>; is: boolean }[] = [
    { from: { reason: 'Started' }, to: { reason: 'ErrImagePull' }, is: true },
    { from: { reason: 'Running' }, to: { reason: 'Unschedulable' }, is: true },
    { from: { reason: 'Suspended' }, to: { reason: 'FailedCreate' }, is: true },
    { from: { reason: 'ErrImagePull' }, to: { reason: 'FailedMount' }, is: true },
    { from: undefined, to: { reason: 'FailedCreate' }, is: true },
    { from: { reason: 'Started' }, to: { reason: 'AWordOfAnEvent' }, is: true },
    { from: { reason: 'ErrImagePull' }, to: { reason: 'ErrImagePull', jobUID: 'j2' }, is: true },
    { from: { verdict: 'Inconclusive', reason: 'ErrImagePull' }, to: { reason: 'ErrImagePull' }, is: true },
    { from: { reason: 'ErrImagePull' }, to: { reason: 'ImagePullBackOff' }, is: false },
    { from: { reason: 'ErrImagePull' }, to: { reason: 'Running' }, is: false },
    { from: { reason: 'Started' }, to: { reason: 'PodInitializing' }, is: false },
    { from: { reason: 'Running' }, to: { reason: 'EvictionByEvictionAPI' }, is: false },
    { from: { reason: 'Running' }, to: { reason: 'ContainersNotReady' }, is: false },
    { from: { reason: 'Started' }, to: { reason: 'Suspended' }, is: false },
    { from: { reason: 'Started' }, to: { verdict: 'Inconclusive', reason: 'ErrImagePull' }, is: false },
  ];
  for (const { from, to, is } of worse) {
    const said = (record: Partial<RunRecord> | undefined) => Object.values(record ?? { no: 'nothing' }).join(' ');
    it(`is ${is ? '' : 'no '}change for the worse from ${said(from)} to ${said(to)}`, () => {
      assert.equal(isChangeForTheWorse(from && recordOf(from), recordOf(to)), is);
    });
  }

  it('of a run without a Job is no change for the worse: its target is not ready', () => {
    assert.equal(isChangeForTheWorse(undefined, { ...first, reason: 'TargetNotReady' }), false);
  });

  it('describes a Job and its verdict', () => {
    const job = jobOf({ ...conditions('Complete'), completionTime: ago(40) });
    const record = jobRecord(run, job, { kind: 'passed', reason: 'Passed', message: 'the test passed in 60 s' }, now);
    const told = { verdict: 'Passed', message: 'the test passed in 60 s', startedAt: ago(100), finishedAt: ago(40) };
    assert.deepEqual(record, { ...recordOf(), ...told });
  });
});

describe('What could not be told', () => {
  const passed = recordOf({ verdict: 'Passed', finishedAt: ago(10) });
  const untold = { ...passed, eventPending: true };
  const running = recordOf({ rollout: ago(9000), jobUID: 'j2' });
  const ofAnother = recordOf({ canary: 'backend', verdict: 'Failed', eventPending: true });
  const lastRun = { verdict: 'Passed', checksum: run.checksum } as const;

  it('is what is marked so of this canary', () => {
    assert.deepEqual(untoldRecords({ runs: [running, untold, ofAnother] }, 'podinfo'), [untold]);
    for (const status of [undefined, {}]) assert.deepEqual(untoldRecords(status, 'podinfo'), []);
  });

  it('is marked no more once it is told, and the others are as they were', () => {
    const before = { lastRun, runs: [running, untold, ofAnother] };
    assert.deepEqual(withTold(before, [untold, running]), { lastRun, runs: [running, passed, ofAnother] });
  });

  const others: { what: string; told: RunRecord }[] = [
    { what: 'an earlier word on it', told: recordOf({ verdict: 'Running', eventPending: true }) },
    { what: 'the verdict on another Job', told: { ...untold, jobUID: 'j2' } },
    { what: 'the verdict on another hook', told: { ...untold, hook: 'a1b2' } },
    { what: 'the verdict on another revision', told: { ...untold, checksum: other } },
  ];
  for (const { what, told } of others) {
    it(`stays marked where ${what} was told`, () => assert.equal(withTold({ runs: [untold] }, [told]), undefined));
  }

  it('is nothing where nothing is marked', () => {
    for (const status of [undefined, {}, { runs: [passed] }]) assert.equal(withTold(status, [passed]), undefined);
  });
});

describe('The bounds of the record', () => {
  const nth = (index: number, more: Partial<RunRecord> = {}): RunRecord =>
    recordOf({ rollout: ago(10_000 - index), jobUID: `j${index}`, verdict: 'Passed', ...more });
  const many = (count: number, more: Partial<RunRecord> = {}) =>
    Array.from({ length: count }, (_, index) => nth(index, more));

  it('keeps the newest ten of a canary, each canary by itself', () => {
    const status = write({}, ...many(15), ...many(15, { canary: 'backend' }));
    const kept = (canary: string) => status.runs?.filter((record) => record.canary === canary) ?? [];
    assert.deepEqual(kept('podinfo'), many(15).slice(5).reverse());
    assert.equal(kept('backend').length, 10);
  });

  it('keeps all of a rollout still going, however many', () => {
    const hooks = Array.from({ length: 14 }, (_, index) => nth(0, { hook: `h${index}`, jobUID: `j${index}` }));
    assert.equal(write({}, ...many(5, { rollout: ago(9) }), ...hooks).runs?.length, 14);
  });

  // maxItems, maxLength: crds/e2especs.yaml. What is beyond would be refused, and never written again.
  it('holds at most 200 runs, the newest, whatever the number of canaries that share one E2ESpec', () => {
    const canaries = Array.from({ length: 30 }, (_, index) => `canary-${index}`);
    const status = write({}, ...canaries.flatMap((canary) => many(10, { canary })));
    assert.ok((status.runs?.length ?? 0) <= 200, `${status.runs?.length} runs`);
    assert.equal(status.runs?.[0]?.canary, 'canary-29');
  });

  it('holds reasons of at most 128 and messages of at most 1024 characters', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 100, maxLength: 3000 });
    fc.assert(
      fc.property(text, text, (reason, message) => {
        const first = jobRecord(run, jobOf(), { kind: 'failed', reason, message }, now);
        const next = recordOf({ checksum: other, jobUID: 'j2' });
        const status = write({}, first, next);
        for (const { reason = '' } of [first, ...(status.runs ?? [])]) {
          assert.ok([...reason].length <= 128, `a reason of ${[...reason].length}`);
        }
        for (const { message = '' } of [first, ...(status.runs ?? [])]) assert.ok([...message].length <= 1024);
      }),
      { numRuns: 50 },
    );
  });
});
