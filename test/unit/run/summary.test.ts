/**
 * What people and tools read of a status: always made of its runs, and of what it said before.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LatestRun, RecordedVerdict, RunRecord, Status } from '../../../function/api/e2espec.ts';
import { type OwnGates, withSummary } from '../../../function/run/summary.ts';
import { ago, now, recordOf, run, specOf } from '../run-fixture.ts';

const own: OwnGates = {
  canary: run.canary,
  canaryUID: run.canaryUid,
  names: new Map([
    ['', 'e2e'],
    ['h1', 'full'],
  ]),
};
const onlyE2e: OwnGates = { ...own, names: new Map([['', 'e2e']]) };

const of = (status: Status, gates: OwnGates | 'of nobody' = own, at = now): Status =>
  withSummary(status, specOf({ inconclusiveRetries: 2 }), gates === 'of nobody' ? undefined : gates, at);
const ofRuns = (...runs: RunRecord[]): Status => of({ runs });
const ended = { startedAt: ago(100), finishedAt: ago(20), durationSeconds: 42 };
const passed = recordOf({ verdict: 'Passed', message: 'the test passed in 42 s', ...ended });
const failed = recordOf({ verdict: 'Failed', reason: 'Error', message: 'no checkout', ...ended });
const running = recordOf({ reason: 'ErrImagePull', message: 'no image', startedAt: ago(30), jobUID: 'j2' });
const inconclusive = recordOf({ verdict: 'Inconclusive', reason: 'ImagePullBackOff', message: 'no image', ...ended });
const unverified = recordOf({ verdict: 'PromotedUnverified', reason: 'NoPassedRun', message: 'x', finishedAt: ago(5) });

const entry = (more: Partial<LatestRun> = {}): LatestRun => ({
  canary: run.canary,
  canaryUID: run.canaryUid,
  hook: 'e2e',
  verdict: 'Passed',
  reason: 'Passed',
  checksum: run.checksum,
  trigger: 'rollout',
  mode: 'Enforce',
  time: ago(20),
  ...more,
});

describe('The newest run in short', () => {
  it('says what it has come to, and how long the test itself took', () => {
    assert.deepEqual(ofRuns(failed).lastRun, {
      verdict: 'Failed',
      reason: 'Error',
      message: 'no checkout',
      canary: run.canary,
      checksum: run.checksum,
      trigger: 'rollout',
      attempt: '',
      duration: '42s',
      time: ago(20),
    });
  });

  it('says of an open run what it waits for, at which try of how many, and empties what it has not', () => {
    const { verdict, reason, attempt, duration, time } = ofRuns({ ...running, attempt: 2 }, failed).lastRun ?? {};
    assert.deepEqual([verdict, reason, attempt, duration, time], ['Running', 'ErrImagePull', '2 of 3', '', ago(30)]);
  });

  it('has a reason for a pass and a skip as well, so that no column is empty', () => {
    assert.equal(ofRuns(passed).lastRun?.reason, 'Passed');
    assert.equal(ofRuns(recordOf({ verdict: 'Skipped', finishedAt: ago(1) })).lastRun?.reason, 'Skipped');
  });

  const durations: [number, string][] = [
    [0, '0s'],
    [59, '59s'],
    [60, '1m0s'],
    [3700, '61m40s'],
    [-5, '0s'],
  ];
  for (const [seconds, duration] of durations) {
    it(`took ${duration}, where its container does not tell and its end is ${seconds} s after its beginning`, () => {
      const record = recordOf({ verdict: 'Passed', startedAt: ago(5000), finishedAt: ago(5000 - seconds) });
      assert.equal(ofRuns(record).lastRun?.duration, duration);
    });
  }

  it('follows the runs, whatever it said before', () => {
    const before = { verdict: 'Running', canary: 'podinfo' } as const;
    assert.equal(of({ lastRun: before, runs: [failed] }).lastRun?.verdict, 'Failed');
  });
});

describe('What each gate says', () => {
  it('is its newest run, by the name of its webhook', () => {
    const counted = { ...failed, hook: 'h1', counts: { total: 42, failed: 3 } };
    assert.deepEqual(ofRuns(counted, passed).latest, [
      entry({ message: 'the test passed in 42 s', durationSeconds: 42, lastPassedAt: ago(20) }),
      entry({
        hook: 'full',
        verdict: 'Failed',
        reason: 'Error',
        message: 'no checkout',
        durationSeconds: 42,
        total: 42,
        failed: 3,
        consecutiveFailures: 1,
      }),
    ]);
  });

  it('is what an open run waits for, at which try, and when its test has passed last', () => {
    const status = of({ runs: [{ ...running, attempt: 2 }, passed] }, onlyE2e);
    const open = { verdict: 'Running', reason: 'ErrImagePull', message: 'no image', time: ago(30) } as const;
    assert.deepEqual(status.latest, [entry({ ...open, attempt: 2, lastPassedAt: ago(20) })]);
  });

  it('is superseded as long as its rollout goes on, and cancelled when that is over', () => {
    const superseded = recordOf({ verdict: 'Superseded', finishedAt: ago(20) });
    const entryFor = (record: RunRecord) => of({ runs: [record] }, onlyE2e).latest?.[0];
    assert.equal(entryFor(superseded)?.verdict, 'Superseded');
    const over = entryFor({ ...superseded, closedAt: ago(5) });
    assert.deepEqual([over?.verdict, over?.reason], ['Cancelled', 'RolloutOver']);
  });

  it('says so where no gate has waited for it', () => {
    const status = of({ runs: [{ ...failed, mode: 'Observe' }] }, onlyE2e);
    assert.deepEqual([status.latest?.[0]?.verdict, status.latest?.[0]?.mode], ['Failed', 'Observe']);
  });

  it('remembers the last pass when its record is gone', () => {
    const former = { runs: [failed], latest: [entry({ lastPassedAt: ago(5000) })] };
    assert.equal(of(former, onlyE2e).latest?.[0]?.lastPassedAt, ago(5000));
    assert.equal(of({ ...former, runs: [failed, passed] }, onlyE2e).latest?.[0]?.lastPassedAt, ago(20));
  });

  const failuresInARow: { what: string; runs: RunRecord[]; is: number | undefined }[] = [
    { what: 'a pass', runs: [passed, failed], is: undefined },
    { what: 'the first failure', runs: [failed, passed, failed], is: 1 },
    { what: 'a second in a row', runs: [failed, failed, passed], is: 2 },
    { what: 'the run after them, while it is open', runs: [running, failed, failed, passed], is: 2 },
    { what: 'one on either side of a run that proves nothing', runs: [failed, inconclusive, failed, passed], is: 2 },
    { what: 'a run that proves nothing', runs: [inconclusive, passed], is: undefined },
    { what: 'one that a person skipped', runs: [recordOf({ verdict: 'Skipped', ...ended }), failed], is: undefined },
    { what: 'more than are remembered', runs: Array.from({ length: 12 }, () => failed), is: 10 },
  ];
  for (const { what, runs, is } of failuresInARow) {
    it(`counts ${is ?? 'no'} failures since the last pass after ${what}`, () => {
      assert.equal(of({ runs }, onlyE2e).latest?.[0]?.consecutiveFailures, is);
    });
  }

  it('is made of the runs where a former version has left it behind, or has never made it', () => {
    const behind = [entry({ verdict: 'Running', reason: 'Started', attempt: 1 })];
    for (const latest of [behind, undefined]) {
      const status = of({ runs: [failed], ...(latest && { latest }) }, onlyE2e);
      assert.equal(status.latest?.[0]?.verdict, 'Failed');
    }
  });

  it('stays when its runs were dropped, and goes with its webhook or its Canary', () => {
    assert.deepEqual(of({ latest: [entry()] }).latest, [entry()]);
    assert.deepEqual(of({ latest: [entry({ hook: 'of old' })] }).latest, []);
    assert.deepEqual(of({ latest: [entry({ canaryUID: 'c0' })] }).latest, []);
  });

  it('stays as it is for the other canaries, and for all where no Canary calls', () => {
    const ofAnother = entry({ canary: 'backend', hook: 'of old' });
    assert.deepEqual(of({ latest: [ofAnother] }).latest, [ofAnother]);
    assert.deepEqual(of({ latest: [entry({ hook: 'of old' })] }, 'of nobody').latest, [entry({ hook: 'of old' })]);
    assert.deepEqual(of({ runs: [passed] }, 'of nobody').latest, undefined);
  });

  it('is gone after 30 days', () => {
    const day = 24 * 3600;
    const ages = [29, 31].map((days) => entry({ canary: `c${days}`, time: ago(days * day) }));
    assert.deepEqual(of({ latest: ages }).latest, ages.slice(0, 1));
  });

  it('is a promotion that nothing has verified, in the figures of its own test', () => {
    const status = of({ runs: [unverified, { ...failed, counts: { total: 4, failed: 1 } }] }, onlyE2e);
    const { verdict, reason, durationSeconds, total, failed: bad } = status.latest?.[0] ?? {};
    assert.deepEqual([verdict, reason, durationSeconds, total, bad], ['PromotedUnverified', 'NoPassedRun', 42, 4, 1]);
  });

  const vouching: { what: string; runs: RunRecord[]; is: RecordedVerdict }[] = [
    { what: 'that vouches for it stays passed', runs: [unverified, passed], is: 'Passed' },
    { what: 'without any run is one', runs: [unverified], is: 'PromotedUnverified' },
    {
      what: 'that passed in an earlier rollout is one',
      runs: [unverified, { ...passed, rollout: ago(9000) }],
      is: 'PromotedUnverified',
    },
    { what: 'that has run since is what it says', runs: [{ ...running, rollout: ago(1) }, unverified], is: 'Running' },
  ];
  for (const { what, runs, is } of vouching) {
    it(`of an unverified promotion, a gate ${what}`, () => {
      assert.equal(of({ runs }, onlyE2e).latest?.[0]?.verdict, is);
    });
  }

  it('has messages of at most 300 bytes', () => {
    const status = ofRuns(recordOf({ verdict: 'Failed', message: 'é'.repeat(400), ...ended }));
    for (const { message = '' } of [status.latest?.[0] ?? {}, status.lastRun ?? {}, status.conditions?.[0] ?? {}]) {
      const bytes = Buffer.byteLength(message);
      assert.ok(bytes > 250 && bytes <= 300, `${bytes} bytes`);
    }
  });

  it('is never more than 100 entries or 32 kB: the oldest go first, what still runs last', () => {
    const many = Array.from({ length: 130 }, (_, index) =>
      entry({ canary: `canary-${index}`, time: ago(index + 100) }),
    );
    const oldest = entry({ canary: 'open', verdict: 'Running', time: ago(9000) });
    const brief = of({ latest: [...many, oldest] }).latest ?? [];
    assert.equal(brief.length, 100);
    assert.ok(brief.some(({ canary }) => canary === 'open') && brief.some(({ canary }) => canary === 'canary-98'));
    assert.ok(!brief.some(({ canary }) => canary === 'canary-99'));
    const wordy = of({ latest: [...many, oldest].map((each) => ({ ...each, message: 'm'.repeat(300) })) }).latest ?? [];
    const bytes = Buffer.byteLength(JSON.stringify(wordy));
    assert.ok(bytes <= 32_002 && bytes > 30_000, `${bytes} bytes`);
    assert.ok(wordy.some(({ canary }) => canary === 'open') && wordy.some(({ canary }) => canary === 'canary-0'));
  });

  it('is there once for each canary and webhook, in their order, and no more is changed by looking again', () => {
    const verdicts: RecordedVerdict[] = ['Running', 'Passed', 'Failed', 'Superseded', 'PromotedUnverified'];
    const records = fc
      .record({ hook: fc.constantFrom('', 'h1', 'h2'), verdict: fc.constantFrom(...verdicts), age: fc.nat(50) })
      .map(({ age, ...fields }) => recordOf({ ...fields, rollout: ago(age), startedAt: ago(age) }));
    fc.assert(
      fc.property(fc.array(records, { maxLength: 8 }), (runs) => {
        const status = of({ runs, latest: [entry({ canary: 'backend' })] });
        const keys = status.latest?.map(({ canary, hook }) => `${canary}/${hook}`) ?? [];
        assert.deepEqual(keys, [...new Set(keys)].sort());
        assert.deepEqual(of(status, own, new Date(now.getTime() + 60_000)), status);
      }),
    );
  });
});

describe('The condition Passed', () => {
  const statusOf = (...entries: LatestRun[]) => {
    const [{ status, reason } = { status: 'none', reason: '' }] = of({ latest: entries }, 'of nobody').conditions ?? [];
    return `${status} ${reason}`;
  };
  const said = (verdict: RecordedVerdict, more: Partial<LatestRun> = {}) =>
    entry({ verdict, reason: verdict, hook: verdict, ...more });

  const single: Record<RecordedVerdict, string> = {
    Passed: 'True Passed',
    Skipped: 'True Skipped',
    Failed: 'False Failed',
    PromotedUnverified: 'False PromotedUnverified',
    Running: 'Unknown Running',
    Inconclusive: 'Unknown Inconclusive',
    Superseded: 'Unknown Superseded',
    Cancelled: 'Unknown Cancelled',
  };
  for (const [verdict, is] of Object.entries(single)) {
    it(`is ${is.split(' ')[0]} where the only gate is ${verdict}`, () =>
      assert.equal(statusOf(said(verdict as RecordedVerdict)), is));
  }

  const elsewhere = { canary: 'backend', canaryUID: 'c9' };
  const several: { what: string; entries: LatestRun[]; is: string }[] = [
    { what: 'all have passed or were skipped', entries: [said('Passed'), said('Skipped')], is: 'True Passed' },
    { what: 'one has failed', entries: [said('Passed'), said('Inconclusive'), said('Failed')], is: 'False Failed' },
    { what: 'one is not known', entries: [said('Passed'), said('Cancelled')], is: 'Unknown Cancelled' },
    { what: 'a new run of the canary is open', entries: [said('Failed'), said('Running')], is: 'Unknown Running' },
    {
      what: 'another canary has failed while a run is open',
      entries: [said('Running'), said('Failed', elsewhere)],
      is: 'False Failed',
    },
    {
      what: 'a run is open and another canary is not known',
      entries: [said('Inconclusive', elsewhere), said('Running')],
      is: 'Unknown Running',
    },
    { what: 'nothing was ever run', entries: [], is: 'none ' },
  ];
  for (const { what, entries, is } of several) {
    it(`is ${is} where ${what}`, () => assert.equal(statusOf(...entries), is));
  }

  it('says whose verdict decides, and in which words', () => {
    const [condition] = ofRuns(failed).conditions ?? [];
    assert.deepEqual(condition, {
      type: 'Passed',
      status: 'False',
      reason: 'Failed',
      message: 'Canary podinfo, webhook e2e: Error: no checkout',
      lastTransitionTime: ago(0),
    });
    assert.match(
      ofRuns(passed).conditions?.[0]?.message ?? '',
      /^Canary podinfo, webhook e2e: the test passed in 42 s$/,
    );
  });

  it('keeps its time until its status changes', () => {
    const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
    const first = of({ runs: [running] }, onlyE2e);
    const still = of({ ...first, runs: [{ ...running, reason: 'Unschedulable' }] }, onlyE2e, at(10));
    assert.equal(still.conditions?.[0]?.lastTransitionTime, ago(0));
    assert.match(still.conditions?.[0]?.message ?? '', /Unschedulable/);
    const over = of({ ...still, runs: [passed] }, onlyE2e, at(20));
    assert.equal(over.conditions?.[0]?.lastTransitionTime, ago(-20));
  });

  it('leaves what a later version has written beside it', () => {
    const other = { type: 'Flaky', status: 'True', reason: 'R', message: 'm', lastTransitionTime: ago(9) } as const;
    const { conditions } = of({ runs: [passed], conditions: [other] });
    assert.deepEqual([conditions?.[0], conditions?.length], [other, 2]);
  });
});
