/**
 * Which run a person means who names a test: the same for `list`, `why` and `logs`.
 */
import assert from 'node:assert/strict';
import type { Canary } from '../../../../function/api/canary.ts';
import type { E2ESpec, LatestRun, RunRecord } from '../../../../function/api/e2espec.ts';
import { listed } from '../../../../function/cli/list/lines.ts';
import { chooseRun, runningFirst } from '../../../../function/cli/logs/choose.ts';
import { findRows } from '../../../../function/cli/overview/find.ts';
import { overviewOf, type Row } from '../../../../function/cli/overview/rows.ts';
import { accountOf } from '../../../../function/cli/why/account.ts';
import { accountLines, nextFor } from '../../../../function/cli/why/lines.ts';
import { preRollout, rollback } from '../../lint/canary-fixture.ts';
import { rolling, spec } from '../rollout-fixture.ts';

const gating = [preRollout, rollback];
const [early, late] = ['2026-11-27T12:00:10Z', '2026-11-27T12:00:20Z'];

const byRollout: Partial<RunRecord> = { verdict: 'Failed', reason: 'Error', job: 'e2e-podinfo-1', finishedAt: early };
const onRequest: Partial<RunRecord> = {
  canary: '-',
  canaryUID: '-',
  rollout: '-',
  checksum: '3b7e80be0796',
  trigger: 'request',
  id: 'build-1',
  verdict: 'Passed',
  job: 'e2e-podinfo-run-1',
  finishedAt: late,
};

/** With the entries of `status.latest` that the verifier makes of the records. `records`: newest first. */
function recorded(...records: Partial<RunRecord>[]): E2ESpec {
  const subject = spec(undefined);
  const runs = records.flatMap((each) => spec(each).status?.runs ?? []);
  const latest = runs.map((run): LatestRun => {
    const { canary, canaryUID = '', verdict, reason = verdict, trigger = 'rollout', finishedAt: time = '' } = run;
    const [hook, checksum] = trigger === 'request' ? ['/run', ''] : ['pre-rollout', run.checksum];
    return { canary, canaryUID, hook, verdict, reason, checksum, trigger, time };
  });
  return { ...subject, status: { runs, latest } };
}

function rowsFor(name: string, e2eSpec: E2ESpec, canaries: Canary[] = [rolling(gating)]): [Row, ...Row[]] {
  const overview = overviewOf(canaries, [e2eSpec]);
  return findRows(name, 'test', { canaries, e2eSpecs: [e2eSpec], hasFlagger: true, ...overview });
}

const orders: { what: string; records: Partial<RunRecord>[]; job: string }[] = [
  { what: 'one on request came after it', records: [onRequest, byRollout], job: 'e2e-podinfo-run-1' },
  {
    what: "a rollout's came after it",
    records: [
      { ...byRollout, finishedAt: late },
      { ...onRequest, finishedAt: early },
    ],
    job: 'e2e-podinfo-1',
  },
  {
    what: 'both ended in one second, and the one on request is recorded later',
    records: [onRequest, { ...byRollout, finishedAt: late }],
    job: 'e2e-podinfo-run-1',
  },
  {
    what: "both ended in one second, and the rollout's is recorded later",
    records: [{ ...byRollout, finishedAt: late }, onRequest],
    job: 'e2e-podinfo-1',
  },
];

describe('The run that a person means', () => {
  for (const { what, records, job } of orders) {
    it(`is ${job} for why and logs, where ${what}`, () => {
      const e2eSpec = recorded(...records);
      const rows = rowsFor('podinfo', e2eSpec);
      assert.equal(chooseRun('podinfo', rows, undefined).record.job, job);
      assert.deepEqual(
        rows.map((row) => accountOf(row).history[0]?.job),
        [job, records.map((each) => each.job).find((each) => each !== job)],
      );
    });
  }

  it('is the one that runs, for who follows it', () => {
    const { finishedAt: _, ...begun } = { ...byRollout, verdict: 'Running', startedAt: early } as const;
    const rows = rowsFor('podinfo', recorded(onRequest, begun));
    assert.equal(chooseRun('podinfo', rows, undefined).record.job, 'e2e-podinfo-run-1');
    assert.equal(chooseRun('podinfo', runningFirst(rows), undefined).record.job, 'e2e-podinfo-1');
  });

  it('is told with who asked for it, and what the gate says stands by itself', () => {
    const rows = rowsFor('podinfo', recorded(onRequest, byRollout));
    const told = rows.map((row) => accountLines(row, accountOf(row), new Date(late), false, 200).join('\n'));
    assert.match(
      told[0] ?? '',
      /^test\/podinfo: E2ESpec podinfo, run on request \(\/run\)\n {2}verdict +Passed, 0s ago, id build-1\n/,
    );
    assert.doesNotMatch(told[0] ?? '', /Flagger|checksum/);
    assert.match(
      told[1] ?? '',
      /^test\/podinfo: .* webhook pre-rollout .*\n {2}verdict +Failed: Error, 10s ago, checksum /,
    );
    const all = rows.map((row) => listed(row)) as Record<string, unknown>[];
    assert.deepEqual(
      all.map(({ canary, hook, verdict, trigger }) => [canary, hook, verdict, trigger]),
      [
        [undefined, '/run', 'Passed', 'request'],
        ['podinfo', 'pre-rollout', 'Failed', 'rollout'],
      ],
    );
  });

  it('has its log by its name; the others by their Jobs', () => {
    const [meant, other] = rowsFor('podinfo', recorded(onRequest, byRollout));
    assert.ok(other);
    assert.deepEqual(nextFor(meant, accountOf(meant), true), ['logs podinfo', 'run podinfo']);
    assert.equal(nextFor(other, accountOf(other), false)[0], 'logs podinfo --run e2e-podinfo-1');
  });

  it('is not one on request of an E2ESpec of another name, but for that name', () => {
    const gate = { ...preRollout, metadata: { e2espec: 'smoke' } };
    const e2eSpec = recorded(onRequest);
    const smoke = { ...e2eSpec, metadata: { ...e2eSpec.metadata, name: 'smoke' } };
    const canaries = [rolling([gate, rollback])];
    assert.equal(rowsFor('podinfo', smoke, canaries).length, 1);
    assert.deepEqual(
      rowsFor('smoke', smoke, canaries).map(({ canary }) => canary?.metadata.name),
      [undefined, 'podinfo'],
    );
  });

  it('is told as one on request of an E2ESpec that no Canary calls', () => {
    const [row, ...others] = rowsFor(
      'podinfo',
      {
        ...recorded(onRequest),
        status: {
          ...recorded(onRequest).status,
          lastRun: { verdict: 'Passed', reason: 'Passed', trigger: 'request', time: late },
        },
      },
      [],
    );
    assert.deepEqual(others, []);
    assert.match(
      accountLines(row, accountOf(row), new Date(late), false).join('\n'),
      /verdict +Passed, 0s ago, trigger request, id build-1/,
    );
  });

  it('is the one that was let through, and no other has its place', () => {
    const skipped: Partial<RunRecord> = {
      verdict: 'Skipped',
      message: 'skipped by hand: it is down',
      finishedAt: late,
    };
    const superseded: Partial<RunRecord> = { ...byRollout, verdict: 'Superseded' };
    const { record } = chooseRun('podinfo', rowsFor('podinfo', recorded(skipped, superseded)), undefined);
    assert.deepEqual([record.verdict, record.job], ['Skipped', undefined]);
  });
});
