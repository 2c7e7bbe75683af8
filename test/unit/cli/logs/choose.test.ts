/**
 * Whose log is shown, and what is said of one that is gone.
 */
import assert from 'node:assert/strict';
import type { RunRecord } from '../../../../function/api/e2espec.ts';
import { chooseRun, goneLines } from '../../../../function/cli/logs/choose.ts';
import { overviewOf } from '../../../../function/cli/overview/rows.ts';
import { preRollout, rollback } from '../../lint/canary-fixture.ts';
import { rolling, spec } from '../rollout-fixture.ts';

const now = new Date('2026-11-27T12:00:00Z');
const record: RunRecord = {
  canary: 'podinfo',
  checksum: '64fc58645b',
  rollout: '2026-11-27T08:00:00Z',
  hook: '',
  verdict: 'Passed',
  job: 'e2e-podinfo-64fc58645b',
};

const cases: { what: string; more: Partial<RunRecord>; says: string }[] = [
  {
    what: 'was kept its time after a pass',
    more: { finishedAt: '2026-11-27T09:00:00Z' },
    says: 'it has been gone for 2h: Job e2e-podinfo-64fc58645b was kept 1h after its end',
  },
  {
    what: 'was kept a day after a failure',
    more: { verdict: 'Failed', finishedAt: '2026-11-25T12:00:00Z' },
    says: 'it has been gone for 1d: Job e2e-podinfo-64fc58645b was kept 1d after its end',
  },
  {
    what: 'was deleted before its time',
    more: { verdict: 'Failed', finishedAt: '2026-11-27T11:00:00Z' },
    says: 'it is gone: somebody has deleted Job e2e-podinfo-64fc58645b or its pod, which ended 1h ago and would have been kept 1d',
  },
  {
    what: 'never ended',
    more: { verdict: 'Cancelled' },
    says: 'it is gone with the pod of Job e2e-podinfo-64fc58645b',
  },
];

describe('The run whose log is meant', () => {
  const startedAt = '2026-11-27T09:00:00Z';
  const runs = [
    { ...record, job: 'third', startedAt: '2026-11-27T09:00:01Z', checksum: 'a' },
    { ...record, job: 'second', startedAt },
    { ...record, job: 'first', startedAt, id: 'build-1' },
  ];
  const e2eSpec = { ...spec(undefined), status: { runs } };
  const chosen = (id?: string) =>
    chooseRun('podinfo', [{ namespace: 'shop', e2eSpec: 'podinfo', spec: e2eSpec, runs }], id).record.job;

  it('is the newest, which is the first of the status', () => {
    assert.equal(chosen(), 'third');
    assert.equal(chosen('64fc58645b'), 'second');
  });

  it('is the one of that Job, of that checksum, or by that ID', () => {
    assert.deepEqual([chosen('first'), chosen('a'), chosen('build-1')], ['first', 'third', 'first']);
    assert.throws(
      () => chosen('build-2'),
      /no run build-2 of podinfo is on record\. There are third, second, build-1$/,
    );
  });
});

describe('What has not run yet', () => {
  const rows = (interval?: string) => {
    const subject = rolling([preRollout, rollback], 'Initialized');
    subject.spec.analysis = { ...subject.spec.analysis, interval: interval ?? '1m' };
    return overviewOf([subject], [spec(undefined)]).rows;
  };

  it('is told as such, with when Flagger begins its rollout', () => {
    assert.throws(
      () => chooseRun('podinfo', rows('1m30s'), undefined),
      /no run of podinfo is on record: it has not run yet\. Flagger looks for a new revision every 1m30s$/,
    );
  });

  it('is told without it where no Canary calls it, or a former run is meant', () => {
    const alone = overviewOf([], [spec(undefined)]).rows;
    for (const [given, id] of [
      [alone, undefined],
      [rows(), 'build-1'],
    ] as const) {
      assert.throws(() => chooseRun('podinfo', given, id), /on record: it has not run yet$/);
    }
  });
});

describe('A log that is gone', () => {
  for (const { what, more, says } of cases) {
    it(`is told as such where its Job ${what}`, () => {
      const [[, told] = []] = goneLines(
        { namespace: 'shop', record: { ...record, ...more }, spec: { image: 'x' } },
        now,
      );
      assert.equal(told, says);
    });
  }

  it('leaves the words of the test, its links, and where it is kept', () => {
    const links = [{ name: 'report', url: 'https://example.com/report' }];
    const left = { ...record, message: 'all is well', logUrl: 'https://example.com/log', links };
    assert.deepEqual(goneLines({ namespace: 'shop', record: left, spec: undefined }, now).slice(1), [
      ['message', 'all is well'],
      ['kept at', 'https://example.com/log'],
      ['report', 'https://example.com/report'],
    ]);
  });
});
