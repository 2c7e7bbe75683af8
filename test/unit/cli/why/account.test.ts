/**
 * What is the matter with a test: told for each phase of Flagger's, and for what is missing.
 */
import assert from 'node:assert/strict';
import type { CanaryPhase } from '../../../../function/api/canary.ts';
import { annotation } from '../../../../function/api/labels.ts';
import { overviewOf } from '../../../../function/cli/overview/rows.ts';
import { accountOf } from '../../../../function/cli/why/account.ts';
import { accountLines, nextFor, noteOn } from '../../../../function/cli/why/lines.ts';
import { preRollout, rollback } from '../../lint/canary-fixture.ts';
import { rolling, spec } from '../rollout-fixture.ts';

const gating = [preRollout, rollback];

const phases: Record<CanaryPhase, RegExp> = {
  Initializing: /^Initializing: no rollout has begun$/,
  Initialized: /^Initialized: no rollout has begun$/,
  Waiting: /^Waiting: a confirm-rollout hook has not said yes$/,
  Progressing: /^Progressing: rolls out checksum \w+\. At its next call the gate lets it go on$/,
  WaitingPromotion: /^WaitingPromotion: rolls out checksum \w+\. At its next call the gate lets it go on$/,
  Promoting: /^Promoting: is promoting checksum \w+$/,
  Finalising: /^Finalising: is promoting checksum \w+$/,
  Succeeded: /^Succeeded: checksum \w+ is promoted$/,
  Failed: /^Failed: rolled back\. Users have the revision that was promoted before$/,
  Terminating: /^Terminating: the Canary is being deleted$/,
  Terminated: /^Terminated: the Canary is being deleted$/,
};

describe('The account of a test', () => {
  for (const [phase, says] of Object.entries(phases)) {
    it(`says what Flagger did in phase ${phase}`, () => {
      const [row] = overviewOf([rolling(gating, phase as CanaryPhase)], [spec({ verdict: 'Passed' })]).rows;
      assert.ok(row);
      assert.match(accountOf(row).flagger ?? '', says);
    });
  }

  it('says first what is missing, whatever was said when it was there', () => {
    const [missing] = overviewOf([rolling(gating)], []).rows;
    const [gateless] = overviewOf([rolling([rollback])], [spec({ verdict: 'Passed' })]).rows;
    assert.ok(missing && gateless);
    assert.match(accountOf(missing).whatToDo ?? '', /^create it, or correct the hook's metadata\.e2espec/);
    assert.equal(accountOf(gateless).whatToDo, 'add a gate');
    for (const row of [missing, gateless]) assert.deepEqual(nextFor(row, accountOf(row)), ['lint', 'wire podinfo']);
  });

  it('says of what is written by hand and does nothing what the gates answer of it, until the test has passed', () => {
    const byHandOf = (verdict: 'Failed' | 'Passed') => {
      const written = spec({ verdict });
      written.metadata.annotations = { [annotation.skip]: 'podinfo/two: it is down' };
      const [row] = overviewOf([rolling(gating)], [written]).rows;
      assert.ok(row);
      return accountOf(row).byHand;
    };
    assert.match(
      byHandOf('Failed') ?? '',
      /^annotation remarkable\.com\/skip does nothing here: it names revision two, not this one\. .* write podinfo\/one: reason/,
    );
    assert.equal(byHandOf('Passed'), undefined);
  });

  it('never says that a test has not run beside what it came to', () => {
    const ran = spec({ verdict: 'Failed', reason: 'Error', message: 'exit code 1' });
    for (const canaries of [[rolling([rollback])], [rolling(gating)], []]) {
      const [row] = overviewOf(canaries, [ran]).rows;
      assert.ok(row);
      const text = accountLines(row, accountOf(row), new Date(), false).join('\n');
      assert.match(text, /verdict +Failed: Error/);
      assert.match(text, /history +Failed/);
      assert.doesNotMatch(text, /has not run yet/);
    }
  });

  it('of a Canary without a gate has the newest run of the E2ESpec of its name', () => {
    const lastRun = { verdict: 'Failed', reason: 'Error', message: 'exit code 1', checksum: 'a' } as const;
    const [row] = overviewOf([rolling([rollback])], [{ ...spec(undefined), status: { lastRun } }]).rows;
    assert.deepEqual(row?.newest, lastRun);
  });

  it('says what a person has asked for, until a call has answered it', () => {
    const running = spec({ verdict: 'Running', reason: 'Started', attempt: 1, job: 'e2e-podinfo' });
    const told = (annotations: Record<string, string>) => {
      const subject = { ...running, metadata: { ...running.metadata, annotations } };
      const [row] = overviewOf([rolling(gating)], [subject]).rows;
      assert.ok(row);
      const lines = accountLines(row, accountOf(row), new Date(), false);
      return [...lines, ...nextFor(row, accountOf(row))].join('\n');
    };
    assert.match(
      told({ [annotation.skip]: 'podinfo/one: it is down' }),
      /gate lets it go on\n {2}by hand +a skip that the next call answers: it is down\n/,
    );
    assert.match(
      told({ [annotation.requestedAt]: 'now' }),
      /gate starts the test\n {2}by hand +a request to run it again, which the next call answers\n/,
    );
    assert.doesNotMatch(told({}), /by hand|rerun/);
    assert.match(told({ [annotation.skip]: 'podinfo/one: it is down' }), /\nlogs podinfo -f\nrerun podinfo$/);
  });

  it('of a revision that was skipped and promoted says on what users are', () => {
    const [row] = overviewOf([rolling(gating, 'Succeeded')], [spec({ verdict: 'Skipped', reason: 'Skipped' })]).rows;
    assert.ok(row);
    assert.match(
      accountOf(row).flagger ?? '',
      /^Succeeded: checksum \w+ is promoted, without its test: users are on it$/,
    );
  });

  for (const phase of ['Failed', 'Succeeded'] as const) {
    it(`of a rollout that has ${phase.toLowerCase()} without a verdict says so, and where the cause is`, () => {
      const record = { verdict: 'Running', reason: 'Started', message: 'the test runs', job: 'e2e-podinfo' } as const;
      const [row] = overviewOf([rolling(gating, phase)], [spec(record)]).rows;
      assert.ok(row);
      const account = accountOf(row);
      assert.deepEqual(
        accountLines(row, account, new Date(), false, Number.POSITIVE_INFINITY).slice(1, 4),
        [
          'verdict     Stale, last: Running: Started, checksum 8689944d97',
          'message     its rollout is over, but the end of its test was never reported',
          "what to do  see the Canary's Events: kubectl describe canary podinfo -n test. The next rollout, or a call of /post-rollout, closes the record",
        ].map((line) => `  ${line}`),
      );
      assert.deepEqual(nextFor(row, account), ['logs podinfo -f', 'run podinfo']);
    });
  }

  it('of a rollout that has ended without a verdict says nothing else, where nothing has ended', () => {
    const onRequest = { verdict: 'Running', trigger: 'request', canary: '-' } as const;
    for (const [phase, record] of [
      ['Progressing', { verdict: 'Running', reason: 'Started' }],
      ['Succeeded', { verdict: 'Passed' }],
      ['Succeeded', onRequest],
      ['Succeeded', { verdict: 'Running', reason: 'Started', mode: 'Observe' }],
    ] as const) {
      for (const row of overviewOf([rolling(gating, phase)], [spec(record)]).rows) {
        assert.doesNotMatch(accountLines(row, accountOf(row), new Date(), false).join('\n'), /Stale/);
      }
    }
  });

  it('names the log so that kubectl finds it, and is no wider than the terminal', () => {
    const record = { verdict: 'Failed', reason: 'Error', job: 'e2e-podinfo-1', message: 'exit code 1' } as const;
    const named = { ...preRollout, name: `of-the-shop-${'and-more-'.repeat(5)}` };
    const ran = spec(record);
    const latest = [{ ...record, canary: 'podinfo', canaryUID: 'u', hook: named.name, checksum: 'a', time: '' }];
    const status = { ...ran.status, latest: latest.map((each) => ({ ...each, trigger: 'rollout' as const })) };
    const [row] = overviewOf([rolling([named, rollback])], [{ ...ran, status }]).rows;
    assert.ok(row);
    const lines = accountLines(row, accountOf(row), new Date(), false, 70);
    assert.match(lines.join(' ').replace(/ +/g, ' '), /kubectl logs -n test job\/e2e-podinfo-1 has the rest/);
    for (const line of lines) assert.ok(line.length <= 70, line);
  });

  it('has what to do in full, where the table leads from one reason to another', () => {
    const latest = [
      {
        canary: 'podinfo',
        canaryUID: 'u',
        hook: 'pre-rollout',
        verdict: 'PromotedUnverified',
        reason: 'NoPassedRun',
        checksum: 'a',
        trigger: 'rollout',
        time: '2026-11-27T12:00:00Z',
      },
    ] as const;
    const [row] = overviewOf(
      [rolling(gating, 'Succeeded')],
      [{ ...spec(undefined), status: { latest: [...latest] } }],
    ).rows;
    assert.ok(row);
    const account = accountOf(row);
    assert.ok((account.whatToDo ?? '').length > 0);
    assert.doesNotMatch(account.whatToDo ?? '', /^see \w+$/);
    assert.deepEqual(nextFor(row, account), ['lint', 'run podinfo']);
  });

  const notes: [phase: CanaryPhase, next: string, note: string | undefined][] = [
    ['Failed', 'run podinfo', 'tests what is live; a new rollout tests the failed revision again'],
    ['Progressing', 'run podinfo', 'tests what is live, not the new revision'],
    ['Succeeded', 'run podinfo', undefined],
    ['Failed', 'logs podinfo', undefined],
  ];
  for (const [phase, next, note] of notes) {
    it(`says ${note ?? 'no more'} beside ${next} where Flagger says ${phase}`, () => {
      const { rows } = overviewOf([rolling(gating, phase)], [spec({ verdict: 'Failed', reason: 'Error' })]);
      assert.equal(noteOn(next, rows), note);
    });
  }

  it('keeps to the runs of this Canary, and of this gate', () => {
    const e2eSpec = spec({ verdict: 'Passed' });
    const [own] = e2eSpec.status?.runs ?? [];
    assert.ok(own);
    const runs = [own, { ...own, hook: 'abcdef1234' }, { ...own, canary: 'cart' }, { ...own, canaryUID: 'former' }];
    const [row] = overviewOf([rolling(gating)], [{ ...e2eSpec, status: { runs } }]).rows;
    assert.ok(row);
    assert.deepEqual(accountOf(row).history, [own]);
  });
});
