import assert from 'node:assert/strict';
import type { Spec } from '../../../../function/api/e2espec.ts';
import { withDefaults } from '../../../../function/api/e2espec.ts';
import { offRecord, plain, statusOf, toJson, toText } from '../../../../function/cli/follow/report.ts';
import { rolloutWould } from '../../../../function/cli/follow/rollout.ts';
import { failed, inconclusive, recordedVerdict, running } from '../../../../function/verdict/judge.ts';

const passed = recordedVerdict({
  canary: 'a',
  checksum: 'b',
  rollout: 'c',
  hook: '',
  verdict: 'Passed',
  message: '3 of 3 tests passed in 2 s',
});
const broken = inconclusive('StartError', 'no such file');
const lost = inconclusive('ResultLost', 'its pod is gone');

describe('What a rollout would do', () => {
  const cases: [title: string, verdict: typeof passed, spec: Partial<Spec>, would: RegExp][] = [
    ['goes on when the test has passed', passed, {}, /^a rollout would go on$/],
    ['is rolled back when it has failed', failed('Error', 'boom'), {}, /stopped at this gate, and rolled back$/],
    [
      'is rolled back when it could not run, after its retries',
      broken,
      {},
      /run again, 2 times at the most, then be rolled back$/,
    ],
    [
      'is held where the E2ESpec says so',
      broken,
      { onInconclusive: 'Hold', inconclusiveRetries: 1 },
      /once at the most, then be held/,
    ],
    [
      'is held when the result was lost',
      lost,
      { inconclusiveRetries: 0 },
      /^a rollout would be held until somebody decides$/,
    ],
    [
      'goes on where it is only observed',
      failed('Error', 'boom'),
      { mode: 'Observe' },
      /would go on whatever the verdict/,
    ],
    ['waits', running('Running', ''), {}, /would wait$/],
  ];
  for (const [title, verdict, spec, would] of cases) {
    it(title, () => assert.match(rolloutWould(verdict, withDefaults({ image: 'a', ...spec })), would));
  }
});

describe('The last block', () => {
  const place = { name: 'podinfo', namespace: 'shop', job: 'e2e-podinfo-cli-1' };
  const report = offRecord(
    place,
    { ...passed, links: [{ name: 'report', url: 'https://ci.example/1' }] },
    withDefaults({ image: 'a' }),
  );

  it('begins with the verdict, in the words of the gate', () => {
    assert.deepEqual(toText(report, plain), [
      'passed  shop/podinfo: Passed: 3 of 3 tests passed in 2 s',
      '  report: https://ci.example/1',
      '  a rollout would go on',
      '  not on record: no gate and no page knows of it',
    ]);
  });

  it('is never wider than a hundred columns', () => {
    const long = offRecord(
      place,
      failed('Error', 'some words of a test that has failed '.repeat(20)),
      withDefaults({ image: 'a' }),
    );
    assert.deepEqual(
      toText(long, plain).filter((line) => line.length > 100),
      [],
    );
  });

  it('is the same as JSON', () => {
    const { verdict, reason, onRecord, links, job } = JSON.parse(toJson(report));
    assert.deepEqual([verdict, reason, onRecord, links.length, job], ['passed', 'Passed', false, 1, place.job]);
  });

  it('exits 0 when the test has passed, 1 when it has failed, and 2 for all else', () => {
    assert.deepEqual([passed, failed('Error', ''), broken, running('Running', '')].map(statusOf), [0, 1, 2, 2]);
  });
});
