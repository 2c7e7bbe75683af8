import assert from 'node:assert/strict';
import type { LatestRun } from '../../../function/api/e2espec.ts';
import type { Row } from '../../../function/status/row.ts';
import type { Rollout, Test } from '../../../function/status/subject.ts';
import { canaryIn, entry, minutesAgo, recordOf, requested, rowsAt, rowWith, testNamed } from './stage.ts';

interface Case {
  title: string;
  latest?: LatestRun[];
  canary?: Rollout;
  test?: Partial<Test>;
  expected: [state: Row['state'], verdict: Row['verdict'], matter: Row['matter']];
}

const moreTraffic = {
  name: 'more',
  type: 'confirm-traffic-increase',
  url: 'http://e2e-verifier.default/gate/check',
};

const cases: Case[] = [
  { title: 'nobody has run', expected: ['never', 'NotRun', 'nobody'] },
  { title: 'passed', latest: [entry('Passed')], expected: ['ok', 'Passed', 'nobody'] },
  { title: 'was skipped by a person', latest: [entry('Skipped')], expected: ['ok', 'Skipped', 'nobody'] },
  { title: 'was cancelled', latest: [entry('Cancelled')], expected: ['ok', 'Cancelled', 'nobody'] },
  {
    title: 'failed',
    latest: [entry('Failed', { reason: 'TestsFailed' })],
    expected: ['failing', 'Failed', 'test'],
  },
  {
    title: 'failed for a reason that is in no table',
    latest: [entry('Failed', { reason: 'Strange' })],
    expected: ['failing', 'Failed', 'test'],
  },
  {
    title: 'could not be run',
    latest: [entry('Inconclusive', { reason: 'ResultLost' })],
    expected: ['failing', 'Inconclusive', 'cluster'],
  },
  {
    title: 'was promoted unverified',
    latest: [entry('PromotedUnverified', { reason: 'NoPassedRun' })],
    canary: canaryIn('Succeeded'),
    expected: ['failing', 'PromotedUnverified', 'wiring'],
  },
  {
    title: 'runs',
    latest: [entry('Running')],
    canary: canaryIn('Progressing'),
    expected: ['running', 'Running', 'nobody'],
  },
  {
    title: 'is held up while it runs',
    latest: [entry('Running', { reason: 'Unschedulable' })],
    canary: canaryIn('Progressing'),
    expected: ['running', 'Running', 'cluster'],
  },
  {
    title: 'runs in the hook for which Flagger waits to promote',
    latest: [entry('Running')],
    canary: canaryIn('WaitingPromotion'),
    expected: ['running', 'Running', 'nobody'],
  },
  {
    title: 'failed in the hook for which Flagger waits to promote',
    latest: [entry('Failed', { reason: 'Error' })],
    canary: canaryIn('WaitingPromotion'),
    expected: ['failing', 'Failed', 'test'],
  },
  {
    title: 'passed, and a person has to promote it',
    latest: [entry('Passed')],
    canary: canaryIn('WaitingPromotion'),
    expected: ['waiting', 'Passed', 'person'],
  },
  {
    title: 'passed, and a person has to let more traffic to it',
    latest: [entry('Passed')],
    canary: canaryIn('Progressing', { webhooks: [moreTraffic] }),
    expected: ['waiting', 'Passed', 'person'],
  },
  {
    title: 'runs, before a gate at which a person lets more traffic to it',
    latest: [entry('Running')],
    canary: canaryIn('Progressing', { webhooks: [moreTraffic] }),
    expected: ['running', 'Running', 'nobody'],
  },
  {
    title: 'has a rollout that a person has to let begin',
    canary: canaryIn('Waiting'),
    expected: ['waiting', 'NotBegun', 'person'],
  },
  {
    title: 'failed in a former rollout, and a new one waits for a person',
    latest: [entry('Failed', { reason: 'Error' })],
    canary: canaryIn('Waiting', { rollout: 'another' }),
    expected: ['waiting', 'NotBegun', 'person'],
  },
  {
    title: 'failed in a former rollout, and a new one is under way',
    latest: [entry('Failed', { reason: 'Error' })],
    canary: canaryIn('Progressing', { rollout: 'another' }),
    expected: ['running', 'NotBegun', 'nobody'],
  },
  {
    title: 'passed at one gate and failed at another of the same rollout',
    latest: [
      entry('Passed', { hook: 'smoke' }),
      entry('Failed', { hook: 'load', reason: 'Error', time: minutesAgo(9) }),
    ],
    expected: ['failing', 'Failed', 'test'],
  },
  {
    title: 'passed at one gate and failed at another in a former rollout',
    latest: [
      entry('Passed', { hook: 'smoke', checksum: 'c2' }),
      entry('Failed', { hook: 'load', reason: 'Error', time: minutesAgo(99) }),
    ],
    expected: ['ok', 'Passed', 'nobody'],
  },
  {
    title: 'said that it runs, and its deadline was 5 minutes ago',
    latest: [entry('Running', { time: minutesAgo(15) })],
    canary: canaryIn('Progressing'),
    expected: ['stale', 'Running', 'schedule'],
  },
  ...[{ mode: 'Observe' as const }, { trigger: 'request' as const }].map(
    (how): Case => ({
      title: `runs as ${JSON.stringify(how)}, beside a rollout that is over`,
      latest: [entry('Running', how)],
      canary: canaryIn('Succeeded'),
      expected: ['running', 'Running', 'nobody'],
    }),
  ),
  ...(['Succeeded', 'Failed'] as const).map(
    (phase): Case => ({
      title: `said that it runs, and its rollout has ${phase.toLowerCase()}`,
      latest: [entry('Running')],
      canary: canaryIn(phase),
      expected: ['stale', 'Running', 'schedule'],
    }),
  ),
  {
    title: 'is run on request alone, and reported 19 minutes ago',
    latest: [entry('Passed', { ...requested, time: minutesAgo(19) })],
    expected: ['ok', 'Passed', 'nobody'],
  },
  {
    title: 'is run on request alone, and reported 21 minutes ago',
    latest: [entry('Passed', { ...requested, time: minutesAgo(21) })],
    expected: ['stale', 'Passed', 'schedule'],
  },
  {
    title: 'is run on request alone, failed, and reported a day and 5 minutes ago',
    latest: [entry('Failed', { ...requested, reason: 'Error', time: minutesAgo(24 * 60 + 5) })],
    expected: ['stale', 'Failed', 'schedule'],
  },
  {
    title: 'reported 21 minutes ago, and may be silent for an hour',
    latest: [entry('Passed', { ...requested, time: minutesAgo(21) })],
    test: { staleAfterSeconds: 3600 },
    expected: ['ok', 'Passed', 'nobody'],
  },
  {
    title: 'reported 21 minutes ago, of a rollout',
    latest: [entry('Passed', { time: minutesAgo(21) })],
    expected: ['ok', 'Passed', 'nobody'],
  },
  {
    title: 'reported 2 hours ago, of a rollout, and may be silent for an hour',
    latest: [entry('Passed', { time: minutesAgo(120) })],
    test: { staleAfterSeconds: 3600 },
    expected: ['stale', 'Passed', 'schedule'],
  },
  {
    title: 'has never reported, and may be silent for an hour',
    test: { staleAfterSeconds: 3600 },
    expected: ['stale', 'NotRun', 'schedule'],
  },
];

describe('The row of a test that', () => {
  for (const { title, latest = [], canary, test, expected } of cases) {
    it(`${title} is ${expected.join(', ')}`, () => {
      const { state, verdict, matter } = rowWith(latest, canary, test);
      assert.deepEqual([state, verdict, matter], expected);
    });
  }
});

describe('The rows', () => {
  const ok = (name: string, minutes: number) =>
    testNamed(name, { latest: [entry('Passed', { canary: name, time: minutesAgo(minutes) })] });

  it('stand worst first: where users are hit, then by what was decided, then the newest', () => {
    const bad = (name: string, verdict: LatestRun['verdict'], minutes: number, more: Partial<LatestRun> = {}) =>
      testNamed(name, { latest: [entry(verdict, { canary: name, time: minutesAgo(minutes), ...more })] });
    const tests = [
      ok('fine', 5),
      testNamed('unrun'),
      bad('runs', 'Running', 1),
      bad('observed', 'Failed', 1, { mode: 'Observe' }),
      bad('lost', 'Inconclusive', 1),
      bad('failed-long-ago', 'Failed', 600),
      bad('failed', 'Failed', 3),
      bad('hit', 'Failed', 700),
      bad('quiet', 'Passed', 900, requested),
      testNamed('waits'),
    ];
    const rollouts = [canaryIn('Progressing', { name: 'hit', weight: 50 }), canaryIn('Waiting', { name: 'waits' })];
    assert.deepEqual(
      rowsAt(tests, rollouts).map(({ name }) => name),
      ['hit', 'failed', 'failed-long-ago', 'lost', 'observed', 'waits', 'quiet', 'runs', 'unrun', 'fine'],
    );
  });

  it('are each stale by itself: one that reports hides none that does not', () => {
    const silent = Array.from({ length: 10 }, (_, index) =>
      testNamed(`t${index}`, { latest: [entry('Passed', { ...requested, time: minutesAgo(40) })] }),
    );
    const alive = testNamed('alive', { latest: [entry('Passed', { ...requested, time: minutesAgo(1) })] });
    const states = rowsAt([...silent, alive]).map(({ state }) => state);
    assert.deepEqual(states, [...silent.map(() => 'stale'), 'ok']);
  });

  for (const days of [0, 1, 2, 30])
    for (const minutes of [21, 23 * 60]) {
      it(`are stale ${days} days and ${minutes} minutes after the last report`, () => {
        const time = minutesAgo(days * 24 * 60 + minutes);
        assert.equal(rowWith([entry('Passed', { ...requested, time })]).state, 'stale');
      });
    }

  it('are one for each Canary that a test was run for, and one for what no rollout asked for', () => {
    const latest = [
      entry('Passed'),
      entry('Failed', { canary: 'cart-eu', reason: 'Error' }),
      entry('Passed', requested),
    ];
    const rows = rowsAt([testNamed('cart', { latest })]);
    assert.deepEqual(
      rows.map(({ canary, state }) => [canary, state]),
      [
        ['cart-eu', 'failing'],
        ['cart', 'ok'],
        [undefined, 'ok'],
      ],
    );
  });

  it('are not stale where a person has asked once for a test that rollouts run', () => {
    const latest = [entry('Passed'), entry('Passed', { ...requested, time: minutesAgo(600) })];
    assert.deepEqual(
      rowsAt([testNamed('cart', { latest })]).map(({ state }) => state),
      ['ok', 'ok'],
    );
  });
});

describe('A row', () => {
  it('has the last ten runs, the oldest first, and counts those that passed at a second try', () => {
    const runs = Array.from({ length: 12 }, (_, index) =>
      recordOf(
        entry(index === 0 ? 'Failed' : 'Passed', {
          time: minutesAgo(index),
          ...(index % 5 === 1 && { reason: 'PassedOnRetry' }),
        }),
      ),
    );
    const [row] = rowsAt([testNamed('cart', { runs, latest: [entry('Failed', { time: minutesAgo(0) })] })]);
    assert.equal(row?.runs.length, 10);
    assert.deepEqual(row?.runs.at(-1), { verdict: 'Failed', isFlaky: false });
    assert.equal(row?.flaky, 2);
  });

  it('has the deadline of what runs', () => {
    const { deadline } = rowWith([entry('Running', { time: minutesAgo(4) })]);
    assert.equal(deadline, '2026-11-27T03:06:00.000Z');
  });

  it('has the links of the run it speaks of, and none that is not http(s)', () => {
    const latest = entry('Failed', { reason: 'Error', logUrl: 'javascript:alert(1)' });
    const links = [
      { name: 'report', url: 'https://reports.example.com/7' },
      { name: 'trap', url: 'javascript:alert(1)' },
      { name: 'worse', url: 'data:text/html,<script>alert(1)</script>' },
    ];
    const [row] = rowsAt([testNamed('cart', { latest: [latest], runs: [recordOf(latest, { links })] })]);
    assert.deepEqual(row?.links, [{ name: 'report', url: 'https://reports.example.com/7' }]);
    assert.equal(row?.logUrl, undefined);
  });

  it('has one line of a message, without what turns text around, however long it is', () => {
    const message = `\u202egnorw si siht\n<script>alert(1)</script>${'x '.repeat(5000)}`;
    const { message: line } = rowWith([entry('Failed', { message })]);
    assert.match(line, /^gnorw si siht \| <script>alert\(1\)<\/script>x x/);
    assert.ok(Buffer.byteLength(line) <= 300);
  });

  it('has nothing of a former rollout where the test of the one that is under way has not begun', () => {
    const former = entry('Failed', {
      reason: 'Error',
      message: 'exit code 1',
      durationSeconds: 12,
      total: 42,
      failed: 3,
      mode: 'Observe',
      logUrl: 'https://logs.example.com/1',
      lastPassedAt: minutesAgo(900),
    });
    const links = [{ name: 'report', url: 'https://reports.example.com/1' }];
    const test = testNamed('cart', { latest: [former], runs: [recordOf(former, { links })] });
    const [row] = rowsAt([test], [canaryIn('Progressing', { rollout: 'another' })]);
    const { namespace, name, state, verdict, matter, message, canary, time, users, runs, flaky, ...rest } = row ?? {};
    assert.equal(verdict, 'NotBegun');
    assert.deepEqual(rest, { lastPassedAt: minutesAgo(900), links: [] });
  });

  it('of a run that no rollout asked for has the id by which it was asked for, its links, and no checksum', () => {
    const latest = entry('Failed', { ...requested, reason: 'Error' });
    const links = [{ name: 'report', url: 'https://reports.example.com/7' }];
    const [row] = rowsAt([testNamed('dns', { latest: [latest], runs: [recordOf(latest, { links })] })]);
    assert.deepEqual([row?.trigger, row?.id, row?.checksum, row?.links], ['request', 'nightly-7', undefined, links]);
  });

  it('says since when a person is waited for', () => {
    const row = rowWith([entry('Passed')], canaryIn('WaitingPromotion', { changedAt: minutesAgo(41) }));
    assert.equal(row.message, 'a person has to decide, for 41 min now');
    assert.equal(row.time, minutesAgo(41));
  });
});
