/**
 * Whether the run that a person means has begun, when they follow its log.
 */
import assert from 'node:assert/strict';
import type { CanaryPhase } from '../../../../function/api/canary.ts';
import type { RunRecord } from '../../../../function/api/e2espec.ts';
import { annotation } from '../../../../function/api/labels.ts';
import { awaitedAmong, untilBegun } from '../../../../function/cli/logs/await.ts';
import { overviewOf, type Row } from '../../../../function/cli/overview/rows.ts';
import { preRollout, promotion, rollback, suite } from '../../lint/canary-fixture.ts';
import { rolling, spec } from '../rollout-fixture.ts';

const former: Partial<RunRecord> = {
  checksum: 'former',
  rollout: '2026-11-27T11:00:00Z',
  verdict: 'Passed',
  job: 'e2e-1',
};
const begun: Partial<RunRecord> = { verdict: 'Running', job: 'e2e-2', attempt: 1 };

function rowsWith(record: Partial<RunRecord>, phase: CanaryPhase = 'Progressing', annotations = {}): Row[] {
  const subject = spec(record);
  const e2eSpec = { ...subject, metadata: { ...subject.metadata, annotations } };
  return overviewOf([rolling([preRollout, rollback], phase)], [e2eSpec]).rows;
}

const cases: { what: string; rows: Row[]; says: RegExp | undefined }[] = [
  {
    what: 'its rollout has begun, and its test has not',
    rows: rowsWith(former),
    says: /^the test of checksum \w+ has not begun: Flagger's next call starts it, within seconds .* else within 10s$/,
  },
  {
    what: 'a confirm-rollout hook has not said yes',
    rows: rowsWith(former, 'Waiting'),
    says: /^the test of checksum \w+ has not begun: a confirm-rollout hook has not said yes$/,
  },
  {
    what: 'its Job is not there yet',
    rows: rowsWith({ verdict: 'Running', message: 'the target is not ready' }),
    says: /^the test of checksum \w+ has not begun: the target is not ready$/,
  },
  {
    what: 'it is to be run again',
    rows: rowsWith({ ...begun, verdict: 'Failed' }, 'Progressing', { [annotation.requestedAt]: 'now' }),
    says: /next call starts it/,
  },
  { what: 'it runs', rows: rowsWith(begun), says: undefined },
  { what: 'it is over', rows: rowsWith({ ...begun, verdict: 'Failed' }), says: undefined },
  { what: 'no rollout is going on', rows: rowsWith(former, 'Succeeded'), says: undefined },
];

describe('A run that is followed', () => {
  for (const { what, rows, says } of cases) {
    it(`is ${says === undefined ? 'not ' : ''}waited for where ${what}`, () => {
      const awaited = awaitedAmong(rows);
      if (says === undefined) assert.equal(awaited, undefined);
      else assert.match(awaited?.says ?? '', says);
    });
  }

  it('is not waited for behind another of the same rollout', () => {
    const canary = rolling([preRollout, suite('late', promotion), rollback]);
    const { rows } = overviewOf([canary], [spec({ ...begun, verdict: 'Passed' })]);
    assert.equal(rows.length, 2);
    assert.equal(awaitedAmong(rows), undefined);
  });

  it('is not waited for while one on request runs', () => {
    const [gate] = rowsWith(former);
    assert.ok(gate);
    const { namespace, runs } = gate;
    const running = { verdict: 'Running', reason: 'Started' } as const;
    const onRequest: Row = { namespace, runs, isOnRequest: true, newest: running };
    assert.equal(awaitedAmong([onRequest, gate]), undefined);
    assert.ok(awaitedAmong([{ ...onRequest, newest: { verdict: 'Passed', reason: 'Passed' } }, gate]));
  });

  it('is looked for until it has begun, and each thing that it waits for is told once', async () => {
    const looks = [rowsWith(former, 'Waiting'), rowsWith(former), rowsWith(former), rowsWith(begun)];
    const told: string[] = [];
    const last = looks.at(-1);
    const signal = new AbortController().signal;
    const tell = (line: string) => told.push(line);
    const rows = await untilBegun(
      rowsWith(former, 'Waiting'),
      { look: async () => looks.shift() ?? [], tell, pause: 1 },
      signal,
    );
    assert.equal(rows, last);
    assert.deepEqual(
      told.map((each) => each.replace(/^.*: (\S+ \S+ \S+).*/, '$1')),
      ['a confirm-rollout hook', "Flagger's next call"],
    );
  });

  it('is not waited for for ever', async () => {
    const rows = rowsWith(former);
    const waiting = { look: async () => rows, tell: () => undefined, pause: 1, longest: 20 };
    await assert.rejects(
      untilBegun(rows, waiting, new AbortController().signal),
      /the test of checksum \w+ has not begun after \d+s: .* why podinfo says more$/,
    );
  });

  it('is waited for no longer when somebody interrupts', async () => {
    const rows = rowsWith(former);
    const waiting = { look: async () => rows, tell: () => undefined, pause: 60_000 };
    assert.equal(await untilBegun(rows, waiting, AbortSignal.timeout(10)), rows);
  });
});
